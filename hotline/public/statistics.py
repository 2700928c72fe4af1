"""公开统计: a month's figures for everybody, without cookies and scripts, for caches to keep."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, select

from dispatch.publishing import files, reading, shown
from dispatch.publishing.models_publishing import StatisticsRelease
from dispatch.publishing.tables import TOTAL
from hotline.public.open_page import Opened
from hotline.web.access import SessionDep
from knowledge.models import District

PAGE = "/statistics"
MONTHS = 12  # that a page leads to

router = APIRouter(prefix=PAGE, include_in_schema=False)

Word = Annotated[str, Query(max_length=16)]


@router.get("", response_class=HTMLResponse)
def page(opened: Opened, session: SessionDep, month: Word = "", before: Word = "") -> Response:
    """Show the month that was asked for, or the last one that is published.

    404 for a month of which nothing is out, with those that are. `before` leads to older months.
    """
    month, before = (each.replace("\0", "") for each in (month, before))
    release = reading.of_month(session, month) if month else reading.latest(session)
    months = reading.months_out(session, before=before, limit=MONTHS + 1)
    answer = opened.show(
        "statistics.html",
        page=PAGE,
        months=months[:MONTHS],
        older=months[MONTHS - 1] if len(months) > MONTHS else "",
        before=before,
        asked=month,
        release=release,
        **(_month(session, release, opened.language) if release else {}),
    )
    if month and not release:
        answer.status_code = HTTPStatus.NOT_FOUND
        del answer.headers["ETag"]  # nobody asks whether it is still so: it is looked at again
    return answer


def _month(session: Session, release: StatisticsRelease, language: str) -> dict[str, Any]:
    sheet, placed = shown.sheet(session, release), shown.by_district(session, release)
    places = {*sheet.districts, *(placed.districts if placed else ())}
    return {
        "figures": shown.figures(session, release),
        "sheet": sheet,
        "placed": placed,
        "total": TOTAL,
        "names": _names(session, places, language),
        "files": [each for each in reading.files_of(session, release) if reading.public(each)],
        "licence": files.LICENCE,
    }


def _names(session: Session, codes: set[str], language: str) -> dict[str, str]:
    """Return the districts' names in the reader's language, as far as there are any."""
    rows = session.exec(select(District).where(col(District.code).in_(codes))).all()
    spoken = {row.code: row.name_bo if language == "bo" else "" for row in rows}
    return {row.code: spoken[row.code] or row.name_zh for row in rows}

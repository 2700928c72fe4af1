"""公开统计: a month's figures for everybody, without cookies and scripts, for caches to keep."""

import hashlib
from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, select

from dispatch.publishing import files, reading, shown
from dispatch.publishing.models_publishing import StatisticsRelease
from dispatch.publishing.tables import TOTAL
from hotline.public.door import POLICY, templates
from hotline.public.words import FIRST, LANGUAGES, day_of, speaker
from hotline.web import unchanged
from hotline.web.access import SessionDep
from knowledge.models import District

router = APIRouter(prefix="/statistics", include_in_schema=False)

MONTHS = 12  # that the page leads to
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "public, max-age=300",
    "X-Robots-Tag": "all",
}
Word = Annotated[str, Query(max_length=16)]


@router.get("", response_class=HTMLResponse)
def page(
    request: Request,
    session: SessionDep,
    month: Word = "",
    lang: Word = FIRST,
    elder: Word = "",
    if_none_match: unchanged.Known = "",
) -> Response:
    """Show the month that was asked for, or the last one that is published."""
    language = lang if lang in LANGUAGES else FIRST
    months = _months(session)
    release = months.get(month) or reading.latest(session)
    told: dict[str, Any] = {
        "say": speaker(language),
        "day": lambda moment: day_of(moment, language),
        "language": language,
        "elder": elder == "1",
        "path": router.prefix,
        "months": sorted(months, reverse=True)[:MONTHS],
        "release": release,
        **(_month(session, release, language) if release else {}),
    }
    answer = templates.TemplateResponse(request, "statistics.html", told)
    tag = f'"{hashlib.sha256(answer.body).hexdigest()}"'
    answer.headers.update({**_HEADERS, "ETag": tag})
    if (
        release
        and release.published_at
        and unchanged.known(tag, release.published_at.astimezone(UTC), if_none_match, "")
    ):
        return Response(status_code=304, headers=dict(_HEADERS) | {"ETag": tag})
    return answer


def _months(session: Session) -> dict[str, StatisticsRelease]:
    """Return the published months, each in its newest edition."""
    found = reading.listed(session, out=True, limit=MONTHS * 2)
    return {each.month: each for each in sorted(found, key=lambda each: each.edition)}


def _month(session: Session, release: StatisticsRelease, language: str) -> dict[str, Any]:
    sheet = shown.sheet(session, release)
    return {
        "figures": shown.figures(session, release),
        "sheet": sheet,
        "total": TOTAL,
        "names": _names(session, sheet.districts, language),
        "files": [each for each in reading.files_of(session, release) if reading.public(each)],
        "licence": files.LICENCE,
    }


def _names(session: Session, codes: list[str], language: str) -> dict[str, str]:
    """Return the districts' names in the reader's language, as far as there are any."""
    rows = session.exec(select(District).where(col(District.code).in_(codes))).all()
    spoken = {row.code: row.name_bo if language == "bo" else "" for row in rows}
    return {row.code: spoken[row.code] or row.name_zh for row in rows}

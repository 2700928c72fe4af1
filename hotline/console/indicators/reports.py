"""定稿报告: the frozen reports of periods, and freezing another one."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.indicators import freezing, long_freezing, patience
from dispatch.indicators.models_freezing import IndicatorFreezing
from dispatch.indicators.reading import Period
from hotline.console import form_times, moments, navigation
from hotline.console.administration.frame import Refusal, attempt, in_words
from hotline.console.faults import Misfilled
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.portal import own_periods
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep

SHOWN = 50
PAGE = f"{navigation.INDICATORS.page}/reports"

router = APIRouter(prefix="/reports", include_in_schema=False)

Reader = Annotated[Viewer, Depends(Seeing(Permission.INDICATOR_READ))]
Freezer = Annotated[Viewer, Depends(Seeing(Permission.INDICATOR_FREEZE))]
Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]
Day = Annotated[str, Form(max_length=10)]


@router.get("", response_class=HTMLResponse)
def reports(viewer: Reader, request: Request, session: SessionDep, before: Before = 0) -> Response:
    """Show the frozen reports, the newest first."""
    return _shown(request, session, viewer, before)


@router.post("", response_class=HTMLResponse)
def freeze(
    viewer: Freezer,
    request: Request,
    session: SessionDep,
    name: Annotated[str, Form(max_length=64)],
    first: Day,
    last: Day,
) -> Response:
    """定稿: keep the period's report as it is now."""

    def act() -> None:
        period = _period(first, last)
        do = long_freezing.ask if long_freezing.is_long(period) else freezing.freeze
        do(session, name.replace("\0", ""), period, actor=viewer.actor, now=now())

    if refused := attempt(session, act):
        return _shown(request, session, viewer, 0, refused)
    return RedirectResponse(PAGE, status_code=303)


def _period(first: str, last: str) -> Period:
    """Return the days; raise Misfilled for none that can be meant, or more than a year."""
    begins, ends = form_times.day(first), form_times.day(last)
    if begins is None or ends is None or not begins <= ends < begins + own_periods.LONGEST:
        raise Misfilled(say("indicators.no_period"))
    return Period(begins, ends)


def _shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    before: int,
    refused: Refusal | None = None,
) -> Response:
    found = freezing.listed(session, before=before, limit=SHOWN + 1, reader=viewer.actor)
    told: dict[str, Any] = {
        "viewer": viewer,
        "as_of": now(),
        "page": PAGE,
        "rows": found[:SHOWN],
        "older": found[SHOWN - 1].id if len(found) > SHOWN else None,
        "month": own_periods.presets(beijing_day(now()))["last_month"],
        "refused": refused,
        "most_tries": patience.MOST,
        "short": moments.short,
        "later": [(each, _trouble(each)) for each in long_freezing.of(session, viewer.actor)],
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "indicators/reports.html", told, status_code=status)


def _trouble(row: IndicatorFreezing) -> str:
    return in_words(row.trouble, "refused") or row.trouble

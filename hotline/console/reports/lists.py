"""报告一览: drafts, signed ones and the archive, by kind and year; and asking for another one."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.reports import drafting, reading, templating
from dispatch.reports.drafting import Wanted
from dispatch.reports.models_reports import Report
from dispatch.reports.terms import ReportKind, ReportState
from hotline.console import form_times
from hotline.console.administration.frame import Refusal, attempt
from hotline.console.callings import called
from hotline.console.faults import Misfilled
from hotline.console.frame import Viewer
from hotline.console.reports.frame import PAGE, SHOWN, ListGiven, Maker, Reader, shown
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import beijing_day, now
from hotline.web.access import SessionDep

router = APIRouter(prefix=PAGE, include_in_schema=False)

Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]
ALL = reading.Wanted()


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    kind: ReportKind | None = None,
    state: ReportState | None = None,
    year: Annotated[int, Query(ge=0, le=2099)] = 0,
    before: Before = 0,
) -> Response:
    """Show the reports, the newest first."""
    return _page(request, session, viewer, reading.Wanted(kind, state, year), before)


@router.post("", response_class=HTMLResponse)
def draft(
    viewer: Maker,
    request: Request,
    session: SessionDep,
    to: ListGiven,
    template: Annotated[str, Form(max_length=40)],
    first: Annotated[str, Form(max_length=10)] = "",
    last: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """起草: of the template's kind; its figures follow."""
    made: list[Report] = []

    def act() -> None:
        since = _day(first)
        kind = ReportKind(templating.newest(session, template.replace("\0", "")).kind)
        until = form_times.day(last) if kind is ReportKind.SPECIAL else None
        wanted = Wanted(kind, template, since, until, to.entries(session))
        made.append(drafting.ask(session, wanted, actor=viewer.actor, now=now()))

    if refused := attempt(session, act):
        typed = {"template": template, "first": first, "last": last, **to.typed}
        return _page(request, session, viewer, ALL, 0, refused, typed)
    return RedirectResponse(f"{PAGE}/{made[0].id}", status_code=303)


def _day(typed: str) -> date:
    """Return the day; raise Misfilled for none that can be meant."""
    if (found := form_times.day(typed)) is None:
        raise Misfilled(say("reports.no_day"))
    return found


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    wanted: reading.Wanted,
    before: int,
    refused: Refusal | None = None,
    typed: dict[str, Any] | None = None,
) -> Response:
    found = reading.listed(session, wanted, reader=viewer.actor, before=before, limit=SHOWN + 1)
    rows = found[:SHOWN]
    people = {who for each in rows for who in (each.drafted_by, each.signed_by)} - {""}
    told = {
        "rows": rows,
        "people": called(session, people),
        "older": rows[-1].id if len(found) > SHOWN else None,
        "models": templating.listed(session, limit=200),
        "typed": typed or {},
    }
    return shown(request, viewer, "list", refused, **told, **_choices(wanted))


def _choices(wanted: reading.Wanted) -> dict[str, Any]:
    """Return what the list may be narrowed to, and what it is."""
    this_year = beijing_day(now()).year
    return {
        "wanted": wanted,
        "kinds": list(ReportKind),
        "states": list(ReportState),
        "years": range(this_year, this_year - 5, -1),
    }

"""定期报告: what is made by itself, when, and for whom."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.reports import scheduling, templating
from dispatch.reports.periods import DAYS_OF_MONTH, When
from dispatch.reports.terms import ReportKind
from hotline.console.administration.frame import Refusal, attempt
from hotline.console.callings import called
from hotline.console.frame import Viewer
from hotline.console.reports.frame import PAGE, SHOWN, ListGiven, Maker, listed, shown
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.web.access import SessionDep

HERE = f"{PAGE}/schedules"
router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Maker,
    request: Request,
    session: SessionDep,
    before: Annotated[int, Query(ge=0, le=LARGEST_ROW)] = 0,
) -> Response:
    """Show the schedules, and a form for another one."""
    return _page(request, session, viewer, before)


@router.post("", response_class=HTMLResponse)
def add(
    viewer: Maker,
    request: Request,
    session: SessionDep,
    to: ListGiven,
    template: Annotated[str, Form(max_length=40)],
    hour: Annotated[int, Form(ge=0, le=23)],
    weekday: Annotated[int, Form(ge=0, le=6)] = 0,
    day: Annotated[int, Form(ge=1, le=28)] = 1,
) -> Response:
    """Have the template's report made by itself from the present period on."""

    def act() -> None:
        code = template.replace("\0", "")
        kind = ReportKind(templating.newest(session, code).kind)
        wanted = scheduling.Wanted(code, When(kind, hour, weekday, day), to.entries(session))
        scheduling.add(session, wanted, actor=viewer.actor, now=now())

    if refused := attempt(session, act):
        typed = {"template": template, "hour": hour, "weekday": weekday, "day": day, **to.typed}
        return _page(request, session, viewer, 0, refused, typed)
    return RedirectResponse(HERE, status_code=303)


@router.post("/{schedule_id}/end", response_class=HTMLResponse)
def end(viewer: Maker, schedule_id: int, request: Request, session: SessionDep) -> Response:
    """Make no more of them."""
    if not 0 < schedule_id <= LARGEST_ROW:
        raise NotFound(f"There is no report schedule {schedule_id}.")
    row = scheduling.find(session, schedule_id, lock=True)

    def act() -> None:
        scheduling.end(session, row, actor=viewer.actor, now=now())

    if refused := attempt(session, act):
        return _page(request, session, viewer, 0, refused)
    return RedirectResponse(HERE, status_code=303)


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    before: int,
    refused: Refusal | None = None,
    typed: dict[str, Any] | None = None,
) -> Response:
    found = scheduling.listed(session, before=before, limit=SHOWN + 1)
    rows = found[:SHOWN]
    models = templating.listed(session, limit=200)
    return shown(
        request,
        viewer,
        "schedules",
        refused,
        rows=[(each, listed(session, each.recipients)) for each in rows],
        people=called(session, {each.author for each in rows}),
        models=[each for each in models if each.kind != ReportKind.SPECIAL],
        model_names={each.code: each.name for each in models},
        days=DAYS_OF_MONTH,
        older=rows[-1].id if len(found) > SHOWN else None,
        typed=typed or {},
    )

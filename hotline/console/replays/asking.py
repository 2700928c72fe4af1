"""新推演: the form, and what was wrong in it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.indicators import weights
from dispatch.indicators.document import RATES
from dispatch.replays import replays
from dispatch.replays.replays import Asked
from dispatch.routing import registry
from dispatch.routing.registry import Kind
from hotline.console import form_times, navigation
from hotline.console.administration.frame import Refusal, attempt
from hotline.console.faults import Misfilled
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.portal import own_periods
from hotline.console.replays import limit_rows
from hotline.console.replays.form import Filled, changes_of, filled
from hotline.console.words import say
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep

PAGE = navigation.REPLAYS.page

router = APIRouter(include_in_schema=False)

Runner = Annotated[Viewer, Depends(Seeing(Permission.REPLAY_RUN))]
Typed = Annotated[Filled, Depends(filled)]


@router.get("/new", response_class=HTMLResponse)
def new(viewer: Runner, request: Request, session: SessionDep) -> Response:
    """Show the form with today's limits and the month before this one."""
    month = own_periods.presets(beijing_day(now()))["last_month"]
    typed = Filled(first=month.first.isoformat(), last=month.last.isoformat())
    return _shown(request, session, viewer, typed)


@router.post("/new", response_class=HTMLResponse)
def ask(viewer: Runner, request: Request, session: SessionDep, typed: Typed) -> Response:
    """推演: queue it, and lead to where it is followed."""
    made = []

    def act() -> None:
        first, last = form_times.day(typed.first), form_times.day(typed.last)
        if first is None or last is None:
            raise Misfilled(say("replays.no_period"))
        moment = now()
        changes = changes_of(session, beijing_day(moment), typed)
        asked = Asked(typed.name, first, last, changes)
        made.append(replays.ask(session, asked, actor=viewer.actor, now=moment))

    if refused := attempt(session, act):
        return _shown(request, session, viewer, typed, refused)
    return RedirectResponse(f"{PAGE}/{made[0].id}", status_code=303)


def _shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    typed: Filled,
    refused: Refusal | None = None,
) -> Response:
    today = beijing_day(now())
    held = weights.on(today)
    told: dict[str, Any] = {
        "viewer": viewer,
        "as_of": now(),
        "page": PAGE,
        "typed": typed,
        "rows": limit_rows.rows_of(session, today, typed.limits),
        "rates": [(rate, held.of(rate) if held else "", getattr(typed, rate)) for rate in RATES],
        "models": [each for each in registry.listed(session) if each.kind == Kind.MATTER],
        "refused": refused,
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "replays/new.html", told, status_code=status)

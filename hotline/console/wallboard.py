"""班长大屏: how the floor stands, dark and large; counts alone, so that anybody may see it."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.handling import cases
from dispatch.handling.cases import CaseStatus
from hotline.console import faults, floor_calls, floor_figures, floor_seats
from hotline.console.frame import Viewer, Watcher, templates
from hotline.core.clock import beijing, now
from hotline.core.settings import settings
from hotline.web.access import SessionDep
from telephony import service_modes
from telephony.wiring import Listening

COUNTED = 99  # more cases are not counted out

router = APIRouter(prefix=faults.WALLBOARD, include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def show(viewer: Watcher, request: Request, session: SessionDep) -> Response:
    """Show the board."""
    shown = {"viewer": viewer, "here": "wallboard", **_board(session, viewer, now=now())}
    return templates.TemplateResponse(request, "wallboard.html", shown)


@router.get("/board", response_class=HTMLResponse)
def board(viewer: Watcher, request: Request, session: SessionDep) -> Response:
    """Return the figures alone, for the board that hangs already."""
    shown = {"viewer": viewer, **_board(session, viewer, now=now())}
    return templates.TemplateResponse(request, "board.html", shown)


def _board(session: Session, viewer: Viewer, *, now: datetime) -> dict[str, Any]:
    own = settings()
    contested = cases.listed(
        session, status=CaseStatus.OPEN, after=None, limit=COUNTED + 1, reader=viewer.actor
    )
    return {
        "waits": floor_figures.waits(session),
        "today": floor_figures.today(session, short_s=own.short_abandon_s, now=now),
        "short_s": own.short_abandon_s,
        "owed": floor_figures.owed(session),
        "late": floor_figures.overdue(session, now=now),
        "contested": f"{COUNTED}+" if len(contested) > COUNTED else str(len(contested)),
        "contested_since": min((each.opened_at for each in contested), default=None),
        "seats": floor_seats.table(floor_figures.held(session)),
        "states": floor_seats.STATES,
        "calls": floor_calls.running(session, viewer),
        "ways": list(Listening),
        "mode": service_modes.mode_now(session, now=now),
        "as_of": now,
        "clock": f"{beijing(now):%H:%M:%S}",
    }

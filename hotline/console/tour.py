"""演示导览: where to look in the demo's living centre, and as whom; elsewhere there is none."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.states import TicketStatus
from hotline.console.faults import PREFIX
from hotline.console.frame import Oneself, Viewer, templates
from hotline.core import demo_mark
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web.access import SessionDep

router = APIRouter(prefix=PREFIX, include_in_schema=False)


@dataclass(frozen=True)
class Stop:
    """A stop of the tour: `name` is its words', `page` empty for the newest ticket's.

    `account` is whose of the demo it is, empty for anybody: without a `permission` it is open.
    """

    name: str
    page: str
    permission: Permission | None
    account: str


@dataclass(frozen=True)
class Shown:
    """A stop as this viewer has it; no link where they may not go."""

    name: str
    account: str
    link: str


STOPS = (
    Stop("board", "/wallboard/", Permission.QUEUE_READ, "lead"),
    Stop("tickets", f"{PREFIX}/", Permission.TICKET_READ, "agent"),
    Stop("ticket", "", Permission.TICKET_READ, "agent"),
    Stop("call", f"{PREFIX}/account", Permission.SEAT_HOLD, "agent"),
    Stop("department", "/portal/", Permission.ORDER_HANDLE, "handler"),
    Stop("registers", f"{PREFIX}/registers/extensions", Permission.EXTENSION_DECIDE, "lead"),
    Stop("callbacks", f"{PREFIX}/callbacks", Permission.CALLBACK_MAKE, "agent"),
    Stop("caller", "/new", None, ""),
)


@router.get("/tour", response_class=HTMLResponse)
def show(viewer: Oneself, request: Request, session: SessionDep) -> Response:
    """Show the stops; raise NotFound where nothing is made up."""
    if not demo_mark.here():
        raise NotFound("There is no tour of a real centre.")
    shown = {"viewer": viewer, "here": "tour", "stops": _stops(session, viewer), "as_of": now()}
    return templates.TemplateResponse(request, "tour.html", shown)


def _stops(session: Session, viewer: Viewer) -> list[Shown]:
    return [Shown(each.name, each.account, _link(session, viewer, each)) for each in STOPS]


def _link(session: Session, viewer: Viewer, stop: Stop) -> str:
    if stop.permission and stop.permission.value not in viewer.may:
        return ""
    return stop.page or _newest(session, viewer)


def _newest(session: Session, viewer: Viewer) -> str:
    """Return the newest ticket that a department has: there is something to see."""
    found = tickets.newest(session, limit=20, reader=viewer.actor)
    told = [each for each in found if each.status != TicketStatus.REGISTERED] or found
    return f"{PREFIX}/tickets/{told[0].number}" if told else f"{PREFIX}/"

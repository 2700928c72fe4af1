"""录音: who wants to listen to a ticket's call says why first; then, for an hour, it plays."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.models import Ticket
from hotline.console import tapes
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import Keeper, Listener, Viewer, templates
from hotline.console.tapes import Sound, Tape
from hotline.console.words import say
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.web.access import SessionDep
from telephony import held_recordings, records
from telephony.models_recordings import RecordingHold

router = APIRouter(prefix=f"{PREFIX}/tickets/{{number}}/recording", include_in_schema=False)


def sound_of(session: Session, ticket: Ticket, viewer: Viewer) -> Sound | None:
    """Return what there is to hear and read of the ticket's call; None without a recording."""
    tape = _tape(ticket)
    return tapes.sound(session, tape, viewer) if tape else None


@router.post("", response_class=HTMLResponse)
def open_recording(
    viewer: Listener,
    number: str,
    request: Request,
    session: SessionDep,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Keep why somebody listens, and give them the player."""
    ticket = tickets.find(session, number, reader=viewer.actor)
    tapes.note(session, _required(ticket), viewer, reason)
    if "hx-request" not in request.headers:
        return RedirectResponse(f"{PREFIX}/tickets/{number}#recording", status_code=303)
    shown = {"ticket": ticket, "sound": sound_of(session, ticket, viewer)}
    return templates.TemplateResponse(request, "player.html", shown)


@router.post("/hold")
def hold(
    viewer: Keeper, number: str, session: SessionDep, reason: Annotated[str, Form()] = ""
) -> Response:
    """保留录音: nothing removes it until the hold is lifted."""
    return _keep(session, viewer, number, reason, held_recordings.hold)


@router.post("/lift")
def lift(
    viewer: Keeper, number: str, session: SessionDep, reason: Annotated[str, Form()] = ""
) -> Response:
    """解除保留: from now on it goes in its time."""
    return _keep(session, viewer, number, reason, held_recordings.lift)


@router.get("/sound")
def play(viewer: Listener, number: str, request: Request, session: SessionDep) -> Response:
    """Send the recording, or the range of it that was asked for; saved, it names who heard it."""
    ticket = tickets.find(session, number, reader=viewer.actor)
    return tapes.play(session, _required(ticket), viewer, request, number)


def _keep(
    session: Session, viewer: Viewer, number: str, reason: str, verb: Callable[..., RecordingHold]
) -> Response:
    if not reason.strip():
        raise Misfilled(say("fault.reason_missing"))
    tape = _required(tickets.find(session, number, reader=viewer.actor))
    call = records.get_call(session, tape.call_id)
    verb(session, call, reason, actor=viewer.actor, now=now())
    return RedirectResponse(f"{PREFIX}/tickets/{number}#recording", status_code=303)


def _tape(ticket: Ticket) -> Tape | None:
    if ticket.call_id is None:
        return None
    page = f"{PREFIX}/tickets/{ticket.number}/recording"
    return Tape(ticket.number, ticket.person_id, ticket.call_id, page, holds=True)


def _required(ticket: Ticket) -> Tape:
    tape = _tape(ticket)
    if tape is None:
        raise NotFound("There is no recording of this ticket.")
    return tape

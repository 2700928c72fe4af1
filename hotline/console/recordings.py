"""录音: who wants to listen says why first; then, for an hour, the recording plays."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.models import Ticket
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import Listener, Viewer, templates
from hotline.console.words import say
from hotline.core import privacy
from hotline.core.clock import now
from hotline.core.errors import NotAllowed, NotFound
from hotline.core.privacy import RECORDING, Person
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web import ranges
from hotline.web.access import SessionDep
from telephony import records, sealed_recordings, spoken
from telephony.models import RecordingStatus
from telephony.spoken import Spoken

OPEN_FOR = timedelta(hours=1)

router = APIRouter(prefix=f"{PREFIX}/tickets/{{number}}/recording", include_in_schema=False)


@dataclass(frozen=True)
class Sound:
    """A call's recording and its words; `open`: the viewer has said why they listen."""

    seconds: int
    status: str
    open: bool
    lines: list[Spoken]


def sound_of(session: Session, ticket: Ticket, viewer: Viewer) -> Sound | None:
    """Return what there is to hear and read of the ticket's call; None without a recording."""
    if ticket.call_id is None or Permission.CALL_READ not in viewer.may:
        return None
    call = records.get_call(session, ticket.call_id)
    recording = records.recording_of(session, call)
    if recording is None or recording.status == RecordingStatus.RUNNING:
        return None
    return Sound(
        round(recording.seconds),
        recording.status,
        _is_open(session, ticket, viewer),
        spoken.lines(session, call),
    )


@router.post("", response_class=HTMLResponse)
def open_recording(
    viewer: Listener,
    number: str,
    request: Request,
    session: SessionDep,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Keep why somebody listens, and give them the player."""
    if not reason.strip():
        raise Misfilled(say("fault.reason_missing"))
    ticket = tickets.find(session, number, reader=viewer.actor)
    privacy.note_access(
        session,
        session.get_one(Person, ticket.person_id),
        subject=ticket.number,
        actor=str(viewer.actor),
        what=RECORDING,
        reason=reason,
        now=now(),
    )
    session.flush()
    if "hx-request" not in request.headers:
        return RedirectResponse(f"{PREFIX}/tickets/{number}#recording", status_code=303)
    shown = {"ticket": ticket, "sound": sound_of(session, ticket, viewer)}
    return templates.TemplateResponse(request, "player.html", shown)


@router.get(".wav")
def play(viewer: Listener, number: str, request: Request, session: SessionDep) -> Response:
    """Send the recording, or the range of it that was asked for."""
    ticket = tickets.find(session, number, reader=viewer.actor)
    if not _is_open(session, ticket, viewer):
        raise NotAllowed("Nobody said why they listen.", remedy="Give a reason on the page.")
    sound = _sound(session, ticket.call_id)
    asked = request.headers.get("range")
    return ranges.answer(sound.read, sound.length, asked, "audio/wav")


def _sound(session: Session, call_id: uuid.UUID | None) -> sealed_recordings.Sound:
    call = records.get_call(session, call_id) if call_id else None
    recording = records.recording_of(session, call) if call else None
    if recording is None or recording.status == RecordingStatus.ERASED:
        raise NotFound("There is no recording of this ticket.")
    return sealed_recordings.sound_of(session, recording, settings().recordings_dir)


def _is_open(session: Session, ticket: Ticket, viewer: Viewer) -> bool:
    return privacy.gave_reason(
        session,
        subject=ticket.number,
        actor=str(viewer.actor),
        what=RECORDING,
        since=now() - OPEN_FOR,
    )

"""录音: who wants to listen says why first; then, for an hour, the recording plays."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.models import Ticket
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import Keeper, Listener, Viewer, templates
from hotline.console.words import say
from hotline.core import privacy
from hotline.core.ciphers import Unreadable
from hotline.core.clock import now
from hotline.core.errors import Conflict, NotAllowed, NotFound
from hotline.core.privacy import RECORDING, Person
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web import ranges, watermark
from hotline.web.access import SessionDep
from telephony import held_recordings, records, sealed_recordings, sounds, spoken, waveforms
from telephony.erased_recordings import GONE
from telephony.models import Recording, RecordingStatus
from telephony.models_recordings import RecordingHold
from telephony.spoken import Spoken

OPEN_FOR = timedelta(hours=1)
ENDINGS = {sounds.WAV: ".wav", sounds.FLAC: ".flac"}

router = APIRouter(prefix=f"{PREFIX}/tickets/{{number}}/recording", include_in_schema=False)


@dataclass(frozen=True)
class Sound:
    """A call's recording and its words; `open`: the viewer has said why they listen.

    `wave` are the bytes of its waveform in hex, for whom it is open; `held`: nothing removes it;
    `keeper`: the viewer may decide that.
    """

    seconds: int
    status: str
    open: bool
    lines: list[Spoken]
    wave: str = ""
    held: bool = False
    keeper: bool = False


def sound_of(session: Session, ticket: Ticket, viewer: Viewer) -> Sound | None:
    """Return what there is to hear and read of the ticket's call; None without a recording."""
    if ticket.call_id is None or Permission.CALL_READ not in viewer.may:
        return None
    call = records.get_call(session, ticket.call_id)
    recording = records.recording_of(session, call)
    if recording is None or recording.status == RecordingStatus.RUNNING:
        return None
    is_open = _is_open(session, ticket, viewer)
    return Sound(
        round(recording.seconds),
        recording.status,
        is_open,
        spoken.lines(session, call),
        _wave(session, recording) if is_open else "",
        held_recordings.present(session, call) is not None,
        Permission.RECORDING_KEEP in viewer.may,
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
    if not _is_open(session, ticket, viewer):
        raise NotAllowed("Nobody said why they listen.", remedy="Give a reason on the page.")
    sound = _sound(session, ticket.call_id)
    asked = request.headers.get("range")
    answer = ranges.answer(sound.read, sound.length, asked, sound.media_type)
    file_name = f"{number}{ENDINGS[sound.media_type]}"
    name = quote(watermark.of(viewer.actor, now(), number).on_file(file_name))
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
    return answer


def _keep(
    session: Session, viewer: Viewer, number: str, reason: str, verb: Callable[..., RecordingHold]
) -> Response:
    if not reason.strip():
        raise Misfilled(say("fault.reason_missing"))
    ticket = tickets.find(session, number, reader=viewer.actor)
    if ticket.call_id is None:
        raise NotFound("There is no recording of this ticket.")
    call = records.get_call(session, ticket.call_id)
    verb(session, call, reason, actor=viewer.actor, now=now())
    return RedirectResponse(f"{PREFIX}/tickets/{number}#recording", status_code=303)


def _wave(session: Session, recording: Recording) -> str:
    """Return the waveform in hex; of a call that has only just ended, by hearing through it."""
    if recording.waveform is not None or recording.status in GONE:
        return (recording.waveform or b"").hex()
    try:
        sound = sealed_recordings.sound_of(session, recording, settings().recordings_dir)
        return waveforms.of(sound.stereo()).hex()
    except (NotFound, Conflict, Unreadable):
        return ""  # the player says what is wrong with it


def _sound(session: Session, call_id: uuid.UUID | None) -> sounds.Sound:
    call = records.get_call(session, call_id) if call_id else None
    recording = records.recording_of(session, call) if call else None
    if recording is None or recording.status in GONE:
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

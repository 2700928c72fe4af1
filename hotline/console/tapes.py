"""One call's recording on a page: who wants to listen says why; then, for an hour, it plays.

Where it stands is the page's own: a ticket's, or a call's that made no ticket. A look is kept
under `subject`, whichever page it was taken on.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from fastapi import Request, Response
from sqlmodel import Session

from hotline.console.faults import Misfilled
from hotline.console.frame import Viewer
from hotline.console.words import say
from hotline.core import privacy
from hotline.core.ciphers import Unreadable
from hotline.core.clock import now
from hotline.core.errors import Conflict, NotAllowed, NotFound
from hotline.core.privacy import RECORDING, Person
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web import ranges, watermark
from telephony import held_recordings, records, sealed_recordings, sounds, spoken, waveforms
from telephony.erased_recordings import GONE
from telephony.models import Recording, RecordingStatus
from telephony.spoken import Spoken

OPEN_FOR = timedelta(hours=1)
ENDINGS = {sounds.WAV: ".wav", sounds.FLAC: ".flac"}


@dataclass(frozen=True)
class Tape:
    """Whose recording it is, the name under which looks are kept, and the address of its player.

    `holds`: the player offers to hold it against its removal.
    """

    subject: str
    person_id: uuid.UUID
    call_id: uuid.UUID
    page: str
    holds: bool = False


@dataclass(frozen=True)
class Sound:
    """A call's recording and its words; `open`: the viewer has said why they listen.

    `wave` are the bytes of its waveform in hex, for whom it is open; `held`: nothing removes it;
    `keeper`: the viewer may decide that.
    """

    page: str
    seconds: int
    status: str
    open: bool
    lines: list[Spoken]
    wave: str = ""
    held: bool = False
    keeper: bool = False


def of_call(session: Session, call_id: uuid.UUID, page: str) -> Tape:
    """Return the recording of a call that has no ticket to stand on."""
    call = records.get_call(session, call_id)
    return Tape(f"call:{call.id}", call.person_id, call.id, page)


def sound(session: Session, tape: Tape, viewer: Viewer) -> Sound | None:
    """Return what there is to hear and read of it; None without a recording."""
    if Permission.CALL_READ not in viewer.may:
        return None
    call = records.get_call(session, tape.call_id)
    recording = records.recording_of(session, call)
    if recording is None or recording.status == RecordingStatus.RUNNING:
        return None
    is_open = _is_open(session, tape, viewer)
    return Sound(
        tape.page,
        round(recording.seconds),
        recording.status,
        is_open,
        spoken.lines(session, call),
        _wave(session, recording) if is_open else "",
        held_recordings.present(session, call) is not None,
        tape.holds and Permission.RECORDING_KEEP in viewer.may,
    )


def note(session: Session, tape: Tape, viewer: Viewer, reason: str) -> None:
    """Keep why somebody listens; raise Misfilled without a reason."""
    if not reason.strip():
        raise Misfilled(say("fault.reason_missing"))
    privacy.note_access(
        session,
        session.get_one(Person, tape.person_id),
        subject=tape.subject,
        actor=str(viewer.actor),
        what=RECORDING,
        reason=reason,
        now=now(),
    )
    session.flush()


def play(session: Session, tape: Tape, viewer: Viewer, request: Request, name: str) -> Response:
    """Return the recording, or the range of it that was asked for; saved, it names who heard it.

    Raises NotAllowed for who has not said why, NotFound for one that is gone.
    """
    if not _is_open(session, tape, viewer):
        raise NotAllowed("Nobody said why they listen.", remedy="Give a reason on the page.")
    recording = records.recording_of(session, records.get_call(session, tape.call_id))
    if recording is None or recording.status in GONE:
        raise NotFound("There is no recording here.", remedy="It may be erased.")
    heard = sealed_recordings.sound_of(session, recording, settings().recordings_dir)
    asked = request.headers.get("range")
    answer = ranges.answer(heard.read, heard.length, asked, heard.media_type)
    file_name = f"{name}{ENDINGS[heard.media_type]}"
    marked = quote(watermark.of(viewer.actor, now(), name).on_file(file_name))
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{marked}"
    return answer


def _wave(session: Session, recording: Recording) -> str:
    """Return the waveform in hex; of a call that has only just ended, by hearing through it."""
    if recording.waveform is not None or recording.status in GONE:
        return (recording.waveform or b"").hex()
    try:
        heard = sealed_recordings.sound_of(session, recording, settings().recordings_dir)
        return waveforms.of(heard.stereo()).hex()
    except (NotFound, Conflict, Unreadable):
        return ""  # the player says what is wrong with it


def _is_open(session: Session, tape: Tape, viewer: Viewer) -> bool:
    return privacy.gave_reason(
        session,
        subject=tape.subject,
        actor=str(viewer.actor),
        what=RECORDING,
        since=now() - OPEN_FOR,
    )

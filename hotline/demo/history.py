"""A made-up request, told from the first ring on: its call, its ticket, and every step since."""

import shutil
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from dispatch import intake, registering
from dispatch.models import Source, Ticket
from dispatch.registering import Heard
from dispatch.requesters import submitting
from dispatch.requesters.submitting import Offer
from hotline.core.phone import parse_phone
from hotline.core.settings import settings
from hotline.demo import steps
from hotline.demo.cast import AGENT
from hotline.demo.day import BY_AGENT, BY_MACHINE, Told
from telephony import records
from telephony.commands import CallArrived, CallEnded
from telephony.models import Call, RecordingStatus

SOUNDS = Path(__file__).parent / "audio"
HOME = "540100"
SENTENCE_S = 3.0


def tell_all(session: Session, day: Sequence[Told], *, at: datetime) -> Iterator[Ticket]:
    """Yield each ticket of the day as it is made, as if it were `at` now, oldest first."""
    for place, told in enumerate(day, start=1):
        yield tell(session, told, place, at=at)


def tell(session: Session, told: Told, place: int, *, at: datetime) -> Ticket:
    """Make one ticket and take it as far as it has come; `place` tells its requester from others'.

    Raises whatever a verb raises: a day that could not have happened is not told.
    """
    began = at - timedelta(minutes=told.minutes_ago)
    ticket = _registered(session, told, number_of(place), began)
    pace = timedelta(minutes=told.minutes_ago) / (len(told.steps) + 1)
    # Most is done within a day or two, whenever it began.
    pace = min(pace, timedelta(hours=7))
    for step, name in enumerate(told.steps, start=1):
        steps.take(session, ticket, name, at=began + pace * step)
    return ticket


def number_of(place: int) -> str:
    """Return a requester's number: nobody's, as `site.NUMBERS` says."""
    return f"1390001{1000 + place:04d}"  # after those of `rush`


def _registered(session: Session, told: Told, caller: str, at: datetime) -> Ticket:
    if told.door == BY_MACHINE:
        call = ring(session, told, caller, at)
        made = intake.register_call(session, call, district=HOME, auto_dispatch=False, now=at)
        if made is None:
            raise LookupError("Nothing was said.")
        return made
    text = "".join(told.said)
    if told.door == BY_AGENT:
        heard = Heard(text, caller=caller, source=Source.PHONE_AGENT)
        return registering.register(session, heard, home=HOME, actor=AGENT, now=at).ticket
    offer = Offer(text, phone=parse_phone(caller))
    # An address a requester: who writes from one too often waits.
    address = f"198.51.100.{int(caller[-4:]) % 250}"
    return submitting.submit(session, offer, home=HOME, address=address, now=at).ticket


def ring(session: Session, told: Told, caller: str, at: datetime) -> uuid.UUID:
    """Return a call that the machine took, written down, with its sound, as by the switch."""
    call_id = uuid.uuid4()
    path = f"{at:%Y/%m/%d}/{call_id}.wav"
    target = settings().recordings_dir / path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(SOUNDS / f"{told.sound}.wav", target)
    call = records.open_call(session, arrival(str(call_id), caller, path, at))
    records.answer_call(session, str(call_id), at=at)
    records.end_call(session, CallEnded(str(call_id), "message_left", 9.0, 0, at.isoformat()))
    _write_down(session, call, told.said, at)
    return call_id


def arrival(call_id: str, caller: str, recording: str, at: datetime) -> CallArrived:
    """Return a worker's report of a new caller."""
    return CallArrived(
        call_id=call_id,
        worker="media-0.1",
        caller=caller,
        called="12345",
        sip_call_id=f"{call_id}@demo",
        recording=recording,
        at=at.isoformat(),
    )


def _write_down(session: Session, call: Call, said: Sequence[str], at: datetime) -> None:
    for seq, text in enumerate(said, start=1):
        records.add_utterance(
            session,
            call,
            speaker="caller",
            seq=seq,
            start_s=SENTENCE_S * (seq - 1),
            end_s=SENTENCE_S * seq,
            text=text,
            confidence=0.82,
            now=at,
        )
    recording = records.recording_of(session, call)
    if recording is None:
        raise LookupError(f"{call.id} has no recording.")
    recording.status = RecordingStatus.TRANSCRIBED
    session.flush()

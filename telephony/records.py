"""What the switch writes of calls: every verb may be repeated, as workers repeat their reports."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

from sqlalchemy import ColumnElement, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from hotline.core import events, privacy
from hotline.core.errors import NotFound
from hotline.core.events import EventType
from hotline.core.log_masks import scrub
from hotline.core.phone import parse_phone
from hotline.core.privacy import Person
from telephony import attempts, lines, seats
from telephony.commands import (
    CallArrived,
    CallEnded,
    CallRefused,
)
from telephony.models import Call, CallStatus, Direction, Recording, RecordingStatus, Utterance

ACTOR = "switch"
# Shorter recordings hold no word.
SHORTEST_RECORDING_S = 0.5


def chain(call_id: uuid.UUID) -> str:
    """Return the name of a call's chain of events."""
    return f"call:{call_id}"


def open_call(session: Session, arrived: CallArrived) -> Call:
    """Record a caller who has just arrived, and that their words are being kept."""
    call_id = uuid.UUID(arrived.call_id)
    known = session.get(Call, call_id)
    if known:
        return known
    at = datetime.fromisoformat(arrived.at)
    attempts.taken(session, scrub(arrived.sip_call_id), at)
    call = _new_call(session, call_id, arrived, at)
    if arrived.contact:
        person = session.get_one(Person, call.person_id)
        call.sealed_contact = privacy.seal(person, arrived.contact, "contact")
    session.add(Recording(call_id=call.id, path=arrived.recording))
    note(session, EventType.CALL_RINGING, call, at, worker=arrived.worker)
    return call


def refuse_call(session: Session, refused: CallRefused) -> Call:
    """Record a caller for whom there was no room, so that they can be called back (漏接回拨)."""
    call_id = uuid.UUID(refused.call_id)
    at = datetime.fromisoformat(refused.at)
    known = session.get(Call, call_id) or attempts.refused_before(
        session, scrub(refused.sip_call_id), at
    )
    if known:
        return known
    call = _new_call(session, call_id, refused, at)
    call.status, call.ended_at, call.end_reason = CallStatus.ENDED, at, refused.reason
    note(session, EventType.CALL_RINGING, call, at, worker=refused.worker)
    note(session, EventType.CALL_ENDED, call, at, reason=refused.reason, seconds=0.0)
    return call


def answer_call(session: Session, call_id: str, *, at: datetime) -> Call:
    """Record that the line is open."""
    call = get_call(session, uuid.UUID(call_id))
    if call.answered_at is None:
        call.answered_at = at
        if call.status == CallStatus.RINGING:  # a late report does not bring a lost call back
            call.status = CallStatus.ANSWERED
        note(session, EventType.CALL_ANSWERED, call, at)
    return call


def end_call(session: Session, ended: CallEnded) -> Call:
    """Record the end, and hand the recording to the recogniser."""
    call = get_call(session, uuid.UUID(ended.call_id))
    if call.status == CallStatus.ENDED:
        return call
    call.keys_pressed = ended.keys
    at = datetime.fromisoformat(ended.at)
    _close(session, call, CallStatus.ENDED, ended.reason, ended.seconds, at)
    return call


def lose_call(session: Session, call: Call, *, seconds: float, now: datetime) -> None:
    """Record that the call's media worker died; what is on disk is still written down."""
    if call.status in (CallStatus.RINGING, CallStatus.ANSWERED):
        _close(session, call, CallStatus.LOST, "worker_died", seconds, now)


def adopt_recording(session: Session, path: str, *, seconds: float, now: datetime) -> Call | None:
    """Give a recording that no row knows a call of its own; its caller's number died unreported."""
    call_id = uuid.UUID(PurePath(path).stem)
    if session.get(Call, call_id):
        return None
    found = CallArrived(
        call_id=str(call_id),
        worker="unknown",
        caller="",
        called="",
        sip_call_id="",
        recording=path,
        at=now.isoformat(),
    )
    call = open_call(session, found)
    lose_call(session, call, seconds=seconds, now=now)
    return call


def open_calls(session: Session, *, direction: Direction | None = None) -> Sequence[Call]:
    """Return the calls that have not ended; with a direction, only those that way."""
    query = select(Call).where(col(Call.status).in_((CallStatus.RINGING, CallStatus.ANSWERED)))
    if direction:
        query = query.where(Call.direction == direction)
    return session.exec(query).all()


def note(
    session: Session,
    type: EventType,
    call: Call,
    at: datetime,
    *,
    actor: str = ACTOR,
    **refs: Any,
) -> None:
    """Add an event to the call's chain."""
    events.append(
        session,
        type,
        chain=chain(call.id),
        actor=actor,
        now=at,
        call=str(call.id),
        direction=call.direction,
        **refs,
    )


def get_call(
    session: Session, call_id: uuid.UUID, *, seen: ColumnElement[bool] | None = None
) -> Call:
    """Return the call; raise NotFound, for one that `seen` leaves out too."""
    query = select(Call).where(Call.id == call_id)
    call = session.exec(query if seen is None else query.where(seen)).first()
    if call is None:
        raise NotFound(f"There is no call {call_id}.")
    return call


def newest(
    session: Session,
    *,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
    seen: ColumnElement[bool] | None = None,
) -> Sequence[Call]:
    """Return calls, newest first; `before` is the (started_at, serial) of the last one seen.

    `seen` is the condition on whatever the reader may see.
    """
    query = select(Call).order_by(col(Call.started_at).desc(), col(Call.serial).desc())
    if seen is not None:
        query = query.where(seen)
    if before:
        query = query.where(tuple_(col(Call.started_at), col(Call.serial)) < tuple_(*before))
    return session.exec(query.limit(limit)).all()


def recording_of(session: Session, call: Call) -> Recording | None:
    """Return the call's recording, if it has one."""
    return session.exec(select(Recording).where(Recording.call_id == call.id)).first()


def add_utterance(
    session: Session,
    call: Call,
    *,
    speaker: str,
    seq: int,
    start_s: float,
    end_s: float,
    text: str,
    confidence: float,
    now: datetime,
) -> bool:
    """Keep what was said, sealed with the caller's key; return False when it was kept before."""
    person = session.get_one(Person, call.person_id)
    row = {
        "call_id": call.id,
        "speaker": speaker,
        "seq": seq,
        "start_s": start_s,
        "end_s": end_s,
        "confidence": confidence,
        "sealed_text": privacy.seal(person, text, "utterance"),
        "characters": len(text),
    }
    added = session.exec(
        insert(Utterance).values(row).on_conflict_do_nothing().returning(col(Utterance.id))
    ).first()
    if added is None:
        return False
    note(
        session,
        EventType.CALL_TRANSCRIPT,
        call,
        now,
        speaker=speaker,
        seq=seq,
        characters=len(text),
        confidence=round(confidence, 3),
        final=True,
    )
    return True


def transcript(session: Session, call: Call, *, at_least: float = 0.0) -> list[str]:
    """Return what was said with this confidence, in order, in the clear; mask it to show it."""
    person = session.get_one(Person, call.person_id)
    said = session.exec(
        select(Utterance)
        .where(Utterance.call_id == call.id, col(Utterance.confidence) >= at_least)
        .order_by(col(Utterance.seq))
    )
    return [privacy.unseal(person, utterance.sealed_text, "utterance") for utterance in said]


def _new_call(
    session: Session, call_id: uuid.UUID, arrived: CallArrived | CallRefused, at: datetime
) -> Call:
    phone = parse_phone(arrived.caller)
    person = privacy.know_person(session, phone, now=at)
    call = Call(
        id=call_id,
        person_id=person.id,
        caller_masked=phone.masked if phone else "",
        called=arrived.called,
        line=lines.line_of(session, arrived.called, now=at),
        sip_call_id=scrub(arrived.sip_call_id),  # some telephones write their number into it
        worker=arrived.worker,
        started_at=at,
    )
    session.add(call)
    session.flush()
    return call


def _close(
    session: Session, call: Call, status: CallStatus, reason: str, seconds: float, at: datetime
) -> None:
    call.status, call.ended_at, call.end_reason = status, at, reason
    seats.leave_call(session, call, now=at)
    recording = recording_of(session, call)
    if call.direction == Direction.OUT:
        _keep_recording(session, recording, seconds)
    elif recording and (recording.status == RecordingStatus.RUNNING or seconds > recording.seconds):
        recording.seconds = seconds
        worth_hearing = seconds >= SHORTEST_RECORDING_S
        recording.status = RecordingStatus.READY if worth_hearing else RecordingStatus.TRANSCRIBED
    note(session, EventType.CALL_ENDED, call, at, reason=reason, seconds=round(seconds, 1))


def _keep_recording(session: Session, recording: Recording | None, seconds: float) -> None:
    """Keep what an answered callback sounded like; one that nobody answered has no sound."""
    if recording and seconds:
        recording.seconds, recording.status = seconds, RecordingStatus.KEPT
    elif recording:
        session.delete(recording)

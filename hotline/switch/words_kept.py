"""What the recogniser heard becomes rows: each step may be repeated after any crash."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select
from sqlmodel.sql.expression import Select

from hotline.core.db import after_commit
from hotline.core.queue import enqueue_after_commit
from hotline.switch import limited
from hotline.switch.orders import DIALLED
from nlp.speech import Segment
from telephony import records, words_now
from telephony.models import Call, CallStatus, Direction, Recording, RecordingStatus

AT_MOST = 100
REGISTER_JOB = "dispatch.jobs.register_call"

log = structlog.get_logger()


@dataclass(frozen=True)
class Waiting:
    """A recording whose words are wanted: of a call that runs, or that is over."""

    recording: int
    call: uuid.UUID
    path: str
    seconds: float
    live: bool
    since: datetime  # when the line was opened
    agent: str


def waiting(session: Session, *, followed: Collection[int] = ()) -> list[Waiting]:
    """Return the recordings whose words are wanted, the oldest first; of calls that run, all.

    `followed`: the recordings that are heard now, which are not left out.
    Of outgoing calls only those that an agent made: a machine's answers are keys.
    """
    runs = and_(
        col(Recording.status) == RecordingStatus.RUNNING,
        col(Call.status) == CallStatus.ANSWERED,
        or_(Call.direction == Direction.IN, col(Call.errand).startswith(f"{DIALLED}:")),
    )
    ready = col(Recording.status) == RecordingStatus.READY
    heard = and_(ready, col(Recording.id).in_(followed))
    # Of calls that are over one is heard at a time: a night's worth of them need not be looked at.
    queries = (_recorded(or_(runs, heard)), _recorded(ready).limit(AT_MOST))
    found = {each.id or 0: (each, call) for query in queries for each, call in session.exec(query)}
    return [_as_waiting(*found[each]) for each in sorted(found)]


def _recorded(which: ColumnElement[bool]) -> Select[Recording, Call]:
    return (
        select(Recording, Call)
        .join(Call, col(Call.id) == Recording.call_id)
        .where(which)
        .order_by(col(Recording.id))
    )


def keep(session: Session, call_id: uuid.UUID, speaker: str, heard: Segment, now: datetime) -> bool:
    """Keep an utterance; return False when it was kept before."""
    call = records.get_call(session, call_id)
    added = records.add_utterance(
        session,
        call,
        speaker=speaker,
        seq=words_now.place(heard.start),
        start_s=heard.start,
        end_s=heard.end,
        text=heard.text,
        confidence=heard.confidence,
        now=now,
    )
    facts = {"speaker": speaker, "characters": len(heard.text), "late_s": _late_s(call, heard, now)}
    if added:
        _say(session, "call.transcript", call, **facts)
    return added


def finish(session: Session, done: Waiting, engine: str, *, took: timedelta) -> None:
    """Record that all of the recording is written down, and have the machine register it.

    Not when it has grown meanwhile: the call went on after it was thought lost.
    """
    words_now.over(session, done.call)
    recording = session.get_one(Recording, done.recording)
    call = records.get_call(session, done.call)
    if recording.status != RecordingStatus.READY or recording.seconds != done.seconds:
        return
    recording.status, recording.engine = RecordingStatus.TRANSCRIBED, engine
    utterances = words_now.count(session, call.id)
    facts = {"utterances": utterances, "took_s": round(took.total_seconds(), 1)}
    _say(session, "call.transcribed", call, **facts)
    if utterances and limited.becomes_ticket(session, call):
        _register(session, call)


def count_attempt(session: Session, failed: Waiting) -> int:
    """Note that the recogniser died of this sound, and return how often it has."""
    recording = session.get_one(Recording, failed.recording)
    recording.attempts += 1
    return recording.attempts


def give_up(session: Session, failed: Waiting, why: str) -> None:
    """Hand the recording to a person, with the words that were heard before."""
    words_now.over(session, failed.call)
    session.get_one(Recording, failed.recording).status = RecordingStatus.FAILED
    _register(session, records.get_call(session, failed.call))
    facts = {"recording": failed.recording, "why": why, "remedy": "listen to it"}
    after_commit(session, lambda: log.error("recording.failed", **facts))


def voices(path: str, agent: str) -> Sequence[str]:
    """Return who speaks on the recording's left, and on its right; one for both together."""
    if ".wav" not in path:
        return (words_now.CALLER, words_now.AGENT)
    return (words_now.BOTH if agent else words_now.CALLER,)


def _as_waiting(recording: Recording, call: Call) -> Waiting:
    return Waiting(
        recording=recording.id or 0,
        call=call.id,
        path=recording.path,
        seconds=recording.seconds,
        live=recording.status == RecordingStatus.RUNNING,
        since=call.answered_at or call.started_at,
        agent=call.agent,
    )


def _late_s(call: Call, heard: Segment, now: datetime) -> float:
    """Return how long after it was said an utterance is kept."""
    said = (call.answered_at or call.started_at) + timedelta(seconds=heard.end)
    return round((now - said).total_seconds(), 2)


def _register(session: Session, call: Call) -> None:
    """Have the machine register what was said; what an agent heard, the agent registers."""
    if not call.agent:
        enqueue_after_commit(session, REGISTER_JOB, str(call.id))


def _say(session: Session, name: str, call: Call, **facts: object) -> None:
    after_commit(session, lambda: log.info(name, call=call.id.hex[:8], **facts))

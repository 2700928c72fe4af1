"""排队 as rows: who waits in which language since when, so that any new leader knows it."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from hotline.core.events import EventType
from hotline.core.settings import Settings
from telephony import caring, records
from telephony.acd.waiting import FRONT_S, Boosts, Waiting, boost_s
from telephony.models import Call, CallStatus, Direction, Seat
from telephony.models_calls import CallParty
from telephony.models_queue import QueueEntry
from telephony.wiring import Part

REPEAT_WITHIN = timedelta(days=1)
# What recent calls took tells how long the next ones wait.
RECENT, RECENT_WITHIN = 30, timedelta(hours=4)


class WhyLeft(StrEnum):
    """Why somebody no longer waits."""

    CONNECTED = "connected"
    MESSAGE = "message"  # leaves one
    CALLBACK = "callback"  # is called back
    GONE = "gone"  # hung up
    LOST = "lost"  # our own fault


def enter(session: Session, call: Call, *, number: str, own: Settings, now: datetime) -> QueueEntry:
    """Let the caller wait; told twice, they wait once. `number`: as they dialled in."""
    known = session.get(QueueEntry, call.id)
    if known:
        return known
    call.queued_at = now
    call.language = call.language or language_of(session, call, number, own.language_areas)
    boosts = Boosts(own.boost_elder_s, own.boost_repeat_s)
    cared_for = caring.care_of(session, call.person_id) is not None
    call.boost_s = boost_s(boosts, elder=cared_for, repeat=_is_repeat(session, call))
    entry = QueueEntry(call_id=call.id, entered_at=now, last_seat=_last_seat(session, call))
    session.add(entry)
    session.flush()
    _note(session, call, now)
    return entry


def hand_on(session: Session, call: Call, language: str, *, now: datetime) -> QueueEntry:
    """Let a caller whose agent hands them on wait at the front for one of another language."""
    entry = session.get(QueueEntry, call.id, with_for_update=True) or QueueEntry(
        call_id=call.id, entered_at=now
    )
    entry.entered_at, entry.left_at, entry.why_left = now, None, ""
    entry.announced_at = entry.told_at = now  # the worker says by itself that they wait
    session.add(entry)
    call.language, call.boost_s = language, FRONT_S
    call.queued_at = call.queued_at or now
    session.flush()
    _note(session, call, now)
    return entry


def open_entries(session: Session) -> Sequence[tuple[Call, QueueEntry]]:
    """Return who waits now, on the line."""
    return session.exec(
        select(Call, QueueEntry)
        .join(QueueEntry, col(QueueEntry.call_id) == Call.id)
        .where(
            col(QueueEntry.left_at).is_(None),
            col(Call.status).in_((CallStatus.RINGING, CallStatus.ANSWERED)),
        )
        .order_by(col(QueueEntry.entered_at))
    ).all()


def find(session: Session, call_id: uuid.UUID) -> QueueEntry | None:
    """Return the caller's wait, over or not."""
    return session.get(QueueEntry, call_id)


def open_entry(session: Session, call_id: uuid.UUID) -> QueueEntry | None:
    """Return the caller's wait, if they wait."""
    entry = session.get(QueueEntry, call_id)
    return entry if entry and entry.left_at is None else None


def leave(session: Session, call_id: uuid.UUID, why: WhyLeft, *, now: datetime) -> bool:
    """Let them wait no longer; return whether they did."""
    entry = open_entry(session, call_id)
    if entry is None:
        return False
    entry.left_at, entry.why_left = now, why
    session.flush()
    return True


def as_waiting(call: Call, entry: QueueEntry) -> Waiting:
    """Return them as the choice sees them."""
    return Waiting(
        key=str(call.id),
        since=call.queued_at or entry.entered_at,
        worker=call.worker,
        boost_s=call.boost_s,
        language=call.language,
        matter=entry.matter,
        last_seat=entry.last_seat,
    )


def language_of(session: Session, call: Call, number: str, areas: str) -> str:
    """Return the language of this person's last call, else their area's; empty: not known."""
    before = select(Call.language).where(
        Call.person_id == call.person_id, Call.id != call.id, Call.language != ""
    )
    remembered = session.exec(before.order_by(col(Call.started_at).desc()).limit(1)).first()
    return remembered or area_language(number, areas)


def area_language(number: str, areas: str) -> str:
    """Return what the area of a number speaks, by the longest beginning that is listed."""
    listed = [each.partition("=") for each in areas.split()]
    fitting = [(code, language) for code, _, language in listed if number.startswith(code)]
    return max(fitting, key=lambda each: len(each[0]), default=("", ""))[1]


def handling_s(session: Session, *, now: datetime) -> list[float]:
    """Return how long the last calls took that agents have ended."""
    ended = (
        select(Call.connected_at, Call.ended_at)
        .where(
            col(Call.connected_at).is_not(None),
            col(Call.ended_at) > now - RECENT_WITHIN,
            Call.direction == Direction.IN,
        )
        .order_by(col(Call.ended_at).desc())
        .limit(RECENT)
    )
    return [
        (ended_at - connected_at).total_seconds()
        for connected_at, ended_at in session.exec(ended)
        if connected_at and ended_at
    ]


def _is_repeat(session: Session, call: Call) -> bool:
    lately = select(Call.id).where(
        Call.person_id == call.person_id,
        Call.id != call.id,
        Call.direction == Direction.IN,
        Call.started_at > call.started_at - REPEAT_WITHIN,
    )
    return session.exec(lately.limit(1)).first() is not None


def _last_seat(session: Session, call: Call) -> int | None:
    return session.exec(
        select(CallParty.account_id)
        .join(Call, col(Call.id) == CallParty.call_id)
        .join(Seat, col(Seat.account_id) == CallParty.account_id)
        .where(
            Call.person_id == call.person_id,
            Call.id != call.id,
            CallParty.part == Part.AGENT,
            col(CallParty.joined_at).is_not(None),
        )
        .order_by(col(CallParty.joined_at).desc())
        .limit(1)
    ).first()


def _note(session: Session, call: Call, now: datetime) -> None:
    records.note(
        session,
        EventType.CALL_QUEUED,
        call,
        now,
        language=call.language,
        boost_s=call.boost_s,
    )

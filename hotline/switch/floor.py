"""坐席大厅: callers are offered to seats, and seats are freed, whatever dies."""

import uuid
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from hotline.core.db import after_commit
from hotline.core.events import EventType
from hotline.core.settings import Settings
from hotline.switch.orders import legs
from telephony import acd, records, seats
from telephony.acd import WaitingCall
from telephony.commands import (
    AgentGone,
    AgentJoined,
    CallArrived,
    Hello,
    Offer,
    TakeMessage,
    offer_name,
)
from telephony.destinations import NotAllowed, desk_phone
from telephony.models import Call, CallStatus, Direction, Seat
from telephony.outcomes import AgentOutcome

HOTLINE_NUMBER = "12345"
# A report told again much later is of a caller who has left, or is leaving a message.
FRESH_S = 10.0
# What a ringing telephone may take beside its ring time: the notice is heard to its end.
OVERTIME_S = 40.0
# Who does not take a call they are offered is not there: the next caller must not wait for them.
_PAUSING = {
    AgentOutcome.NO_ANSWER,
    AgentOutcome.BUSY,
    AgentOutcome.REJECTED,
    AgentOutcome.UNREACHABLE,
    AgentOutcome.HUNG_UP,
}
# These callers still wait.
_WAITING = {*_PAUSING, AgentOutcome.NO_MEDIA, AgentOutcome.NO_FREE_LEG, AgentOutcome.LOST}

log = structlog.get_logger()


def answer(
    session: Session, own: Settings, report: object, hello: Hello, *, now: datetime
) -> Offer | TakeMessage | None:
    """Return what the worker is to do for the caller it reports of; None: nothing new."""
    match report:
        case CallArrived():
            fresh = now - datetime.fromisoformat(report.at) < timedelta(seconds=FRESH_S)
            return _offer(session, own, report.call_id, hello, now=now) if fresh else None
        case AgentGone() if not report.talked and report.outcome in _WAITING:
            # Our own fault, or no leg: another seat would fare no better.
            ours = report.outcome in (AgentOutcome.NO_FREE_LEG, AgentOutcome.LOST)
            found = None if ours else _offer(session, own, report.call_id, hello, now=now)
            return found or TakeMessage(report.call_id)
    return None


def joined(session: Session, report: AgentJoined, *, now: datetime) -> Call:
    """Record that an agent and the caller hear each other; told twice, it counts once."""
    call = records.get_call(session, uuid.UUID(report.call_id))
    seat = seats.talk(session, report.seat, call, now=now)
    if seat and not call.agent:
        call.agent = seat.username
        records.note(session, EventType.CALL_CONNECTED, call, now, agent=seat.username)
    return call


def gone(session: Session, report: AgentGone, *, now: datetime) -> Call:
    """Free the seat; one that did not take the call, or has no sound, is paused by itself."""
    call = records.get_call(session, uuid.UUID(report.call_id))
    outcome = AgentOutcome(report.outcome)
    refused = outcome in _PAUSING and not report.talked
    pause = outcome if refused or outcome is AgentOutcome.NO_MEDIA else ""
    seat = seats.leave(session, report.seat, call.id, pause=pause, now=now)
    if seat and pause:
        _say(session, "seat.paused", seat, why=pause)
    return call


def tend(session: Session, own: Settings, *, now: datetime) -> None:
    """Grant what agents want, and free every seat whose call is over or never came."""
    seats.settle(session, now=now)
    too_long = timedelta(seconds=own.desk_ring_s + OVERTIME_S)
    for seat in seats.stuck(session, offered_before=now - too_long):
        _free(session, seat, "stuck", now=now)


def free_unknown(session: Session, hello: Hello, *, now: datetime) -> None:
    """Free the seats that a worker was to ring and knows nothing of: the offer never arrived."""
    for seat in seats.in_calls_of(session, hello.worker):
        if offer_name(str(seat.call_id), seat.account_id) not in hello.offers:
            _free(session, seat, "unknown", now=now)


def _offer(
    session: Session, own: Settings, call_id: str, hello: Hello, *, now: datetime
) -> Offer | None:
    """Offer the call to the seat that has been idle longest, if there is a leg to ring it."""
    seats.settle(session, now=now)
    known = {seat.account_id: seat for seat in seats.for_choice(session)}
    call = records.get_call(session, uuid.UUID(call_id))
    if call.status not in (CallStatus.RINGING, CallStatus.ANSWERED):
        return None
    waiting = WaitingCall(call.id, _spare_legs(session, hello))
    while place := acd.choose((seats.place_of(each) for each in known.values()), waiting, now):
        seat = known.pop(place.seat)
        allowed = desk_phone(seat.address, own.desk_phones, number=HOTLINE_NUMBER)
        if not isinstance(allowed, NotAllowed):
            return _offered(session, own, seat, call, now=now)
        seats.refuse(seat, "not_allowed", now=now)
        _say(session, "seat.paused", seat, why=allowed.reason)
    return None


def _offered(session: Session, own: Settings, seat: Seat, call: Call, *, now: datetime) -> Offer:
    seats.offer(seat, call, now=now)
    records.note(session, EventType.CALL_OFFERED, call, now, agent=seat.username)
    _say(session, "call.offered", seat, call=call.id.hex[:8])
    return Offer(str(call.id), seat.account_id, seat.address, float(own.desk_ring_s))


def _spare_legs(session: Session, hello: Hello) -> int:
    out = records.open_calls(session, direction=Direction.OUT)
    taken = sum(legs(call) for call in out if call.worker == hello.worker)
    return hello.outbound - taken - len(seats.in_calls_of(session, hello.worker))


def _free(session: Session, seat: Seat, why: str, *, now: datetime) -> None:
    if seat.call_id and seats.leave(session, seat.account_id, seat.call_id, now=now):
        _say(session, "seat.freed", seat, why=why)


def _say(session: Session, name: str, seat: Seat, **facts: object) -> None:
    after_commit(session, lambda: log.info(name, agent=seat.username, **facts))

"""Calls that went one way or the other, as the switch leaves them."""

from datetime import datetime, timedelta

from sqlmodel import Session

from dispatch.callback import call_ratings
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.events import EventType
from telephony import owed, records
from telephony.acd.patience import MissedWhy
from telephony.models import Call, CallStatus, Direction
from telephony.models_queue import QueueEntry, WrapUp
from telephony.queueing import WhyLeft
from tests.factories import arrival

SECOND = timedelta(seconds=1)


def rang(session: Session, at: datetime, caller: str = "13989001234") -> Call:
    """Return a call that has just begun."""
    call = records.open_call(session, arrival(at, caller=caller))
    session.flush()
    return call


def waited(session: Session, at: datetime, seconds: float, why: WhyLeft, caller: str) -> Call:
    """Return a call that asked for a person at once and left the queue after so long."""
    call = rang(session, at, caller)
    call.queued_at = at
    left = at + seconds * SECOND
    session.add(QueueEntry(call_id=call.id, entered_at=at, left_at=left, why_left=why))
    return call if why is WhyLeft.CONNECTED else ended(session, call, left)


def answered(
    session: Session, at: datetime, seconds: float, *, talk: int = 60, caller: str = "13989001234"
) -> Call:
    """Return a call that an agent answered after so long, and talked in for so long."""
    call = waited(session, at, seconds, WhyLeft.CONNECTED, caller)
    call.connected_at = at + seconds * SECOND
    return ended(session, call, call.connected_at + talk * SECOND)


def ended(session: Session, call: Call, at: datetime) -> Call:
    call.status, call.ended_at = CallStatus.ENDED, at
    session.add(call)
    session.flush()
    return call


def made(session: Session, at: datetime) -> Call:
    """Return a call of ours to a requester (回访), in which they talked."""
    call = answered(session, at, 3)
    call.direction = Direction.OUT
    session.add(call)
    session.flush()
    return call


def owe(session: Session, call: Call, why: MissedWhy = MissedWhy.ABANDONED) -> int:
    """Owe the caller a call from now on; return the row's id."""
    at = call.ended_at or call.started_at
    row = owed.owe(session, call, why, waiting_since=call.started_at, due_at=at, now=at)
    session.flush()
    return row.id or 0


def settle(session: Session, missed: int, outcome: str, now: datetime) -> None:
    owed.close(session, owed.find(session, missed), outcome, by="dawa", now=now)
    session.flush()


def wrapped(session: Session, call: Call, *seconds: int, now: datetime) -> None:
    """Let an agent work on the call for so long, once or more often."""
    account = accounts.create_account(session, "agent-x", "secret-word", role=Role.AGENT, now=now)
    session.flush()
    began = call.ended_at or now
    for each in seconds:
        session.add(
            WrapUp(
                call_id=call.id,
                account_id=account.id or 0,
                began_at=began,
                ended_at=began + each * SECOND,
            )
        )
    session.flush()


def held(session: Session, call: Call, *steps: tuple[float, EventType]) -> None:
    """Let the log tell these things of the call, so many seconds after it was answered."""
    assert call.connected_at
    for seconds, type in steps:
        records.note(session, type, call, call.connected_at + seconds * SECOND)
    session.flush()


def rated(session: Session, call: Call, satisfaction: int, now: datetime) -> None:
    call_ratings.rate(session, call, satisfaction, now=now)

"""回拨: an agent rings who is owed a call, or who called before; the switch places it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session

from hotline.core.errors import Conflict
from hotline.core.settings import settings
from telephony import asking, ordering, owed, records
from telephony.acd import SeatStatus
from telephony.models import Call, Seat
from telephony.models_calls import CallOrder
from telephony.models_queue import MissedCall
from telephony.ordering import Verb


def find_missed(session: Session, missed_id: int, *, seen: ColumnElement[bool]) -> MissedCall:
    """Return the row, locked; raise NotFound for one whose call is not to be `seen` too."""
    row = owed.find(session, missed_id)
    records.get_call(session, row.call_id, seen=seen)
    return row


def require_takeable(row: MissedCall, account_id: int) -> None:
    """Raise Conflict when it is over, or a colleague's."""
    if row.closed_at is not None:
        raise Conflict("This call is owed no longer.", remedy="Take the next one.")
    if row.account_id not in (None, account_id):
        raise Conflict("A colleague has this one already.", remedy="Take the next one.")


def dial_missed(
    session: Session, seat: Seat, missed_id: int, *, seen: ColumnElement[bool], now: datetime
) -> CallOrder:
    """Ask the switch to ring who is owed a call; raise NotFound or Conflict."""
    row = find_missed(session, missed_id, seen=seen)
    require_takeable(row, seat.account_id)
    asked = _dial(session, seat, now=now, missed=missed_id)
    owed.show(row, seat.account_id, now=now)
    return asked


def dial_again(session: Session, seat: Seat, call: Call, *, now: datetime) -> CallOrder:
    """Ask the switch to ring who called before; raise Conflict without a number to ring."""
    if not (call.caller_masked or call.sealed_contact):
        raise Conflict("This caller showed no number.", remedy="Nobody can ring them.")
    return _dial(session, seat, now=now, of_call=str(call.id))


def take(session: Session, seat: Seat, row: MissedCall, *, now: datetime) -> None:
    """认领: let a free seat have it; raise Conflict while it is not, or has another one."""
    if seat.status != SeatStatus.READY:
        raise Conflict("Your seat is not ready.", remedy="POST /api/v1/seats/me/unpause first.")
    other = owed.shown(session).get(seat.account_id)
    if other is not None and other.id != row.id:
        raise Conflict("You have another one.", remedy="Call that one, or give it up.")
    owed.show(row, seat.account_id, now=now)


def leave_to_others(session: Session, seat: Seat, row: MissedCall, *, now: datetime) -> None:
    """Let a colleague have it, later; raise Conflict when it is over, or a colleague's."""
    require_takeable(row, seat.account_id)
    owed.put_back(row, due_at=now + timedelta(seconds=settings().owed_again_s))
    session.flush()


def _dial(session: Session, seat: Seat, *, now: datetime, **details: Any) -> CallOrder:
    asking.require_free(seat)
    return ordering.order(session, Verb.DIAL, None, account_id=seat.account_id, now=now, **details)

"""How a seat passes from one state to the next, each time with one event; 话后处理 with them."""

import uuid
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from hotline.core import events
from hotline.core.errors import Conflict
from hotline.core.events import EventType
from hotline.core.settings import settings
from telephony import parties, service_modes
from telephony.acd import SeatStatus
from telephony.models import Seat
from telephony.models_queue import WrapUp
from telephony.orders import seat_party
from telephony.wiring import Part


def chain(seat: Seat) -> str:
    """Return the name of a seat's chain of events."""
    return f"seat:{seat.username}"


def become(
    session: Session, seat: Seat, status: SeatStatus, call_id: uuid.UUID | None, *, now: datetime
) -> None:
    """Let the seat stand so from now on."""
    seat.status, seat.call_id, seat.since = status, call_id, now
    tell(session, seat, now=now)


def tell(session: Session, seat: Seat, *, now: datetime) -> None:
    """Tell how the seat stands: its agent's page asks what it shows, an owed call among that."""
    status, call_id = SeatStatus(seat.status), seat.call_id
    events.append(
        session,
        EventType.SEAT_CHANGED,
        chain=chain(seat),
        actor=seat.username,
        now=now,
        seat=seat.account_id,
        status=status,
        call=str(call_id) if call_id else None,
        reason=seat.pause_reason if status is SeatStatus.PAUSED else "",
    )


def settle(session: Session, seat: Seat, *, now: datetime) -> None:
    """Let a seat outside any call be what its agent wants; who has just come counts from none."""
    if seat.status == SeatStatus.LOGGED_OFF:
        seat.since_login, seat.calls, seat.missed = now, 0, 0
    elif seat.status == SeatStatus.WRAP_UP:
        _end_wrap_up(session, seat, now=now)
    seat.wrap_up_until = None
    become(session, seat, SeatStatus(seat.wanted), None, now=now)


def after_call(session: Session, seat: Seat, *, now: datetime) -> None:
    """Let a seat that leaves its call write it down, if it talked; else be what is wanted."""
    call_id, talked = seat.call_id, _talked(session, seat)
    span_s = wrap_up_s(session, now=now) if seat.wanted == SeatStatus.READY else 0
    if talked and call_id:
        ended = None if span_s else now
        session.add(
            WrapUp(call_id=call_id, account_id=seat.account_id, began_at=now, ended_at=ended)
        )
    if talked and span_s:
        seat.wrap_up_until = now + timedelta(seconds=span_s)
        become(session, seat, SeatStatus.WRAP_UP, None, now=now)
    else:
        become(session, seat, SeatStatus(seat.wanted), None, now=now)


def wrap_up_s(session: Session, *, now: datetime) -> int:
    """Return how long a call may be written down, by the settings or the mode in force."""
    changed = service_modes.change_now(session, now=now).wrap_up_s
    return settings().wrap_up_s if changed is None else changed


def wrap_up_of(session: Session, seat: Seat) -> WrapUp | None:
    """Return what the seat writes down now, or wrote down last."""
    own = select(WrapUp).where(WrapUp.account_id == seat.account_id)
    return session.exec(own.order_by(col(WrapUp.id).desc()).limit(1)).first()


def wrap_up(session: Session, seat: Seat, code: str, *, done: bool, now: datetime) -> WrapUp:
    """Give the last call its code; `done`: take calls again at once. Raise Conflict without one."""
    row = wrap_up_of(session, seat)
    if row is None:
        raise Conflict("This seat has taken no call yet.", remedy="Take one first.")
    row.code = code
    if done and seat.status == SeatStatus.WRAP_UP:
        seat.wrap_up_until = now
    return row


def _talked(session: Session, seat: Seat) -> bool:
    """Return whether the seat talks in its call; who only listens has nothing to write down."""
    if seat.status != SeatStatus.TALKING or seat.call_id is None:
        return False
    row = parties.find(session, seat.call_id, seat_party(seat.account_id))
    return row is None or row.part != Part.SUPERVISOR


def _end_wrap_up(session: Session, seat: Seat, *, now: datetime) -> None:
    row = wrap_up_of(session, seat)
    if row is None or row.ended_at is not None:
        return
    row.ended_at = now
    events.append(
        session,
        EventType.CALL_WRAPPED_UP,
        chain=f"call:{row.call_id}",
        actor=seat.username,
        now=now,
        call=str(row.call_id),
        seconds=round((now - row.began_at).total_seconds(), 1),
        code=row.code,
    )

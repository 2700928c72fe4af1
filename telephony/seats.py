"""坐席: what agents want of their seats, and what the switch makes of that."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from hotline.core.accounts import Account
from hotline.core.errors import Conflict
from telephony.acd import IN_A_CALL, Place, SeatStatus
from telephony.models import Call, CallStatus, Seat


def seat_of(session: Session, account: Account, *, now: datetime) -> Seat:
    """Return the account's seat, locked; everybody who may hold one has one."""
    fresh = Seat(account_id=account.id or 0, username=account.username, since=now)
    session.exec(insert(Seat).values(fresh.model_dump()).on_conflict_do_nothing())
    (seat,) = _lock(session, select(Seat).where(Seat.account_id == fresh.account_id))
    return seat


def all_seats(session: Session) -> Sequence[Seat]:
    """Return every seat that was ever held, by its agent's name."""
    return session.exec(select(Seat).order_by(col(Seat.username))).all()


def set_address(session: Session, seat: Seat, address: str) -> None:
    """Let this telephone ring from the next offer on; raise Conflict when another seat has it."""
    _require_free(session, seat, address)
    seat.address = address


def log_in(session: Session, seat: Seat) -> None:
    """签入: want calls; raise Conflict without a telephone, or with another's."""
    if not seat.address:
        raise Conflict(
            "This seat has no telephone.",
            remedy='First PUT /api/v1/seats/me {"address": "sip:1001@127.0.0.1:5080"}.',
        )
    _require_free(session, seat, seat.address)
    _want(seat, SeatStatus.READY)


def log_off(seat: Seat) -> None:
    """签出: want no more calls; a call that is under way is finished first."""
    _want(seat, SeatStatus.LOGGED_OFF)


def pause(seat: Seat, reason: str) -> None:
    """示忙: want no call for now; raise Conflict when nobody is logged in."""
    _require_logged_in(seat)
    _want(seat, SeatStatus.PAUSED, reason)


def unpause(seat: Seat) -> None:
    """示闲: want calls again; raise Conflict when nobody is logged in."""
    _require_logged_in(seat)
    _want(seat, SeatStatus.READY)


def settle(session: Session, *, now: datetime) -> None:
    """Make every seat what its agent wants, unless it is in a call."""
    changed = select(Seat).where(
        col(Seat.status).not_in(IN_A_CALL), col(Seat.status) != col(Seat.wanted)
    )
    for seat in _lock(session, changed):
        _become(seat, SeatStatus(seat.wanted), None, now=now)
    session.flush()


def for_choice(session: Session) -> Sequence[Seat]:
    """Return the seats that somebody holds, locked: nobody else chooses among them now."""
    return _lock(session, select(Seat).where(Seat.status != SeatStatus.LOGGED_OFF))


def place_of(seat: Seat) -> Place:
    """Return the seat as the choice sees it."""
    return Place(seat.account_id, SeatStatus(seat.status), seat.since, seat.call_id)


def offer(seat: Seat, call: Call, *, now: datetime) -> None:
    """Let the seat's telephone be rung for the call."""
    _become(seat, SeatStatus.OFFERED, call.id, now=now)


def talk(session: Session, account_id: int, call: Call, *, now: datetime) -> Seat | None:
    """Let the seat talk; None when it does not have this call any more."""
    seat = _locked(session, account_id)
    if seat is None or seat.call_id != call.id:
        return None
    _become(seat, SeatStatus.TALKING, call.id, now=now)
    return seat


def leave(
    session: Session, account_id: int, call_id: uuid.UUID, *, pause: str = "", now: datetime
) -> Seat | None:
    """Free the seat from this call; with a reason to pause, it is offered no other until unpaused.

    None when it does not have this call any more: told twice, it changes nothing.
    """
    seat = _locked(session, account_id)
    if seat is None or seat.call_id != call_id:
        return None
    if pause and seat.wanted == SeatStatus.READY:
        _want(seat, SeatStatus.PAUSED, pause)
    _become(seat, SeatStatus(seat.wanted), None, now=now)
    return seat


def refuse(seat: Seat, why: str, *, now: datetime) -> None:
    """Pause a ready seat that must not be rung."""
    _want(seat, SeatStatus.PAUSED, why)
    _become(seat, SeatStatus.PAUSED, None, now=now)


def leave_call(session: Session, call: Call, *, now: datetime) -> None:
    """Free whichever seat has this call: it has ended."""
    for account_id in session.exec(select(Seat.account_id).where(Seat.call_id == call.id)).all():
        leave(session, account_id, call.id, now=now)


def in_calls_of(session: Session, worker: str) -> Sequence[Seat]:
    """Return the seats that this worker rings or has on the line."""
    return session.exec(
        select(Seat).join(Call, col(Call.id) == Seat.call_id).where(Call.worker == worker)
    ).all()


def stuck(session: Session, *, offered_before: datetime) -> Sequence[Seat]:
    """Return the seats whose call has ended, or that are rung since before this moment."""
    rung_too_long = (col(Seat.status) == SeatStatus.OFFERED) & (col(Seat.since) < offered_before)
    over = col(Call.status).in_((CallStatus.ENDED, CallStatus.LOST))
    return session.exec(
        select(Seat).join(Call, col(Call.id) == Seat.call_id).where(over | rung_too_long)
    ).all()


def _lock(session: Session, query: SelectOfScalar[Seat]) -> Sequence[Seat]:
    ordered = query.order_by(col(Seat.account_id)).with_for_update()
    return session.exec(ordered.execution_options(populate_existing=True)).all()


def _locked(session: Session, account_id: int) -> Seat | None:
    return next(iter(_lock(session, select(Seat).where(Seat.account_id == account_id))), None)


def _want(seat: Seat, wanted: SeatStatus, reason: str = "") -> None:
    seat.wanted, seat.pause_reason = wanted, reason


def _become(seat: Seat, status: SeatStatus, call_id: uuid.UUID | None, *, now: datetime) -> None:
    seat.status, seat.call_id, seat.since = status, call_id, now


def _require_logged_in(seat: Seat) -> None:
    if seat.wanted == SeatStatus.LOGGED_OFF:
        raise Conflict("Nobody is logged in at this seat.", remedy="Log in first.")


def _require_free(session: Session, seat: Seat, address: str) -> None:
    held = select(Seat.username).where(
        Seat.address == address,
        Seat.account_id != seat.account_id,
        Seat.wanted != SeatStatus.LOGGED_OFF,
    )
    if other := session.exec(held).first():
        raise Conflict(
            f"{other} is logged in at {address}.",
            remedy="Use another telephone, or let them log off.",
        )

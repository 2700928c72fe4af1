"""坐席: what agents want of their seats, and what the switch makes of that."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from hotline.core.accounts import Account
from hotline.core.errors import Conflict, Invalid
from telephony import seat_states
from telephony.acd import IN_A_CALL, Place, SeatStatus
from telephony.acd.misses import AUTOMATIC
from telephony.acd.skills import are_skills
from telephony.models import Call, CallStatus, Direction, Seat, SeatKind
from telephony.seat_states import become


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


def set_kind(seat: Seat, kind: SeatKind) -> None:
    """Talk through a telephone or the browser from the next call on; raise Conflict in a call."""
    if seat.kind != kind and seat.status in IN_A_CALL:
        raise Conflict("This seat is in a call.", remedy="End the call first.")
    seat.kind = kind


def set_skills(seat: Seat, skills: Mapping[str, int]) -> None:
    """Say what its agent can, names and levels from 1 to 9; raise Invalid for others."""
    if not are_skills(skills):
        raise Invalid("A skill has a name, and a level from 1 to 9.", remedy='Like {"bo": 7}.')
    seat.skills = dict(skills)


def log_in(session: Session, seat: Seat) -> None:
    """签入: want calls; raise Conflict without a telephone, or with another's."""
    if seat.kind == SeatKind.BROWSER:
        _want(seat, SeatStatus.READY)
        return
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
    """Make every seat what its agent wants, unless it is in a call, or still writes one down."""
    writes = (
        (col(Seat.status) == SeatStatus.WRAP_UP)
        & (col(Seat.wanted) == SeatStatus.READY)
        & (col(Seat.wrap_up_until) > now)
    )
    changed = select(Seat).where(
        col(Seat.status).not_in(IN_A_CALL), col(Seat.status) != col(Seat.wanted), ~writes
    )
    for seat in _lock(session, changed):
        seat_states.settle(session, seat, now=now)
    session.flush()


def for_choice(session: Session) -> Sequence[Seat]:
    """Return the seats that somebody holds, locked: nobody else chooses among them now."""
    return _lock(session, select(Seat).where(Seat.status != SeatStatus.LOGGED_OFF))


def present(session: Session) -> Sequence[int]:
    """Return the seats of who is there: logged in, and not paused because they took no call."""
    there = select(Seat.account_id).where(
        or_(
            col(Seat.wanted) == SeatStatus.READY,
            (col(Seat.wanted) == SeatStatus.PAUSED) & col(Seat.pause_reason).not_in(AUTOMATIC),
        )
    )
    return session.exec(there).all()


def place_of(seat: Seat, *, previewing: bool = False) -> Place:
    """Return the seat as the choice sees it."""
    return Place(
        seat.account_id,
        SeatStatus(seat.status),
        seat.since,
        seat.call_id,
        seat.skills,
        seat.calls,
        previewing,
        seat.kind == SeatKind.DESK,
    )


def offer(session: Session, seat: Seat, call: Call, *, now: datetime) -> None:
    """Let the seat's telephone be rung for the call."""
    become(session, seat, SeatStatus.OFFERED, call.id, now=now)


def talk(session: Session, account_id: int, call: Call, *, now: datetime) -> Seat | None:
    """Let the seat talk; None when it does not have this call any more."""
    seat = locked(session, account_id)
    if seat is None or seat.call_id != call.id:
        return None
    if seat.status != SeatStatus.TALKING:
        seat.calls += 1
        seat.missed = 0
        become(session, seat, SeatStatus.TALKING, call.id, now=now)
    return seat


def leave(
    session: Session, account_id: int, call_id: uuid.UUID, *, pause: str = "", now: datetime
) -> Seat | None:
    """Free the seat from this call; with a reason to pause, it is offered no other until unpaused.

    Who talked writes the call down first (话后处理), unless they want to be paused or to go.
    None when it does not have this call any more: told twice, it changes nothing.
    """
    seat = locked(session, account_id)
    if seat is None or seat.call_id != call_id:
        return None
    if pause and seat.wanted == SeatStatus.READY:
        _want(seat, SeatStatus.PAUSED, pause)
    seat_states.after_call(session, seat, now=now)
    return seat


def refuse(session: Session, seat: Seat, why: str, *, now: datetime) -> None:
    """Pause a ready seat that must not be rung."""
    _want(seat, SeatStatus.PAUSED, why)
    become(session, seat, SeatStatus.PAUSED, None, now=now)


def leave_call(session: Session, call: Call, *, now: datetime) -> None:
    """Free whichever seats have this call: it has ended."""
    own = select(Seat.account_id).where(Seat.call_id == call.id).order_by(col(Seat.account_id))
    for account_id in session.exec(own).all():
        leave(session, account_id, call.id, now=now)


def holding(session: Session, call: Call) -> Sequence[Seat]:
    """Return the seats that are rung for this call, or talk in it."""
    return session.exec(select(Seat).where(Seat.call_id == call.id)).all()


def in_calls_of(session: Session, worker: str) -> Sequence[Seat]:
    """Return the seats that this worker rings, or has on the line, for callers."""
    return session.exec(
        select(Seat)
        .join(Call, col(Call.id) == Seat.call_id)
        .where(Call.worker == worker, Call.direction == Direction.IN)
    ).all()


def legs(session: Session) -> Counter[str]:
    """Return how many legs of each worker seats take: a browser takes none."""
    taken = (
        select(Call.worker, func.count())
        .join(Seat, col(Call.id) == Seat.call_id)
        .where(Seat.kind == SeatKind.DESK, Call.direction == Direction.IN)
        .group_by(col(Call.worker))
    )
    return Counter(dict(session.exec(taken).all()))


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


def locked(session: Session, account_id: int) -> Seat | None:
    """Return the account's seat, locked; None when they have none."""
    return next(iter(_lock(session, select(Seat).where(Seat.account_id == account_id))), None)


def _want(seat: Seat, wanted: SeatStatus, reason: str = "") -> None:
    seat.wanted, seat.pause_reason = wanted, reason


def _require_logged_in(seat: Seat) -> None:
    if seat.wanted == SeatStatus.LOGGED_OFF:
        raise Conflict("Nobody is logged in at this seat.", remedy="Log in first.")


def _require_free(session: Session, seat: Seat, address: str) -> None:
    held = select(Seat.username).where(
        Seat.address == address,
        Seat.account_id != seat.account_id,
        Seat.kind == SeatKind.DESK,
        Seat.wanted != SeatStatus.LOGGED_OFF,
    )
    if other := session.exec(held).first():
        raise Conflict(
            f"{other} is logged in at {address}.",
            remedy="Use another telephone, or let them log off.",
        )

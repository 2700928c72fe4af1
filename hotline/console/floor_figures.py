"""The figures of the team lead's board, counted now; each says how many it is of.

接通率 and 放弃 count who asked for a person today, by Beijing's day: calls that the queue took in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session, and_, col, func, or_, select

from dispatch.models import Clock, WorkOrder
from dispatch.states import OrderStatus
from dispatch.terms import ClockKind
from hotline.console.floor_seats import Held
from hotline.core.clock import BEIJING, beijing_day
from knowledge import names
from knowledge.models import Department
from telephony import queueing
from telephony.acd import SeatStatus
from telephony.acd.patience import MissedWhy
from telephony.models import Call, Direction, Seat
from telephony.models_calls import CallParty
from telephony.models_queue import MissedCall, QueueEntry
from telephony.wiring import Part

IN_TIME = timedelta(seconds=15)  # GB/T 33358-2016
UNITS = 6
_OPEN = (OrderStatus.DISPATCHED, OrderStatus.ACCEPTED)
_REPLY = (ClockKind.REPLY_BY, ClockKind.RECTIFY_BY)


@dataclass(frozen=True)
class Waits:
    """Who waits now: how many, in which languages, and since when the first of them."""

    count: int
    languages: tuple[tuple[str, int], ...]
    oldest: datetime | None


@dataclass(frozen=True)
class Today:
    """`asked`: for a person, and were answered, left, or have waited longer than `IN_TIME`."""

    asked: int
    in_time: int
    gone: int
    short: int  # hung up at once

    @property
    def rate(self) -> float | None:
        """Return which part was answered in time; None of nobody."""
        return self.in_time / self.asked if self.asked else None


@dataclass(frozen=True)
class Owed:
    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class Overdue:
    """Orders past their reply limit: all, and the departments that have most of them."""

    total: int
    units: tuple[tuple[str, int], ...]


def waits(session: Session) -> Waits:
    """Return who waits on the line."""
    found = [(call.language, call.queued_at) for call, _ in queueing.open_entries(session)]
    spoken = [language for language, _ in found]
    counted = tuple((each, spoken.count(each)) for each in sorted(set(spoken)))
    return Waits(len(found), counted, min((at for _, at in found if at), default=None))


def today(session: Session, *, short_s: float, now: datetime) -> Today:
    """Return how those fared who asked for a person since midnight."""
    since = datetime.combine(beijing_day(now), time(), BEIJING)
    patience = func.coalesce(col(Call.connected_at), col(QueueEntry.left_at), now)
    waited = patience - col(Call.queued_at)
    gone = and_(col(Call.connected_at).is_(None), QueueEntry.why_left == queueing.WhyLeft.GONE)
    decided = or_(
        col(Call.connected_at).is_not(None), col(QueueEntry.left_at).is_not(None), waited > IN_TIME
    )
    brief = timedelta(seconds=short_s)
    found = select(
        func.count().filter(decided),
        func.count().filter(and_(col(Call.connected_at).is_not(None), waited <= IN_TIME)),
        func.count().filter(and_(gone, waited >= brief)),
        func.count().filter(and_(gone, waited < brief)),
    ).select_from(Call)
    found = found.join(QueueEntry, col(QueueEntry.call_id) == Call.id)
    mine = (col(Call.started_at) >= since, Call.direction == Direction.IN)
    return Today(*session.exec(found.where(*mine, col(Call.queued_at).is_not(None))).one())


def held(session: Session) -> list[Held]:
    """Return the seats that somebody is logged in at."""
    ears = select(CallParty.account_id).where(
        CallParty.part == Part.SUPERVISOR,
        col(CallParty.left_at).is_(None),
        CallParty.call_id == Seat.call_id,
        CallParty.account_id == Seat.account_id,
    )
    present = select(Seat, ears.exists()).where(Seat.status != SeatStatus.LOGGED_OFF)
    return [Held(seat.status, seat.skills, listens) for seat, listens in session.exec(present)]


def owed(session: Session) -> Owed:
    """Return who is owed a call; who misdialled is not."""
    open_ones = select(func.count(), func.min(MissedCall.waiting_since)).where(
        col(MissedCall.closed_at).is_(None), MissedCall.why != MissedWhy.SHORT
    )
    return Owed(*session.exec(open_ones).one())


def overdue(session: Session, *, now: datetime) -> Overdue:
    """Return how many orders are past their limit, and where most of them are."""
    late = _late_by_department(session, now)
    called = names.department_names(session, {code for code, _ in late[:UNITS]})
    units = tuple((called.get(code, code), count) for code, count in late[:UNITS])
    return Overdue(sum(count for _, count in late), units)


def _late_by_department(session: Session, now: datetime) -> Sequence[tuple[str, int]]:
    """Return each department with such orders, most of them first.

    By the departments' own open orders, which have an index; clocks that have struck have none.
    """
    count = func.count(func.distinct(WorkOrder.id))
    late = (
        select(WorkOrder.department, count)
        .join(Department, col(Department.code) == WorkOrder.department)
        .join(Clock, col(Clock.subject) == func.concat("order:", WorkOrder.number))
        .where(
            col(WorkOrder.status).in_(_OPEN),
            col(Clock.kind).in_(_REPLY),
            col(Clock.stopped_at).is_(None),
            Clock.waits_for == "",
            col(Clock.due_at) < now,
        )
        .group_by(WorkOrder.department)
    )
    return session.exec(late.order_by(count.desc(), WorkOrder.department)).all()

"""收件箱: a department's orders as its people work through them, the most urgent first."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, tuple_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import LateralFromClause
from sqlmodel import Session, col, func, select

from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.sealing import reach
from dispatch.states import OPEN_ORDERS, OrderStatus
from dispatch.terms import ClockKind
from hotline.core.accounts import Actor

# What its department must have done by then; 退单时限 only ends what it may do.
OWED = (
    *(ClockKind.ACCEPT_BY, ClockKind.CONTACT_BY),
    *(ClockKind.REPLY_BY, ClockKind.RECTIFY_BY),
)
# Where no clock runs, nothing is urgent.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

Place = tuple[datetime, int]


@dataclass(frozen=True)
class Wanted:
    """What is looked for; with no status, all that is open. `onward`: what it gave on (转派)."""

    status: OrderStatus | None = None
    overdue: bool = False
    district: str = ""
    request_type: str = ""
    onward: bool = False

    @property
    def is_past(self) -> bool:
        """Whether it asks for orders that have ended: no clock runs on them."""
        return self.status is not None and self.status not in OPEN_ORDERS


@dataclass(frozen=True)
class Line:
    """One order of the inbox, with the clock that is due first, if one runs."""

    order: WorkOrder
    ticket: Ticket
    clock: Clock | None
    place: Place  # where the next page begins


@dataclass(frozen=True)
class Group:
    """How many open orders are alike in what the inbox sorts by, and how many of them are late."""

    status: str
    district: str
    request_type: str
    count: int
    late: int


def listed(
    session: Session,
    wanted: Wanted,
    *,
    reader: Actor,
    now: datetime,
    after: Place | None = None,
    limit: int = 50,
) -> list[Line]:
    """Return the orders whose clocks are due first, or of ended ones the newest."""
    if wanted.is_past:
        return _ended(session, wanted, reader=reader, after=after, limit=limit)
    first = _due_first()
    due = func.coalesce(first.c.due_at, NEVER)
    query: Any = columns(col(WorkOrder.id), first.c.id, due)  # no more: all of them are sorted
    query = _theirs(query, wanted.onward, reader)
    query = query.outerjoin(first, col(WorkOrder.id).is_not(None))
    query = query.where(*_chosen(wanted), *([due <= now] if wanted.overdue else []))
    if after:
        query = query.where(tuple_(due, col(WorkOrder.id)) > tuple_(*after))
    found = session.execute(query.order_by(due, col(WorkOrder.id)).limit(limit)).all()
    return _lines(session, found)


def _lines(session: Session, found: Sequence[Any]) -> list[Line]:
    """Return the lines of these ids of orders and clocks, as they stand."""
    ids, clocks = [row[0] for row in found], [row[1] for row in found if row[1]]
    rows = session.exec(
        select(WorkOrder, Ticket)
        .join(Ticket, col(Ticket.id) == WorkOrder.ticket_id)
        .where(col(WorkOrder.id).in_(ids))
    )
    known = {order.id: (order, ticket) for order, ticket in rows}
    timed = {each.id: each for each in session.exec(select(Clock).where(col(Clock.id).in_(clocks)))}
    return [Line(*known[order], timed.get(clock), (at, order)) for order, clock, at in found]


def counted(session: Session, *, reader: Actor, onward: bool, now: datetime) -> list[Group]:
    """Return how many orders are open, by all that the inbox sorts by, in one statement."""
    first = _due_first()
    kinds = [col(WorkOrder.status), col(Ticket.district), col(Ticket.request_type)]
    late = func.count().filter(first.c.due_at <= now)
    query: Any = columns(*kinds, func.count(), late)
    query = _theirs(query, onward, reader)
    query = query.outerjoin(first, col(WorkOrder.id).is_not(None))
    query = query.where(col(WorkOrder.status).in_(OPEN_ORDERS)).group_by(*kinds)
    return [Group(*row) for row in session.execute(query)]


def tally(
    groups: Sequence[Group], wanted: Wanted, by: Callable[[Group], str], but: str
) -> Counter[str]:
    """Return the counts by one thing, of those that fit all else that is wanted."""
    found: Counter[str] = Counter()
    for group in groups:
        if all(fits for name, fits in _fits(group, wanted).items() if name != but):
            found[by(group)] += group.late if wanted.overdue else group.count
    return found


def late(groups: Sequence[Group], wanted: Wanted) -> int:
    """Return how many of those that fit all else that is wanted are overdue."""
    return sum(group.late for group in groups if all(_fits(group, wanted).values()))


def _fits(group: Group, wanted: Wanted) -> dict[str, bool]:
    return {
        "status": wanted.status in (None, group.status),
        "district": wanted.district in ("", group.district),
        "request_type": wanted.request_type in ("", group.request_type),
    }


def _due_first() -> LateralFromClause:
    """Return the order's running clock that is due first; one that stands still is not due."""
    clock = aliased(Clock)
    mine = col(clock.subject) == func.concat("order:", WorkOrder.number)
    running = columns(col(clock.id), col(clock.due_at)).where(mine, col(clock.kind).in_(OWED))
    running = running.where(col(clock.stopped_at).is_(None), col(clock.waits_for) == "")
    return running.order_by(col(clock.due_at)).limit(1).correlate(WorkOrder).lateral()


def _theirs(query: Any, onward: bool, reader: Actor) -> Any:
    """Return the query over the reader's own orders, or over those that they gave on."""
    query = query.select_from(WorkOrder).join(Ticket, col(Ticket.id) == WorkOrder.ticket_id)
    whose: Any = WorkOrder
    if onward:
        whose = aliased(WorkOrder)
        query = query.join(whose, col(whose.id) == WorkOrder.parent_id)
    return query.where(whose.department == reader.department, reach.visible(reader))


def _chosen(wanted: Wanted) -> list[ColumnElement[bool]]:
    status = [wanted.status] if wanted.status else OPEN_ORDERS
    chosen: list[ColumnElement[bool]] = [col(WorkOrder.status).in_(status)]
    if wanted.district:
        chosen.append(col(Ticket.district) == wanted.district)
    if wanted.request_type:
        chosen.append(col(Ticket.request_type) == wanted.request_type)
    return chosen


def _ended(
    session: Session, wanted: Wanted, *, reader: Actor, after: Place | None, limit: int
) -> list[Line]:
    query: Any = columns(WorkOrder, Ticket)
    query = _theirs(query, wanted.onward, reader).where(*_chosen(wanted))
    if after:
        query = query.where(col(WorkOrder.id) < after[1])
    found = session.execute(query.order_by(col(WorkOrder.id).desc()).limit(limit)).all()
    return [Line(order, ticket, None, (order.dispatched_at, order.id)) for order, ticket in found]


def open_below(session: Session, found: Sequence[Line]) -> Counter[int]:
    """Return how many open orders were given on from each of these, by the order's id."""
    ids = [line.order.id for line in found]
    rows = session.exec(
        select(WorkOrder.parent_id, func.count())
        .where(col(WorkOrder.parent_id).in_(ids), col(WorkOrder.status).in_(OPEN_ORDERS))
        .group_by(col(WorkOrder.parent_id))
    )
    return Counter({parent or 0: count for parent, count in rows})

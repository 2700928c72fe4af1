"""承办单当时的情况: what replaying the clocks of some orders needs, read in a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, literal
from sqlalchemy import select as columns
from sqlmodel import Session, col

from dispatch.beside.extension_limits import ExtensionStatus
from dispatch.beside.models_beside import Extension, Redo, Suspension
from dispatch.figures.measures import TIMED, Measure
from dispatch.indicators.models_indicators import OrderFact
from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.replays.changes import STARTS
from dispatch.replays.course import Extended
from dispatch.rules.limits import Limit, LimitUnit
from dispatch.states import OrderStatus
from hotline.core.confidentiality import Confidentiality

_ORDER = "order:"
_TAKEN = (OrderStatus.RETURNED, OrderStatus.RECALLED)
Wait = tuple[datetime, datetime | None]  # from when a ticket was suspended, and until when


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket as its limits depend on it."""

    request_type: str
    urgency: str
    time_class: str
    district: str
    imported: bool


@dataclass(frozen=True, slots=True)
class Order:
    """One order; `fulfilled` says for each measure whether what it asks for was done."""

    id: int
    ticket_id: int
    number: str
    department: str
    status: str
    dispatched_at: datetime
    round: int
    parent_id: int | None
    fulfilled: Mapping[Measure, bool]


@dataclass(frozen=True, slots=True)
class Then:
    """The newest clocks of each order by measure, and what happened to them."""

    cases: Mapping[int, Case]
    orders: Mapping[int, Order]
    clocks: Mapping[tuple[int, Measure], Any]  # by order
    granted: Mapping[int, Sequence[Extended]]  # by order
    waits: Mapping[int, Sequence[Wait]]  # by ticket
    registered: Mapping[tuple[int, int], datetime]  # by ticket and round: reopened is begun anew

    def had_before(self, order: Order) -> list[Order]:
        """Return the orders of its round that were given back before it: one clock ran on."""
        return [
            each
            for each in self.orders.values()
            if each.ticket_id == order.ticket_id
            and each.round == order.round
            and each.parent_id == order.parent_id
            and each.status in _TAKEN
            and each.dispatched_at < order.dispatched_at
        ]


def facts(
    session: Session, since: date, until: date, after: tuple[date, int] | None, most: int
) -> Sequence[Any]:
    """Return the next facts of the period's orders with the level their tickets have now."""
    fact: Any = OrderFact
    shown = [getattr(fact, measure.value) for measure in TIMED]
    query = (
        columns(
            *(fact.id, fact.day, fact.ticket_id, fact.department, fact.district, fact.matter),
            *(fact.confidentiality, col(Ticket.confidentiality).label("level"), *shown),
        )
        .join(Ticket, col(Ticket.id) == fact.ticket_id)
        .where(fact.day.between(since, until))
        .order_by(fact.day, fact.id)
        .limit(most)
    )
    if after:
        day, last = after
        query = query.where((fact.day > day) | ((fact.day == day) & (fact.id > last)))
    return session.execute(query).all()


def count(session: Session, since: date, until: date) -> int:
    """Return how many orders have facts in the period."""
    fact: Any = OrderFact
    query = columns(func.count()).select_from(fact).where(fact.day.between(since, until))
    return int(session.execute(query).scalar_one())


def is_sealed(fact: Any) -> bool:
    """Return whether the fact is of a ticket that is sealed, or was when it was measured."""
    return Confidentiality.SEALED in (fact.level, fact.confidentiality)


def read(session: Session, tickets: Iterable[int]) -> Then:
    """Return what happened to the clocks of all orders of these tickets."""
    ids = sorted(set(tickets))
    orders = _orders(session, ids)
    return Then(
        _cases(session, ids),
        orders,
        _clocks(session, ids, orders),
        _granted(session, list(orders)),
        _waits(session, ids),
        _registered(session, ids),
    )


def _cases(session: Session, ids: Sequence[int]) -> dict[int, Case]:
    row = Ticket
    query = columns(
        *(col(row.id), col(row.request_type), col(row.urgency), col(row.time_class)),
        *(col(row.district), col(row.origin) != ""),
    ).where(col(row.id).in_(ids))
    return {each[0]: Case(*each[1:]) for each in session.execute(query)}


def _orders(session: Session, ids: Sequence[int]) -> dict[int, Order]:
    row = WorkOrder
    shown = (row.id, row.ticket_id, row.number, row.department, row.status, row.dispatched_at)
    done = [timed.done() for timed in TIMED.values()]
    query = (
        columns(*map(col, shown), col(row.round), col(row.parent_id), *done)
        .where(col(row.ticket_id).in_(ids))
        .order_by(col(row.id))
    )
    found = {}
    for each in session.execute(query):
        fulfilled = dict(zip(TIMED, map(bool, each[8:]), strict=True))
        found[each[0]] = Order(*(*each[:8], fulfilled))
    return found


def _clocks(
    session: Session, ids: Sequence[int], orders: Mapping[int, Order]
) -> dict[tuple[int, Measure], Any]:
    """Return for each order and measure the clock that its figure goes by, without its trace."""
    row = Clock
    shown = (row.id, row.subject, row.kind, row.limit, row.started_at, row.due_at, row.stopped_at)
    terms = (row.waits_for, row.pauses, row.ceiling_at, row.calendar_version)
    query = (
        columns(*map(col, shown), *map(col, terms))
        .where(col(row.ticket_id).in_(ids), col(row.kind).in_(list(STARTS)))
        .order_by(col(row.generation), col(row.id))
    )
    by_number = {order.number: order.id for order in orders.values()}
    of_kind = {kind: measure for measure, timed in TIMED.items() for kind in timed.kinds}
    found = {}
    for clock in session.execute(query):
        order = by_number.get(clock.subject.removeprefix(_ORDER))
        if order is not None:
            found[order, of_kind[clock.kind]] = clock  # the newest is the last one
    return found


def _granted(session: Session, orders: Sequence[int]) -> dict[int, list[Extended]]:
    row = Extension
    query = (
        columns(col(row.order_id), col(row.decided_at), col(row.working_days))
        .where(col(row.order_id).in_(orders), col(row.status) == ExtensionStatus.GRANTED)
        .where(col(row.decided_at).is_not(None))
        .order_by(col(row.id))
    )
    found: dict[int, list[Extended]] = {}
    for order, at, days in session.execute(query):
        found.setdefault(order, []).append(Extended(at, Limit(days, LimitUnit.WORKING_DAYS)))
    return found


def _waits(session: Session, ids: Sequence[int]) -> dict[int, list[Wait]]:
    row = Suspension
    query = (
        columns(col(row.ticket_id), col(row.at), col(row.ended_at))
        .where(col(row.ticket_id).in_(ids))
        .order_by(col(row.id))
    )
    found: dict[int, list[Wait]] = {}
    for ticket, since, until in session.execute(query):
        found.setdefault(ticket, []).append((since, until))
    return found


def _registered(session: Session, ids: Sequence[int]) -> dict[tuple[int, int], datetime]:
    first = columns(col(Ticket.id), literal(0), col(Ticket.created_at)).where(
        col(Ticket.id).in_(ids)
    )
    again = columns(col(Redo.ticket_id), col(Redo.round), col(Redo.at)).where(
        col(Redo.ticket_id).in_(ids)
    )
    found = session.execute(first.union_all(again))
    return {(ticket, number): at for ticket, number, at in found}

"""哪些时限受影响: the running clocks that the days of a notice can move."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    cast,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.rules.bounds import Scope
from dispatch.rules.layers import NATIONAL, Day

# Whole limits in natural hours: no calendar can move them.
_HOURS_ONLY = r"^[0-9]+h(\+[0-9]+h)*$"


@dataclass(frozen=True, slots=True)
class Touched:
    """What reckoning a clock anew needs; `unit` is an order's department, empty for a ticket."""

    clock_id: int
    ticket_id: int
    number: str
    district: str
    unit: str
    subject: str
    kind: str
    limit: str
    moves_off_days: bool
    ends_at: str
    calendar: str
    warning_percent: int
    started_at: datetime
    due_at: datetime
    ceiling_at: datetime | None


def tickets(
    session: Session, days: Iterable[Day], *, before: int, after_ticket: int, most: int
) -> Sequence[int]:
    """Return the next tickets, by id, with clocks that these days can move.

    Only clocks reckoned by a version before this one.
    """
    query = (
        _joined(Clock.ticket_id)
        .where(_can_move(days), col(Clock.calendar_version) < before)
        .where(col(Clock.ticket_id) > after_ticket)
        .distinct()
        .order_by(col(Clock.ticket_id))
        .limit(most)
    )
    return [row[0] for row in session.execute(query).all()]


def clocks(
    session: Session,
    days: Iterable[Day],
    *,
    before: int | None = None,
    of_tickets: Sequence[int] | None = None,
) -> Iterator[Touched]:
    """Yield the clocks that these days can move, by ticket, a parent's before its child's."""
    query = _joined(
        Clock.id,
        Clock.ticket_id,
        Ticket.number,
        Ticket.district,
        func.coalesce(WorkOrder.department, ""),
        Clock.subject,
        Clock.kind,
        Clock.limit,
        Clock.moves_off_days,
        Clock.ends_at,
        Clock.calendar,
        Clock.warning_percent,
        Clock.started_at,
        Clock.due_at,
        Clock.ceiling_at,
    ).where(_can_move(days))
    if before is not None:
        query = query.where(col(Clock.calendar_version) < before)
    if of_tickets is not None:
        query = query.where(col(Clock.ticket_id).in_(of_tickets))
    query = query.order_by(col(Clock.ticket_id), col(Clock.id))
    for row in session.execute(query.execution_options(yield_per=5000)):
        yield Touched(*row)


def _joined(*columns: Any) -> Select[Any]:
    order = col(Clock.subject) == func.concat("order:", WorkOrder.number)
    return (
        select(*columns)
        .select_from(Clock)
        .join(Ticket, col(Ticket.id) == Clock.ticket_id)
        .outerjoin(WorkOrder, and_(col(WorkOrder.ticket_id) == Clock.ticket_id, order))
    )


def _can_move(days: Iterable[Day]) -> ColumnElement[bool]:
    """Match running clocks under one of the layers: over one of its dates, or waiting for them.

    One below a parent's end moves with the parent.
    """
    by_layer: dict[str, list[date]] = {}
    for day in days:
        by_layer.setdefault(day.layer, []).append(day.date)
    capped = col(Clock.ceiling_at).is_not(None)
    below = [
        and_(_covers(layer), or_(capped, col(Clock.provisional), _spans(dates)))
        for layer, dates in by_layer.items()
    ]
    return and_(
        col(Clock.stopped_at).is_(None),
        col(Clock.waits_for) == "",
        or_(capped, ~col(Clock.limit).regexp_match(_HOURS_ONLY)),
        or_(false(), *below),
    )


def _covers(layer: str) -> ColumnElement[bool]:
    district, _, unit = layer.partition("/")
    if unit:
        return and_(col(WorkOrder.department) == unit, col(Clock.calendar) == Scope.UNIT)
    if layer == NATIONAL:
        return true()
    return and_(_lies_in(district), col(Clock.calendar) != Scope.NATIONAL)


def _lies_in(district: str) -> ColumnElement[bool]:
    if district.endswith("0000"):
        return col(Ticket.district).startswith(district[:2])
    if district.endswith("00"):
        return col(Ticket.district).startswith(district[:4])
    return col(Ticket.district) == district


def _spans(dates: list[date]) -> ColumnElement[bool]:
    """Match clocks with one of the dates between their start and their last alarm (升级).

    From the day before the start: its last span may run past midnight.
    """
    listed = cast(bindparam(None, sorted(dates), unique=True), ARRAY(Date))
    each = func.unnest(listed).column_valued("noted")
    begun = _beijing_day(col(Clock.started_at)) - 1
    return select(each).where(each.between(begun, _beijing_day(col(Clock.escalates_at)))).exists()


def _beijing_day(moment: Mapped[datetime]) -> ColumnElement[date]:
    return cast(func.timezone("Asia/Shanghai", moment), Date)

"""承办指标: what each figure counts and of how many, as columns over work orders (domain.md 2.10).

A measure's column is 1 for an order that it counts, 0 for one that it could have counted, and NULL
for one that it says nothing of. So a figure is a sum over a count, and the orders behind it are
those with a 1. An order that was recalled (撤回) is in no figure at all; one that was given back
(退单) is in none but 承办, 退单 and 督办. What still runs and is not due yet is judged by nobody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, literal, null, or_
from sqlalchemy import select as columns
from sqlmodel import col

from dispatch.beside.extension_limits import ExtensionStatus
from dispatch.beside.models_beside import Extension, Redo, Supervision
from dispatch.callback.callback_plan import CallbackStatus
from dispatch.models import Callback, Clock, Contact, OrderRole, Rating, Reply, WorkOrder
from dispatch.ratings.models_ratings import RatingExclusion
from dispatch.states import OrderStatus
from dispatch.terms import ClockKind

VERSION = 2  # of these definitions: one more whenever a figure counts otherwise than before
CONTENT = 3  # 基本满意: the least of the five grades that is no 差评


class Measure(StrEnum):
    """The figures, in the order in which they are read."""

    RECEIVED = "received"  # 承办
    ACCEPTED = "accepted_on_time"  # 按时签收
    CONTACTED = "contacted_on_time"  # 按时首联
    REPLIED = "replied_on_time"  # 按期办结
    RETURNED = "returned"  # 退单
    EXTENDED = "extended"  # 延期
    SUPERVISED = "supervised"  # 督办
    REDONE = "redone"  # 重办
    RESPONDED = "responded"  # 响应
    RESOLVED = "resolved"  # 解决
    SATISFIED = "satisfied"  # 满意


def column(measure: Measure, *, now: datetime) -> ColumnElement[Any]:
    """Return the measure's column: 1, 0 or NULL for each work order."""
    return _COLUMNS[measure](now)


def _kept(judged: Any) -> ColumnElement[Any]:
    """Return the column for the orders that were not given back."""
    return case((col(WorkOrder.status) == OrderStatus.RETURNED, null()), else_=judged)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return case((condition, 1), else_=0)


def _in_time(*kinds: ClockKind, done: ColumnElement[bool], now: datetime) -> ColumnElement[Any]:
    """Return 1 where it was done before the newest of these clocks was due, 0 where it was not."""
    late = and_(col(Clock.waits_for) == "", col(Clock.due_at) <= now)
    in_time = and_(col(Clock.stopped_at) <= col(Clock.due_at), done)
    judged = case((in_time, 1), (or_(col(Clock.stopped_at).is_not(None), late), 0), else_=null())
    newest = (
        columns(judged)
        .where(col(Clock.subject) == literal("order:") + col(WorkOrder.number))
        .where(col(Clock.kind).in_(kinds))
        .order_by(col(Clock.generation).desc(), col(Clock.id).desc())
        .limit(1)
    )
    return _kept(newest.correlate(WorkOrder).scalar_subquery())


def _taken() -> ColumnElement[bool]:
    return col(WorkOrder.status) != OrderStatus.DISPATCHED


def _reached() -> ColumnElement[bool]:
    logged = exists().where(col(Contact.order_id) == WorkOrder.id, col(Contact.reached))
    told = exists().where(col(Reply.order_id) == WorkOrder.id, col(Reply.contacted_at).is_not(None))
    return or_(logged.correlate(WorkOrder), told.correlate(WorkOrder))


def _answered() -> ColumnElement[bool]:
    return col(WorkOrder.status).in_((OrderStatus.REPLIED, OrderStatus.COMPLETED))


@dataclass(frozen=True, slots=True)
class Timed:
    """The clocks that a measure goes by, the newest of them, and what must have been done."""

    kinds: tuple[ClockKind, ...]
    done: Callable[[], ColumnElement[bool]]


TIMED: Mapping[Measure, Timed] = {
    Measure.ACCEPTED: Timed((ClockKind.ACCEPT_BY,), _taken),
    Measure.CONTACTED: Timed((ClockKind.CONTACT_BY,), _reached),
    Measure.REPLIED: Timed((ClockKind.REPLY_BY, ClockKind.RECTIFY_BY), _answered),
}


def _on_time(measure: Measure) -> Callable[[datetime], ColumnElement[Any]]:
    timed = TIMED[measure]
    return lambda now: _in_time(*timed.kinds, done=timed.done(), now=now)


def _returned(_now: datetime) -> ColumnElement[Any]:
    return _flag(col(WorkOrder.status) == OrderStatus.RETURNED)


def _extended(_now: datetime) -> ColumnElement[Any]:
    granted = exists().where(
        col(Extension.order_id) == WorkOrder.id, col(Extension.status) == ExtensionStatus.GRANTED
    )
    return _kept(_flag(granted))


def _supervised(_now: datetime) -> ColumnElement[Any]:
    """The order itself, or its ticket while the order led it: until it was done again."""
    since = exists().where(
        col(Redo.ticket_id) == Supervision.ticket_id,
        col(Redo.round) == col(WorkOrder.round) + 1,
        col(Redo.at) <= Supervision.raised_at,
    )
    as_lead = and_(
        col(Supervision.order_id).is_(None),
        col(Supervision.ticket_id) == WorkOrder.ticket_id,
        col(Supervision.raised_at) >= WorkOrder.dispatched_at,
        _leads(),
        col(WorkOrder.status) != OrderStatus.RETURNED,
        ~since.correlate(Supervision, WorkOrder),
    )
    raised = exists().where(
        col(Supervision.ticket_id) == WorkOrder.ticket_id,
        or_(col(Supervision.order_id) == WorkOrder.id, as_lead),
    )
    return _flag(raised)


def _leads() -> ColumnElement[bool]:
    return and_(col(WorkOrder.role) == OrderRole.LEAD, col(WorkOrder.parent_id).is_(None))


def _led_to_its_end(judged: Any) -> ColumnElement[Any]:
    """Return the column for completed orders that answered for their whole ticket (主办)."""
    ended = and_(_leads(), col(WorkOrder.status) == OrderStatus.COMPLETED)
    return case((ended, judged), else_=null())


def _redone(_now: datetime) -> ColumnElement[Any]:
    again = exists().where(
        col(Redo.ticket_id) == WorkOrder.ticket_id, col(Redo.round) == col(WorkOrder.round) + 1
    )
    return _led_to_its_end(_flag(again))


def _said(expressed: Any, good: Any) -> ColumnElement[Any]:
    """Return what the requester expressed when they were asked about the order's own round.

    Nothing where their rating was excluded (剔除): its answers are not the department's doing.
    """
    judged = case((expressed.is_(None), null()), (good, 1), else_=0)
    asked = columns(judged).where(
        col(Callback.ticket_id) == WorkOrder.ticket_id,
        col(Callback.round) == col(WorkOrder.round) + 1,
        col(Callback.status) == CallbackStatus.COMPLETED,
    )
    said = asked.correlate(WorkOrder).scalar_subquery()
    return _led_to_its_end(case((excluded(), null()), else_=said))


def excluded() -> ColumnElement[bool]:
    """Return whether the rating of the order's own round counts in no figure."""
    found = exists().where(
        col(Callback.ticket_id) == WorkOrder.ticket_id,
        col(Callback.round) == col(WorkOrder.round) + 1,
        col(Rating.callback_id) == Callback.id,
        col(RatingExclusion.rating_id) == Rating.id,
    )
    return found.correlate(WorkOrder)


_COLUMNS: Mapping[Measure, Callable[[datetime], ColumnElement[Any]]] = {
    Measure.RECEIVED: lambda _now: literal(1),
    **{measure: _on_time(measure) for measure in TIMED},
    Measure.RETURNED: _returned,
    Measure.EXTENDED: _extended,
    Measure.SUPERVISED: _supervised,
    Measure.REDONE: _redone,
    Measure.RESPONDED: lambda _now: _said(col(Callback.contacted), col(Callback.contacted)),
    Measure.RESOLVED: lambda _now: _said(col(Callback.resolved), col(Callback.resolved)),
    Measure.SATISFIED: lambda _now: _said(
        col(Callback.satisfaction), col(Callback.satisfaction) >= CONTENT
    ),
}

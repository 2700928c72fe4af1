"""What is measured of a ticket: 件 and 人次, answered on the line, sent in time, asked back."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, literal, null, or_
from sqlalchemy import select as columns
from sqlmodel import col

from dispatch.beside.models_beside import Cluster, ClusterMember, DirectAnswer
from dispatch.callback.callback_plan import CallbackStatus
from dispatch.models import Callback, Clock, Ticket, WorkOrder
from dispatch.terms import ClockKind


def _flag(condition: Any) -> ColumnElement[Any]:
    return case((condition, 1), else_=0)


def _has_order() -> ColumnElement[bool]:
    return exists().where(col(WorkOrder.ticket_id) == Ticket.id).correlate(Ticket)


def _on_line() -> ColumnElement[bool]:
    told = exists().where(col(DirectAnswer.ticket_id) == Ticket.id).correlate(Ticket)
    return and_(told, ~_has_order())


def matters(_now: datetime) -> ColumnElement[Any]:
    """件: 0 for who is counted where the main ticket of their cluster stands (并单)."""
    merged = exists().where(
        col(ClusterMember.ticket_id) == Ticket.id,
        col(ClusterMember.left_at).is_(None),
        col(Cluster.id) == ClusterMember.cluster_id,
        col(Cluster.main_id) != Ticket.id,
    )
    return case((merged.correlate(Ticket), 0), else_=1)


def answered_on_line(_now: datetime) -> ColumnElement[Any]:
    """直接答复: an agent's answer, and no department has ever had it."""
    return _flag(_on_line())


def answered_once(_now: datetime) -> ColumnElement[Any]:
    """一次办结: answered on the line, closed since, and never done again."""
    once = and_(_on_line(), col(Ticket.redone) == 0, col(Ticket.closed_at).is_not(None))
    return _flag(once)


def dispatched_on_time(now: datetime) -> ColumnElement[Any]:
    """派单及时: of what went to a department, by the first 派单 clock; or is late and did not.

    A clock that ended before anything was sent, with an answer on the line or a merge, is none.
    """
    stopped, due = col(Clock.stopped_at), col(Clock.due_at)
    late = and_(stopped.is_(None), due <= now, col(Clock.waits_for) == "")
    sent = exists().where(
        col(WorkOrder.ticket_id) == Ticket.id, col(WorkOrder.dispatched_at) <= stopped
    )
    judged = case((stopped <= due, 1), (or_(stopped.is_not(None), late), 0), else_=null())
    return (
        columns(judged)
        .where(col(Clock.subject) == literal("ticket:") + col(Ticket.number))
        .where(col(Clock.kind) == ClockKind.DISPATCH_BY)
        .where(or_(stopped.is_(None), sent.correlate(Ticket, Clock)))
        .order_by(col(Clock.generation), col(Clock.id))
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )


def called_back(_now: datetime) -> ColumnElement[Any]:
    """回访成功: whether the newest round that ended reached them; one called off says nothing."""
    ended = (CallbackStatus.COMPLETED, CallbackStatus.UNREACHABLE)
    return (
        columns(_flag(col(Callback.status) == CallbackStatus.COMPLETED))
        .where(col(Callback.ticket_id) == Ticket.id, col(Callback.status).in_(ended))
        .order_by(col(Callback.round).desc())
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )


def reminded(_now: datetime) -> ColumnElement[Any]:
    """催办: whether its requester asked again, however often."""
    return _flag(col(Ticket.reminders) > 0)


COLUMNS: Mapping[str, Callable[[datetime], Any]] = {
    "requests": lambda _now: literal(1),
    "matters": matters,
    "answered_on_line": answered_on_line,
    "answered_once": answered_once,
    "dispatched_on_time": dispatched_on_time,
    "called_back": called_back,
    "reminded": reminded,
}

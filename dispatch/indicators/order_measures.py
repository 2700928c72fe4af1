"""What is measured of an order beside a department's own figures: 派单准确, 差评整改."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, null, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from dispatch.beside.models_beside import Arbitration
from dispatch.callback.callback_ends import BAD
from dispatch.callback.callback_plan import CallbackStatus
from dispatch.figures import measures as orders
from dispatch.models import Callback, Clock, OrderReturn, OrderRole, WorkOrder
from dispatch.states import OrderStatus
from dispatch.terms import ClockKind


def rightly_sent(_now: datetime) -> ColumnElement[Any]:
    """派单准确: 0 for an order whose return stood, 1 for any other that the hotline issued.

    A return does not stand when arbitration sent the ticket back to who had returned it. What a
    department gave on to one below it (转派) was not the hotline's to send.
    """
    sent_back = exists().where(
        col(OrderReturn.order_id) == WorkOrder.id,
        col(Arbitration.ticket_id) == WorkOrder.ticket_id,
        col(Arbitration.department) == WorkOrder.department,
        col(Arbitration.decided_at) >= OrderReturn.at,
    )
    stood = and_(col(WorkOrder.status) == OrderStatus.RETURNED, ~sent_back.correlate(WorkOrder))
    return case(
        (col(WorkOrder.parent_id).is_not(None), null()), (stood, literal(0)), else_=literal(1)
    )


def rectified(now: datetime) -> ColumnElement[Any]:
    """差评整改: of lead orders rated 差评, 1 where the next round's was answered in its time.

    0 where that time passed, or where the ticket was never done again; NULL while it still runs.
    """
    rated_bad = exists().where(
        col(Callback.ticket_id) == WorkOrder.ticket_id,
        col(Callback.round) == col(WorkOrder.round) + 1,
        col(Callback.status) == CallbackStatus.COMPLETED,
        col(Callback.satisfaction) <= BAD,
    )
    led = and_(
        col(WorkOrder.role) == OrderRole.LEAD,
        col(WorkOrder.parent_id).is_(None),
        col(WorkOrder.status) == OrderStatus.COMPLETED,
    )
    bad = and_(rated_bad.correlate(WorkOrder), ~orders.excluded())
    judged = func.coalesce(_rectifying(now), literal(0))
    found = case((and_(led, bad), judged), else_=literal(UNRATED))
    return func.nullif(func.nullif(found, UNRATED), RUNNING)


# Kept apart from NULL, which a subquery without a row gives too.
UNRATED, RUNNING = -1, -2


def _rectifying(now: datetime) -> Any:
    """Return 1, 0 or RUNNING for the newest 整改 clock of the next round; NULL without one."""
    again = aliased(WorkOrder)
    answered = col(again.status).in_((OrderStatus.REPLIED, OrderStatus.COMPLETED))
    stopped, due = col(Clock.stopped_at), col(Clock.due_at)
    over = or_(stopped.is_not(None), and_(due <= now, col(Clock.waits_for) == ""))
    judged = case((and_(stopped <= due, answered), 1), (over, 0), else_=RUNNING)
    return (
        columns(judged)
        .join_from(Clock, again, col(Clock.subject) == literal("order:") + col(again.number))
        .where(
            col(again.ticket_id) == WorkOrder.ticket_id,
            col(again.round) == col(WorkOrder.round) + 1,
            col(Clock.kind) == ClockKind.RECTIFY_BY,
        )
        .order_by(col(Clock.id).desc())
        .limit(1)
        .correlate(WorkOrder)
        .scalar_subquery()
    )


COLUMNS: Mapping[str, Callable[[datetime], Any]] = {
    "rightly_sent": rightly_sent,
    "rectified": rectified,
}

"""What a proposal came to: who completed the ticket's last lead order, or took it over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from dispatch.models import OrderRole, WorkOrder
from dispatch.routing.models_earned import RoutedTicket
from dispatch.states import OrderStatus

# Orders that are issued after the outcome was noted are looked for so far back.
LOOK_BACK = timedelta(days=3)

_TAKEN = (OrderStatus.RETURNED, OrderStatus.RECALLED)


class Wrong(StrEnum):
    """How a proposal was found wrong."""

    REDISPATCHED = "redispatched"  # its department had it, and another one has it now: 退单、改派
    CORRECTED = "corrected"  # a person gave it to another one at once, who completed it


def settle(session: Session, *, now: datetime, limit: int) -> int:
    """Note the outcome of noted proposals that have one now; return of how many.

    Right is a proposal whose department completed the ticket's last lead order. Wrong is one of
    which another did, or whose department lost it to another: a return that was upheld.
    """
    last = aliased(WorkOrder)
    had = aliased(WorkOrder)
    lost = select(had.id).where(
        *_led(had),
        had.department == RoutedTicket.department,
        col(had.status).in_(_TAKEN),
    )
    elsewhere = and_(col(last.department) != col(RoutedTicket.department), lost.exists())
    unknown = col(RoutedTicket.right).is_(None)
    found = session.exec(
        select(RoutedTicket, last.department, last.status, lost.exists())
        .join(last, and_(*_led(last), ~_later(last)))
        .where(RoutedTicket.outcome_department == "", RoutedTicket.department != "")
        .where(or_(col(last.status) == OrderStatus.COMPLETED, and_(unknown, elsewhere)))
        .where(col(last.status).not_in(_TAKEN))
        .order_by(col(RoutedTicket.id))
        .limit(limit)
    ).all()
    for row, department, status, had_it in found:
        row.right, row.decided_at = department == row.department, now
        row.why = "" if row.right else (Wrong.REDISPATCHED if had_it else Wrong.CORRECTED)
        row.outcome_department = department if status == OrderStatus.COMPLETED else ""
    session.flush()
    return len(found)


def reopen(session: Session, *, now: datetime) -> int:
    """Take back outcomes of tickets that were given to somebody anew since; return of how many."""
    anew = select(WorkOrder.id).where(
        *_led(WorkOrder),
        col(WorkOrder.dispatched_at) >= now - LOOK_BACK,
        col(WorkOrder.dispatched_at) > col(RoutedTicket.decided_at),
    )
    found: Sequence[RoutedTicket] = session.exec(
        select(RoutedTicket).where(
            col(RoutedTicket.ticket_id).in_(
                select(WorkOrder.ticket_id).where(WorkOrder.dispatched_at >= now - LOOK_BACK)
            ),
            col(RoutedTicket.decided_at).is_not(None),
            anew.exists(),
        )
    ).all()
    for row in found:
        row.right, row.why, row.decided_at = None, "", None
        row.outcome_department = ""
    session.flush()
    return len(found)


def _led(order: type[WorkOrder]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(order.ticket_id) == col(RoutedTicket.ticket_id),
        col(order.role) == OrderRole.LEAD,
        col(order.parent_id).is_(None),
    )


def _later(last: type[WorkOrder]) -> ColumnElement[bool]:
    after = aliased(WorkOrder)
    return select(after.id).where(*_led(after), col(after.id) > col(last.id)).exists()

"""What a proposal came to: who completed the ticket's last lead order, or took it over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from dispatch.models import OrderRole, Ticket, WorkOrder
from dispatch.routing.earning_rules import LONGEST_WINDOW
from dispatch.routing.models_earned import RoutedTicket
from dispatch.states import OrderStatus, TicketStatus

# Orders that are issued after the outcome was noted are looked for so far back.
LOOK_BACK = timedelta(days=3)

_TAKEN = (OrderStatus.RETURNED, OrderStatus.RECALLED)
_WITHOUT_IT = (TicketStatus.CLOSED, TicketStatus.DECLINED, TicketStatus.HANDED_OVER)


class Wrong(StrEnum):
    """How a proposal was found wrong."""

    REDISPATCHED = "redispatched"  # its department had it, and another one has it now: 退单、改派
    CORRECTED = "corrected"  # a person gave it to another one at once, who completed it
    RETURNED = "returned"  # its department gave it back, and nobody had it after that: 退单


def settle(session: Session, *, now: datetime, limit: int) -> int:
    """Note the outcome of noted proposals that have one now; return of how many.

    Right is a proposal whose department completed the ticket's last lead order. Wrong is one of
    which another did, or whose department lost it: a return that was upheld, by giving the ticket
    to another or by ending it without any. What is older than the longest window is let be.
    """
    last, lost = aliased(WorkOrder), _lost()
    upheld = and_(col(RoutedTicket.right).is_(None), or_(_elsewhere(last, lost), _given_up(last)))
    found = session.exec(
        select(RoutedTicket, last.department, last.status, lost)
        .join(last, and_(*_led(last), ~_later(last)))
        .where(RoutedTicket.outcome_department == "", RoutedTicket.department != "")
        .where(RoutedTicket.at > now - timedelta(days=LONGEST_WINDOW))
        .where(or_(col(last.status) == OrderStatus.COMPLETED, upheld))
        .order_by(col(RoutedTicket.id))
        .limit(limit)
    ).all()
    for row, department, status, had_it in found:
        _note(row, department, status, had_it=had_it, now=now)
    session.flush()
    return len(found)


def _note(row: RoutedTicket, department: str, status: str, *, had_it: bool, now: datetime) -> None:
    kept = status != OrderStatus.RETURNED and department == row.department
    row.right, row.decided_at = kept, now
    row.why = "" if kept else _wrong(status, had_it)
    row.outcome_department = department if status == OrderStatus.COMPLETED else ""


def _lost() -> ColumnElement[bool]:
    """Return the condition that the proposed department had it and has not now."""
    had = aliased(WorkOrder)
    own = had.department == RoutedTicket.department
    return select(had.id).where(*_led(had), own, col(had.status).in_(_TAKEN)).exists()


def _elsewhere(last: type[WorkOrder], lost: ColumnElement[bool]) -> ColumnElement[bool]:
    another = col(last.department) != col(RoutedTicket.department)
    return and_(another, col(last.status).not_in(_TAKEN), lost)


def _given_up(last: type[WorkOrder]) -> ColumnElement[bool]:
    """Return the condition that the department gave it back and the ticket ended with that."""
    ended = select(Ticket.id).where(
        Ticket.id == RoutedTicket.ticket_id, col(Ticket.status).in_(_WITHOUT_IT)
    )
    own = col(last.department) == col(RoutedTicket.department)
    return and_(own, col(last.status) == OrderStatus.RETURNED, ended.exists())


def _wrong(status: str, had_it: bool) -> Wrong:
    if status == OrderStatus.RETURNED:
        return Wrong.RETURNED
    return Wrong.REDISPATCHED if had_it else Wrong.CORRECTED


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

"""承办单: one department's share of a ticket, from 派单 on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from dispatch import history
from dispatch.models import OrderRole, Ticket, WorkOrder
from dispatch.numbers import order_number
from hotline.core.accounts import Actor
from hotline.core.events import EventType


@dataclass(frozen=True)
class Assignment:
    """A department that shall handle a ticket, and on what basis."""

    department: str  # its code
    legal_basis: str = ""


def issue(
    session: Session,
    ticket: Ticket,
    assignment: Assignment,
    *,
    lead: bool,
    actor: Actor,
    now: datetime,
) -> WorkOrder:
    """Put a new order into the department's inbox; its number follows the ticket's."""
    before = session.exec(
        select(func.count()).select_from(WorkOrder).where(WorkOrder.ticket_id == ticket.id)
    ).one()
    order = WorkOrder(
        number=order_number(ticket.number, before + 1),
        ticket_id=ticket.id or 0,
        department=assignment.department,
        role=OrderRole.LEAD if lead else OrderRole.ASSISTING,
        dispatched_at=now,
        dispatched_by=str(actor),
        legal_basis=assignment.legal_basis,
    )
    session.add(order)
    session.flush()
    history.record(
        session,
        ticket,
        EventType.ORDER_DISPATCHED,
        actor=actor,
        now=now,
        order=order.number,
        department=order.department,
        role=order.role,
    )
    return order


def of_ticket(session: Session, ticket: Ticket) -> Sequence[WorkOrder]:
    """Return the ticket's orders in the order they were issued."""
    return session.exec(
        select(WorkOrder).where(WorkOrder.ticket_id == ticket.id).order_by(col(WorkOrder.id))
    ).all()


def subject(order: WorkOrder) -> str:
    """Return the name under which the order's clocks run."""
    return f"order:{order.number}"

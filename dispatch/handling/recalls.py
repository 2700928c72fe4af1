"""收回: an order and those issued below it are taken back; a lead's reply clock runs on."""

from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.handling import leads, orders
from dispatch.models import Ticket, WorkOrder
from dispatch.states import OPEN_ORDERS, OrderAction
from hotline.core.accounts import Actor
from hotline.core.events import EventType
from hotline.core.privacy import mask_text


def take_back(
    session: Session,
    ticket: Ticket,
    order: WorkOrder,
    *,
    why: str,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Recall an open order with all below it; `why` is a code, `reason` what is told about it.

    The ticket's own status is its caller's matter. Raises Conflict when the order isn't open.
    """
    orders.advance(order, OrderAction.RECALL)
    order.recall_reason = mask_text(reason.strip())
    for child in open_below(session, order):
        take_back(session, ticket, child, why=why, reason=reason, actor=actor, now=now)
    leads.let_go(session, ticket, order, now=now)
    orders.note(session, order, EventType.ORDER_RECALLED, actor=actor, now=now, why=why)


def take_back_open(
    session: Session, ticket: Ticket, *, why: str, actor: Actor, now: datetime
) -> None:
    """撤回: take back every order that is still open; the ticket is locked already."""
    held = session.exec(
        select(WorkOrder)
        .where(WorkOrder.ticket_id == ticket.id, col(WorkOrder.status).in_(OPEN_ORDERS))
        .order_by(col(WorkOrder.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for order in held:
        if order.status in OPEN_ORDERS:  # not taken back yet with the one above it
            take_back(session, ticket, order, why=why, actor=actor, now=now)


def open_below(session: Session, order: WorkOrder) -> list[WorkOrder]:
    """Return the open orders that the order's department issued onward."""
    below = select(WorkOrder).where(
        WorkOrder.parent_id == order.id, col(WorkOrder.status).in_(OPEN_ORDERS)
    )
    return list(session.exec(below.order_by(col(WorkOrder.id))).all())


def all_below(session: Session, order: WorkOrder) -> list[WorkOrder]:
    """Return the open orders below the order, on every level."""
    return [
        each for child in open_below(session, order) for each in (child, *all_below(session, child))
    ]

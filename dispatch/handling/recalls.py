"""收回: an order and those issued below it are taken back; a lead's reply clock runs on."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.handling import leads, orders
from dispatch.models import Ticket, WorkOrder
from dispatch.states import OPEN_ORDERS, OrderAction, OrderStatus
from hotline.core.accounts import Actor
from hotline.core.events import Event, EventType
from hotline.core.privacy import mask_text


class RecallCode(StrEnum):
    """撤回原因: what took an order from its department; that one reads it with its order."""

    RECALLED = "recalled"  # 派单单位撤回, with its reason in words
    REDISPATCHED = "redispatched"  # 改派其他单位
    DECIDED_ANEW = "decided_anew"  # 原裁定撤销，重新会商
    ARBITRATION = "arbitration"  # 会商裁定，另行派单
    PROMOTED = "promoted"  # 由协办改任主办，另行派单
    HANDED_OVER = "handed_over"  # 已移交其他机关
    WITHDRAWN = "withdrawn"  # 诉求人撤回
    MERGED = "merged"  # 并入其他工单


def take_back(
    session: Session,
    ticket: Ticket,
    order: WorkOrder,
    *,
    why: RecallCode | str,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Recall an open order with all below it; `why` is told as a code, `reason` in words.

    The ticket's own status is its caller's matter. Raises Conflict when the order isn't open.
    """
    code = RecallCode(why)
    orders.advance(order, OrderAction.RECALL)
    order.recall_reason = mask_text(reason.strip())
    for child in open_below(session, order):
        take_back(session, ticket, child, why=code, reason=reason, actor=actor, now=now)
    leads.let_go(session, ticket, order, now=now)
    orders.note(session, order, EventType.ORDER_RECALLED, actor=actor, now=now, why=code)


def code_of(session: Session, order: WorkOrder) -> RecallCode | None:
    """Return why the order was taken back, as its history says it; None for one that was not."""
    if order.status != OrderStatus.RECALLED:
        return None
    told = session.exec(
        select(Event.refs)
        .where(Event.chain == history.chain(orders.ticket_of(session, order)))
        .where(Event.type == EventType.ORDER_RECALLED)
        .where(col(Event.refs)["order"].astext == order.number)
        .order_by(col(Event.seq).desc())
        .limit(1)
    ).first()
    return RecallCode(told["why"]) if told else None


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

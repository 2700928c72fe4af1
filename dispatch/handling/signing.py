"""签发: a leader puts a name under what the unit wrote, and then it goes to review."""

from datetime import datetime

from sqlmodel import Session

from dispatch.handling import replies
from dispatch.models import Reply, WorkOrder
from dispatch.states import OrderAction, OrderStatus, advance_order
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotAllowed
from hotline.core.security import Permission, require


def sign(
    session: Session, order: WorkOrder, *, signed_by: str, actor: Actor, now: datetime
) -> Reply:
    """签发: the reply that waits for its signature is given, by the office that signs (局长).

    The same signature sent again is the one kept already. Raises Conflict when no reply waits.
    """
    require(actor, Permission.ORDER_SIGN)
    if actor.department != order.department:
        raise NotAllowed(
            f"Order {order.number} is with {order.department}.", remedy="Only it signs its replies."
        )
    office = replies.office_of(signed_by)
    given = replies.latest_reply(session, order)
    if order.status == OrderStatus.REPLIED and given and given.signed_by == office:
        return given
    advance_order(OrderStatus(order.status), OrderAction.REPLY)  # says what is open now
    draft = replies.draft_of(session, order)
    if draft is None:
        raise Conflict(
            f"No reply of order {order.number} waits for a signature.", remedy="Reply first."
        )
    return replies.give(session, order, draft, office=office, actor=actor, now=now)

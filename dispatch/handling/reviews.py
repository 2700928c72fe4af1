"""审核与退单处理: what a judged reply or a returned order means for its ticket."""

from datetime import datetime

from sqlmodel import Session

from dispatch.ending import endings
from dispatch.handling import onward, orders, replies, returns
from dispatch.handling.returns import Return
from dispatch.models import WorkOrder
from hotline.core.accounts import Actor


def complete(session: Session, order: WorkOrder, *, actor: Actor, now: datetime) -> WorkOrder:
    """办结: who issued the order lets the reply stand; the last one open settles the ticket."""
    onward.require_issuer(session, order, actor)
    replies.complete(session, order, actor=actor, now=now)
    endings.settle(session, orders.ticket_of(session, order), actor=actor, now=now)
    return order


def reject(
    session: Session, order: WorkOrder, *, note: str, actor: Actor, now: datetime
) -> WorkOrder:
    """驳回: who issued the order has the department answer anew."""
    onward.require_issuer(session, order, actor)
    return replies.reject_reply(session, order, note=note, actor=actor, now=now)


def return_order(
    session: Session, order: WorkOrder, given: Return, *, actor: Actor, now: datetime
) -> WorkOrder:
    """退单: the order is given back; with no other open, the ticket waits for an agent again.

    One that was issued onward goes back to the unit above, and the ticket does not move.
    """
    returns.return_order(session, order, given, actor=actor, now=now)
    endings.settle(session, orders.ticket_of(session, order), actor=actor, now=now)
    return order

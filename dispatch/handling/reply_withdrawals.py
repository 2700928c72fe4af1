"""撤回答复: a department takes its own reply back before anybody has judged it."""

from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.beside import suspensions
from dispatch.clustering import following
from dispatch.handling import leads, orders, replies
from dispatch.models import Clock, Reply, WorkOrder
from dispatch.states import OrderAction
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from dispatch.timing.catching_up import catch_up
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid, NotAllowed
from hotline.core.events import EventType
from hotline.core.privacy import mask_text

WITHDRAWN = "withdrawn"
_STOPPED_BY_A_REPLY = (ClockKind.RETURN_BY, ClockKind.CONTACT_BY)


def withdraw_reply(
    session: Session, order: WorkOrder, reason: str, *, actor: Actor, now: datetime
) -> WorkOrder:
    """撤回答复: the order is accepted again, and its clocks run on as if nobody had answered.

    What passed meanwhile strikes at once. The reply stays readable with the reason. Raises
    Conflict when there is no reply to review, or it was reviewed.
    """
    if actor.department != order.department:
        raise NotAllowed(
            f"Order {order.number} is with {order.department}.", remedy="Only it withdraws a reply."
        )
    if not reason.strip():
        raise Invalid("A withdrawal needs its reason.", remedy="Say what was wrong with the reply.")
    orders.advance(order, OrderAction.WITHDRAW_REPLY)
    kept = replies.latest_reply(session, order)
    if kept:
        kept.verdict, kept.review_note = WITHDRAWN, mask_text(reason.strip())
        session.add(kept)
        catch_up(session, _run_on(session, order, kept), now=now)
    following.renew_promises(session, order, now=now)
    suspensions.rejected(session, order)
    orders.note(session, order, EventType.ORDER_REPLY_WITHDRAWN, actor=actor, now=now)
    return order


def _run_on(session: Session, order: WorkOrder, kept: Reply) -> list[Clock]:
    """Let what the reply stopped run on; a clock that had stopped before it stays as it is.

    An earlier reply that was judged has settled that the order is the department's.
    """
    subject = orders.subject(order)
    judged = select(Reply.id).where(
        Reply.order_id == order.id, col(Reply.verdict).not_in(("", WITHDRAWN))
    )
    if session.exec(judged).first():
        return clocks.resume(session, subject, leads.REPLY)
    beside = session.exec(
        select(Clock.kind)
        .where(Clock.subject == subject, col(Clock.kind).in_(_STOPPED_BY_A_REPLY))
        .where(col(Clock.stopped_at).in_([kept.at, kept.signed_at]))
    ).all()
    kinds = dict.fromkeys(beside)
    if any(each.reached for each in orders.contacts_of(session, order)):
        kinds.pop(ClockKind.CONTACT_BY, None)  # they did reach the requester, whatever they wrote
    return clocks.resume(session, subject, [*leads.REPLY, *kinds])

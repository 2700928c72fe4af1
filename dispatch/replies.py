"""答复与审核: what a department answers, and whether it stands."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch import clocks, orders
from dispatch.models import Reply, Ticket, WorkOrder
from dispatch.orders import advance, note, subject
from dispatch.states import OrderAction, OrderStatus
from dispatch.terms import ClockKind
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from hotline.core.events import EventType

SHORTEST_REPLY = 6  # characters: less is no answer a caller can be told
COMPLETED, REJECTED = "completed", "rejected"


@dataclass(frozen=True)
class Answer:
    """What a department says: done what, was it so, is it solved, and what the caller is told."""

    result: str
    is_true: bool
    is_solved: bool
    public_reply: str
    unsolved_reason: str = ""
    contacted_at: datetime | None = None


def reply(
    session: Session, order: WorkOrder, answer: Answer, *, actor: Actor, now: datetime
) -> Reply:
    """答复: keep the answer for review; the reply clock stops.

    The same answer posted again while it waits for review is the one that is kept already.
    """
    _check(answer, now)
    waiting = latest_reply(session, order)
    if order.status == OrderStatus.REPLIED and waiting and _says(waiting) == answer:
        return waiting
    advance(order, OrderAction.REPLY)
    kept = Reply(order_id=order.id or 0, at=now, by=str(actor), **asdict(answer))
    session.add(kept)
    session.flush()
    stopped = [ClockKind.REPLY_BY, ClockKind.RECTIFY_BY, ClockKind.RETURN_BY]
    if answer.contacted_at:
        stopped.append(ClockKind.CONTACT_BY)
    clocks.stop(session, subject(order), stopped, now=now)
    note(session, order, EventType.ORDER_REPLIED, actor=actor, now=now, solved=answer.is_solved)
    return kept


def reject_reply(
    session: Session, order: WorkOrder, *, note: str, actor: Actor, now: datetime
) -> WorkOrder:
    """驳回: the department must answer anew, by the same due time as before."""
    if not note.strip():
        raise Invalid("A rejection needs its reason.", remedy="Say what is missing.")
    advance(order, OrderAction.REJECT_REPLY)
    _judge(session, order, REJECTED, note=note.strip(), actor=actor, now=now)
    clocks.resume(session, subject(order), [ClockKind.REPLY_BY, ClockKind.RECTIFY_BY])
    orders.note(session, order, EventType.ORDER_REPLY_REJECTED, actor=actor, now=now)
    return order


def complete(session: Session, order: WorkOrder, *, actor: Actor, now: datetime) -> WorkOrder:
    """办结: the reply stands; every clock of the order stops."""
    advance(order, OrderAction.COMPLETE)
    _judge(session, order, COMPLETED, note="", actor=actor, now=now)
    clocks.stop(session, subject(order), ClockKind, now=now)
    orders.note(session, order, EventType.ORDER_COMPLETED, actor=actor, now=now)
    return order


def replies_of(session: Session, order: WorkOrder) -> Sequence[Reply]:
    """Return the order's replies, oldest first."""
    return session.exec(
        select(Reply).where(Reply.order_id == order.id).order_by(col(Reply.id))
    ).all()


def latest_reply(session: Session, order: WorkOrder) -> Reply | None:
    """Return the order's newest reply, if it has one."""
    return session.exec(
        select(Reply).where(Reply.order_id == order.id).order_by(col(Reply.id).desc()).limit(1)
    ).first()


def told(session: Session, ticket: Ticket) -> Sequence[Reply]:
    """Return the replies of the ticket's orders that stood: what its requester is to be told."""
    return session.exec(
        select(Reply)
        .join(WorkOrder, col(WorkOrder.id) == Reply.order_id)
        .where(WorkOrder.ticket_id == ticket.id, Reply.verdict == COMPLETED)
        .order_by(col(Reply.id))
    ).all()


def _check(answer: Answer, now: datetime) -> None:
    if len(answer.public_reply.strip()) < SHORTEST_REPLY or not answer.result.strip():
        raise Invalid(
            "The reply says too little to be told to the caller.",
            remedy="Say what was done, where and when, in `result` and `public_reply`.",
        )
    if not answer.is_solved and not answer.unsolved_reason.strip():
        raise Invalid("Not solved, but no reason given.", remedy="Fill in `unsolved_reason`.")
    if answer.contacted_at:
        orders.not_in_future(answer.contacted_at, now)


def _says(kept: Reply) -> Answer:
    return Answer(
        result=kept.result,
        is_true=kept.is_true,
        is_solved=kept.is_solved,
        public_reply=kept.public_reply,
        unsolved_reason=kept.unsolved_reason,
        contacted_at=kept.contacted_at,
    )


def _judge(
    session: Session, order: WorkOrder, verdict: str, *, note: str, actor: Actor, now: datetime
) -> None:
    kept = latest_reply(session, order)
    if kept:
        kept.verdict, kept.review_note = verdict, note
        kept.reviewed_at, kept.reviewed_by = now, str(actor)
        session.add(kept)

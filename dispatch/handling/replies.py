"""答复与审核: what a department answers, and whether it stands."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.beside import suspensions
from dispatch.clustering import following
from dispatch.handling import onward, orders
from dispatch.handling.orders import advance, note, subject
from dispatch.models import Reply, Ticket, WorkOrder
from dispatch.rules import sign_off
from dispatch.states import OrderAction, OrderStatus, advance_order
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from dispatch.timing.catching_up import catch_up
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from hotline.core.events import EventType
from hotline.core.privacy import mask_text

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
    session: Session,
    order: WorkOrder,
    answer: Answer,
    *,
    signed_off_by: str = "",
    actor: Actor,
    now: datetime,
) -> Reply:
    """答复: keep the answer for review, or unsigned for its leader where the policy asks for that.

    `signed_off_by` names the office that has signed it. The same answer posted again is the one
    that is kept already. Raises Conflict while orders issued onward from this one are open.
    """
    _check(order, answer, now)
    answer = _masked(answer)
    given = latest_reply(session, order)
    if order.status == OrderStatus.REPLIED and given and _says(given) == answer:
        return given
    advance_order(OrderStatus(order.status), OrderAction.REPLY)  # says what is open now
    onward.require_done(session, order)
    office = office_of(signed_off_by) if signed_off_by else ""
    unsigned = not office and sign_off.required(session, orders.ticket_of(session, order), now=now)
    draft = draft_of(session, order)
    if unsigned and draft and _says(draft) == answer:
        return draft
    kept = _write(session, order, answer, draft, actor=actor, now=now)
    if unsigned:
        return _keep_unsigned(session, order, kept, actor=actor, now=now)
    return give(session, order, kept, office=office, actor=actor, now=now)


def give(
    session: Session, order: WorkOrder, kept: Reply, *, office: str, actor: Actor, now: datetime
) -> Reply:
    """Send a reply to review, signed where an office is named; the reply clock stops."""
    onward.require_done(session, order)
    advance(order, OrderAction.REPLY)
    kept.awaits_signature = False
    session.add(kept)
    if office:
        kept.signed_at, kept.signed_by = now, office
        note(session, order, EventType.ORDER_SIGNED, actor=actor, now=now)
    suspensions.answered(session, order, now=now)
    stopped = [ClockKind.REPLY_BY, ClockKind.RECTIFY_BY, ClockKind.RETURN_BY]
    if kept.contacted_at:
        stopped.append(ClockKind.CONTACT_BY)
    clocks.stop(session, subject(order), stopped, now=now)
    following.hold_promises(session, order, now=now)
    note(session, order, EventType.ORDER_REPLIED, actor=actor, now=now, solved=kept.is_solved)
    return kept


def office_of(written: str) -> str:
    """Return the office that signs, without what names a person; raise Invalid for none."""
    office = mask_text(written.strip())
    if not office:
        raise Invalid("Nobody signed.", remedy="Name the office that signs, like 局长.")
    return office


def reject_reply(
    session: Session, order: WorkOrder, *, note: str, actor: Actor, now: datetime
) -> WorkOrder:
    """驳回: the department must answer anew, by the same due time as before.

    While its ticket is suspended it waits again as the others do.
    """
    if not note.strip():
        raise Invalid("A rejection needs its reason.", remedy="Say what is missing.")
    advance(order, OrderAction.REJECT_REPLY)
    _judge(session, order, REJECTED, note=mask_text(note.strip()), actor=actor, now=now)
    resumed = clocks.resume(session, subject(order), [ClockKind.REPLY_BY, ClockKind.RECTIFY_BY])
    catch_up(session, resumed, now=now)
    following.renew_promises(session, order, now=now)
    suspensions.rejected(session, order)
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
    """Return the order's newest reply that was given, if it has one."""
    given = select(Reply).where(Reply.order_id == order.id, ~col(Reply.awaits_signature))
    return session.exec(given.order_by(col(Reply.id).desc()).limit(1)).first()


def draft_of(session: Session, order: WorkOrder) -> Reply | None:
    """Return the order's reply that waits for its leader's signature, if it has one."""
    waiting = select(Reply).where(Reply.order_id == order.id, col(Reply.awaits_signature))
    return session.exec(waiting).first()


def told(session: Session, ticket: Ticket) -> Sequence[Reply]:
    """Return the replies that stood: what the ticket's requester is to be told.

    Its own orders', or those of the main ticket that it was merged into; what units below told
    the one above them is that one's to tell.
    """
    return session.exec(
        select(Reply)
        .join(WorkOrder, col(WorkOrder.id) == Reply.order_id)
        .where(following.answers(ticket), Reply.verdict == COMPLETED)
        .where(col(WorkOrder.parent_id).is_(None))
        .order_by(col(Reply.id))
    ).all()


def _check(order: WorkOrder, answer: Answer, now: datetime) -> None:
    if len(answer.public_reply.strip()) < SHORTEST_REPLY or not answer.result.strip():
        raise Invalid(
            "The reply says too little to be told to the caller.",
            remedy="Say what was done, where and when, in `result` and `public_reply`.",
        )
    if not answer.is_solved and not answer.unsolved_reason.strip():
        raise Invalid("Not solved, but no reason given.", remedy="Fill in `unsolved_reason`.")
    if answer.contacted_at:
        orders.require_since_dispatch(order, answer.contacted_at, now)


def _write(
    session: Session,
    order: WorkOrder,
    answer: Answer,
    draft: Reply | None,
    *,
    actor: Actor,
    now: datetime,
) -> Reply:
    """Keep the answer; it takes the place of a draft."""
    kept = draft or Reply(order_id=order.id or 0, at=now, by=str(actor), **asdict(answer))
    kept.sqlmodel_update({"at": now, "by": str(actor), **asdict(answer)})
    session.add(kept)
    session.flush()
    return kept


def _keep_unsigned(
    session: Session, order: WorkOrder, kept: Reply, *, actor: Actor, now: datetime
) -> Reply:
    """Let the reply wait for its signature; the order is as accepted as before."""
    kept.awaits_signature = True
    if kept.contacted_at:
        clocks.stop(session, subject(order), [ClockKind.CONTACT_BY], now=now)
    note(session, order, EventType.ORDER_DRAFTED, actor=actor, now=now)
    return kept


def _masked(answer: Answer) -> Answer:
    return replace(
        answer,
        result=mask_text(answer.result),
        public_reply=mask_text(answer.public_reply),
        unsolved_reason=mask_text(answer.unsolved_reason),
    )


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

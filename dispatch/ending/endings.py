"""一张工单怎样走完: it settles with its last order, comes to an end, or is done again."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.beside import supervision, supervision_moves, suspensions
from dispatch.beside.models_beside import Redo
from dispatch.beside.suspensions import Outcome
from dispatch.callback import callback_plan
from dispatch.clustering import clusters, following
from dispatch.handling import leads, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Clock, OrderRole, Ticket, WorkOrder
from dispatch.notices import caller_notices
from dispatch.ratings import bad_ratings
from dispatch.ratings.stages import Step
from dispatch.rules.policies import StartEvent
from dispatch.states import OPEN_ORDERS, OrderStatus, TicketAction, TicketStatus, advance_ticket
from dispatch.terms import ClockKind, TimeClass, Urgency
from dispatch.timing import clocks, deadlines
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict
from hotline.core.events import Audience, EventType


class Closing(StrEnum):
    """办结类型 (domain.md 2.3), and that another organ has it now."""

    RESOLVED = "resolved"  # 解决
    PARTLY_RESOLVED = "partly_resolved"  # 部分解决
    EXPLAINED = "explained"  # 解释说明
    UNREACHABLE = "unreachable"  # 无法联系
    WITHDRAWN = "withdrawn"  # 诉求人撤回
    UNTRUE = "untrue"  # 不属实
    WITHOUT_BASIS = "without_basis"  # 无法律政策依据
    HANDED_OVER = "handed_over"  # 已移交，对方接收


class RedoReason(StrEnum):
    """重办理由: why a ticket that had come to its end is done once more."""

    DISSATISFIED = "dissatisfied"  # 诉求人不满意
    CALLED_AGAIN = "called_again"  # 诉求人再次来电
    NOT_DONE = "not_done"  # 实际没有办结
    SHOULD_ACCEPT = "should_accept"  # 应当受理
    NOT_TAKEN = "not_taken"  # 移交未被接收


_T, _R = TicketStatus, RedoReason
# What can be true of a ticket that ended so; who calls again may say it of each.
REDO_REASONS: Mapping[TicketStatus, tuple[RedoReason, ...]] = {
    _T.AWAITING_CALLBACK: (_R.DISSATISFIED, _R.CALLED_AGAIN, _R.NOT_DONE),
    _T.CLOSED: (_R.DISSATISFIED, _R.CALLED_AGAIN, _R.NOT_DONE),
    _T.DECLINED: (_R.SHOULD_ACCEPT, _R.CALLED_AGAIN),
    _T.HANDED_OVER: (_R.NOT_TAKEN, _R.CALLED_AGAIN, _R.NOT_DONE),
}


def settle(session: Session, ticket: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    """Move the ticket on once no order is open: to its callback, or back to an agent.

    With an order still open nothing happens; when no lead answered, somebody must dispatch the
    ticket anew, by a new clock.
    """
    shares = [each for each in orders.of_ticket(session, ticket) if each.round == ticket.redone]
    if any(order.status in OPEN_ORDERS for order in shares):
        return ticket
    suspensions.end_by_itself(session, ticket, Outcome.LEFT, now=now)
    if leads.leading(session, ticket):
        ticket.status = advance_ticket(TicketStatus(ticket.status), TicketAction.SETTLE)
        history.record(session, ticket, EventType.TICKET_SETTLED, actor=actor, now=now)
        callback_plan.plan(session, ticket, now=now)
        following.keep_pace(session, ticket, actor=actor, now=now)
        return ticket
    ticket.status = advance_ticket(TicketStatus(ticket.status), TicketAction.RETURN)
    history.record(session, ticket, EventType.TICKET_RETURNED, actor=actor, now=now)
    leads.seek(session, ticket, now=now)
    following.keep_pace(session, ticket, actor=actor, now=now)
    return ticket


def end(session: Session, ticket: Ticket, action: TicketAction, *, now: datetime) -> Ticket:
    """Move the ticket to where nobody works on it any more: no clock of it runs on.

    What it is supervised for is lifted. Raises Conflict when the action is not open now, a
    department still has an order of it, or it is merged with others and can't end apart from them.
    """
    following.require_may_end(session, ticket, action)
    ticket.status = advance_ticket(TicketStatus(ticket.status), action)
    held = [each for each in orders.of_ticket(session, ticket) if each.status in OPEN_ORDERS]
    if held:
        raise Conflict(
            f"Ticket {ticket.number} is with {', '.join(each.department for each in held)}.",
            remedy="Wait for those orders or recall them.",
        )
    suspensions.end_by_itself(session, ticket, Outcome.LEFT, now=now)
    stop_clocks(session, ticket, now=now)
    bad_ratings.move_on(session, ticket, Step.END, now=now)
    supervision_moves.lift_all(session, ticket, now=now)
    session.add(ticket)
    return ticket


def close(
    session: Session, ticket: Ticket, closing: Closing, *, actor: Actor, now: datetime
) -> Ticket:
    """办结: the matter is over, in the way that `closing` names; its last clocks stop."""
    end(session, ticket, TicketAction.CLOSE, now=now)
    ticket.closing, ticket.closed_at = closing, now
    history.record(
        session,
        ticket,
        EventType.TICKET_CLOSED,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        closing=closing,
    )
    caller_notices.owe(session, ticket, caller_notices.CLOSED, now=now)
    return ticket


def reopen(
    session: Session,
    ticket: Ticket,
    *,
    reason: RedoReason = RedoReason.DISSATISFIED,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Ticket:
    """重办: once more, counted as a further round.

    While its callback is due whoever led must rectify, by a clock of its own; from an end the
    ticket goes back to an agent. Raises Conflict for an archived one, and for a reason that can't
    be true of how it ended.
    """
    if ticket.archived_at:
        raise Conflict(
            f"Ticket {ticket.number} is archived.",
            remedy="Register a new ticket and name this number in it.",
        )
    after = advance_ticket(TicketStatus(ticket.status), TicketAction.REOPEN)
    _require_fitting(ticket, reason)
    last = _answered_last(session, ticket) if after is TicketStatus.DISPATCHED else None
    clusters.leave(session, ticket, actor=actor, now=now)
    callback_plan.cancel(session, ticket, actor=actor, now=now)
    stop_clocks(session, ticket, now=now)
    ticket.status, ticket.closing, ticket.closed_at = after, "", None
    ticket.redone += 1
    _note_redo(session, ticket, reason, note, actor=actor, now=now)
    if last:
        _rectify(session, ticket, last, actor=actor, now=now)
    else:
        supervision_moves.lift_all(session, ticket, now=now)
        caller_notices.owe(session, ticket, caller_notices.REDONE, now=now)
        subject = history.chain(ticket)
        deadlines.start(session, ticket, StartEvent.REGISTERED, subject=subject, now=now)
    dissatisfied = reason is RedoReason.DISSATISFIED
    supervision.watch_redo(session, ticket, dissatisfied=dissatisfied, now=now)
    return ticket


def require_harmless(ticket: Ticket) -> None:
    """Raise Conflict for danger to life: words alone never end it."""
    if ticket.urgency == Urgency.CRITICAL or ticket.time_class == TimeClass.EMERGENCY:
        raise Conflict(
            f"Ticket {ticket.number} tells of danger: it can't be answered away or declined.",
            remedy="Hand it over to 110, 119 or 120 and keep the line, or dispatch it.",
        )


def redone(session: Session, ticket: Ticket) -> list[Redo]:
    """Return why the ticket was done again, one row a round, oldest first."""
    rows = select(Redo).where(Redo.ticket_id == ticket.id).order_by(col(Redo.round))
    return list(session.exec(rows).all())


def stop_clocks(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Stop every clock that runs for the ticket; one of a 督办 runs until that is answered."""
    running = session.exec(
        select(Clock.subject)
        .where(Clock.ticket_id == ticket.id, col(Clock.stopped_at).is_(None))
        .where(Clock.kind != ClockKind.FEEDBACK_BY)
    ).all()
    for subject in sorted(set(running)):
        clocks.stop(session, subject, ClockKind, now=now)


def _require_fitting(ticket: Ticket, reason: RedoReason) -> None:
    fitting = REDO_REASONS[TicketStatus(ticket.status)]
    if reason not in fitting:
        raise Conflict(
            f"{reason} is no reason to do a ticket again that is {ticket.status}.",
            remedy=f"Use one of: {', '.join(fitting)}.",
        )


def _note_redo(
    session: Session, ticket: Ticket, reason: RedoReason, note: str, *, actor: Actor, now: datetime
) -> None:
    row = Redo(
        ticket_id=ticket.id or 0,
        round=ticket.redone,
        reason=reason,
        note=privacy.mask_text(note.strip()),
        at=now,
        by=str(actor),
    )
    session.add(row)
    history.record(
        session,
        ticket,
        EventType.TICKET_REOPENED,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        round=ticket.redone,
        redo=reason,
    )


def _rectify(
    session: Session, ticket: Ticket, last: WorkOrder, *, actor: Actor, now: datetime
) -> None:
    """Give the ticket back to whom the answer came from, by the clock of 整改."""
    caller_notices.owe(session, ticket, caller_notices.REOPENED, now=now)
    again = Assignment(last.department, last.legal_basis)
    order = orders.issue(session, ticket, again, lead=True, actor=actor, now=now)
    subject = orders.subject(order)
    deadlines.start(session, ticket, StartEvent.RATED, subject=subject, now=now)
    # The rectification clock is the reply's limit now.
    without = (ClockKind.REPLY_BY,)
    deadlines.start(
        session, ticket, StartEvent.DISPATCHED, subject=subject, now=now, without=without
    )
    supervision_moves.take_up(session, ticket, order, now=now)


def _answered_last(session: Session, ticket: Ticket) -> WorkOrder:
    """Return the order whose answer dissatisfied: the lead's, if it gave one."""
    merged = following.answered_by(session, ticket)
    if merged:
        return merged
    done = [
        order for order in leads.shares(session, ticket) if order.status == OrderStatus.COMPLETED
    ]
    led = [order for order in done if order.role == OrderRole.LEAD]
    return (led or done)[-1]

"""一张工单怎样走完: it settles with its last order, is closed, or is done again."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from dispatch import callback_plan, caller_notices, clocks, deadlines, history, orders
from dispatch.models import OrderRole, Ticket, WorkOrder
from dispatch.orders import Assignment
from dispatch.policies import StartEvent
from dispatch.states import OPEN_ORDERS, OrderStatus, TicketAction, TicketStatus, advance_ticket
from dispatch.terms import ClockKind
from hotline.core.accounts import Actor
from hotline.core.events import Audience, EventType


class Closing(StrEnum):
    """办结类型 (domain.md 2.3)."""

    RESOLVED = "resolved"  # 解决
    PARTLY_RESOLVED = "partly_resolved"  # 部分解决
    EXPLAINED = "explained"  # 解释说明
    UNREACHABLE = "unreachable"  # 无法联系
    WITHDRAWN = "withdrawn"  # 诉求人撤回
    UNTRUE = "untrue"  # 不属实
    WITHOUT_BASIS = "without_basis"  # 无法律政策依据


def settle(session: Session, ticket: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    """Move the ticket on once no order is open: to its callback, or back to an agent.

    With an order still open nothing happens; when every one was returned, somebody must
    dispatch the ticket anew, by a new clock.
    """
    shares = [each for each in orders.of_ticket(session, ticket) if each.round == ticket.redone]
    if any(order.status in OPEN_ORDERS for order in shares):
        return ticket
    if any(order.status == OrderStatus.COMPLETED for order in shares):
        ticket.status = advance_ticket(TicketStatus(ticket.status), TicketAction.SETTLE)
        history.record(session, ticket, EventType.TICKET_SETTLED, actor=actor, now=now)
        callback_plan.plan(session, ticket, now=now)
        return ticket
    ticket.status = advance_ticket(TicketStatus(ticket.status), TicketAction.RETURN)
    history.record(session, ticket, EventType.TICKET_RETURNED, actor=actor, now=now)
    deadlines.start(session, ticket, StartEvent.REGISTERED, subject=history.chain(ticket), now=now)
    return ticket


def close(
    session: Session, ticket: Ticket, closing: Closing, *, actor: Actor, now: datetime
) -> Ticket:
    """办结: the matter is over, in the way that `closing` names; its last clocks stop."""
    ticket.status = advance_ticket(TicketStatus(ticket.status), TicketAction.CLOSE)
    ticket.closing, ticket.closed_at = closing, now
    clocks.stop(session, history.chain(ticket), ClockKind, now=now)
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


def reopen(session: Session, ticket: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    """重办: the requester is dissatisfied; whoever led must rectify, by a clock of its own."""
    last = _answered_last(session, ticket)
    ticket.status = advance_ticket(TicketStatus(ticket.status), TicketAction.REOPEN)
    ticket.redone += 1
    clocks.stop(session, history.chain(ticket), ClockKind, now=now)
    history.record(
        session,
        ticket,
        EventType.TICKET_REOPENED,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        round=ticket.redone,
    )
    caller_notices.owe(session, ticket, caller_notices.REOPENED, now=now)
    again = Assignment(last.department, last.legal_basis)
    order = orders.issue(session, ticket, again, lead=True, actor=actor, now=now)
    subject = orders.subject(order)
    deadlines.start(session, ticket, StartEvent.RATED, subject=subject, now=now)
    deadlines.start(
        session,
        ticket,
        StartEvent.DISPATCHED,
        subject=subject,
        now=now,
        # The rectification clock is the reply's limit now.
        without=(ClockKind.REPLY_BY,),
    )
    return ticket


def _answered_last(session: Session, ticket: Ticket) -> WorkOrder:
    """Return the order whose answer dissatisfied: the lead's, if it gave one."""
    done = [
        order
        for order in orders.of_ticket(session, ticket)
        if order.round == ticket.redone and order.status == OrderStatus.COMPLETED
    ]
    led = [order for order in done if order.role == OrderRole.LEAD]
    return (led or done)[-1]

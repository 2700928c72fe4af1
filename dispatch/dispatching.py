"""派单: a ticket is given to those who shall answer for it."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from dispatch import clocks, deadlines, history, orders
from dispatch.models import Ticket
from dispatch.orders import Assignment
from dispatch.policies import StartEvent
from dispatch.states import OPEN_ORDERS, TicketAction, TicketStatus, advance_ticket
from dispatch.terms import ClockKind
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import Audience, EventType
from knowledge.models import Department


def dispatch(
    session: Session,
    ticket: Ticket,
    assignments: Sequence[Assignment],
    *,
    actor: Actor,
    now: datetime,
) -> Ticket:
    """派单: give the ticket to its lead department (the first) and any assisting ones."""
    _check(session, ticket, assignments)
    ticket.status = advance_ticket(TicketStatus(ticket.status), TicketAction.DISPATCH)
    clocks.stop(session, history.chain(ticket), [ClockKind.DISPATCH_BY], now=now)
    issued = [
        orders.issue(session, ticket, each, lead=place == 0, actor=actor, now=now)
        for place, each in enumerate(assignments)
    ]
    history.record(
        session,
        ticket,
        EventType.TICKET_DISPATCHED,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        orders=[order.number for order in issued],
        departments=[order.department for order in issued],
    )
    for order in issued:
        deadlines.start(
            session, ticket, StartEvent.DISPATCHED, subject=orders.subject(order), now=now
        )
    return ticket


def _check(session: Session, ticket: Ticket, assignments: Sequence[Assignment]) -> None:
    """Refuse what a careful clerk would not send out."""
    codes = [each.department for each in assignments]
    if not codes:
        raise Invalid("No department was named.", remedy="Name the one that shall lead.")
    if len(set(codes)) < len(codes):
        raise Invalid("A department was named twice.", remedy="Name each one once.")
    for code in codes:
        department = session.get(Department, code)
        if department is None:
            raise Invalid(
                f"There is no department {code!r}.", remedy="Look it up in the directory."
            )
        if not department.accepts:
            raise Invalid(f"{department.name} takes no orders.", remedy="Name the one that does.")
    open_now = [order for order in orders.of_ticket(session, ticket) if order.status in OPEN_ORDERS]
    if open_now:
        raise Conflict(
            f"Ticket {ticket.number} is with {', '.join(each.department for each in open_now)}.",
            remedy="It can be dispatched again when that order is returned or recalled.",
        )

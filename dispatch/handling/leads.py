"""主办: who leads a ticket in its present round, and the one reply clock that goes with it.

The reply clock never pauses for a quarrel (domain.md 1.5): an order that is returned or recalled
leaves it on the ticket, and whoever leads next takes it up as it runs.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from dispatch import history
from dispatch.beside import supervision_moves, suspensions
from dispatch.clustering import following
from dispatch.handling import cases, orders, recusals
from dispatch.models import OrderRole, Ticket, WorkOrder
from dispatch.rules.policies import StartEvent
from dispatch.states import OPEN_ORDERS, OrderStatus
from dispatch.terms import ClockKind
from dispatch.timing import clock_changes, clocks, deadlines
from hotline.core.errors import Invalid
from knowledge.models import Department

REPLY = (ClockKind.REPLY_BY, ClockKind.RECTIFY_BY)


def shares(session: Session, ticket: Ticket) -> list[WorkOrder]:
    """Return the orders of the present round that the hotline itself issued, oldest first."""
    return [
        order
        for order in orders.of_ticket(session, ticket)
        if order.round == ticket.redone and order.parent_id is None
    ]


def is_lead(order: WorkOrder) -> bool:
    """Return whether the order answers for the whole ticket."""
    return order.role == OrderRole.LEAD and order.parent_id is None


def leading(session: Session, ticket: Ticket) -> WorkOrder | None:
    """Return the lead order that is open or completed; None while nobody answers for the ticket."""
    led = (*OPEN_ORDERS, OrderStatus.COMPLETED)
    found = [each for each in shares(session, ticket) if is_lead(each) and each.status in led]
    return found[-1] if found else None


def returned(session: Session, ticket: Ticket) -> list[WorkOrder]:
    """Return the orders that were given back in this round, oldest first."""
    return [each for each in shares(session, ticket) if each.status == OrderStatus.RETURNED]


def taking(session: Session, ticket: Ticket, code: str) -> Department:
    """Return the department that shall have the ticket, by whichever door it comes.

    Raises Invalid when there is none or it takes no orders, Conflict when the ticket accuses it.
    """
    department = session.get(Department, code)
    if department is None:
        raise Invalid(f"There is no department {code!r}.", remedy="Look it up in the directory.")
    if not department.accepts:
        raise Invalid(f"{department.name} takes no orders.", remedy="Name the one that does.")
    recusals.require_not_accused(session, ticket, code)
    return department


def let_go(session: Session, ticket: Ticket, order: WorkOrder, *, now: datetime) -> None:
    """Stop the clocks of an order that is given back or taken back; a lead's reply clock runs on.

    One that had stopped for a reply nobody will review any more runs on too, from where it began.
    """
    subject = orders.subject(order)
    if is_lead(order):
        chain = history.chain(ticket)
        if not clock_changes.carry(session, REPLY, source=subject, target=chain):
            clocks.resume(session, subject, REPLY)
            clock_changes.carry(session, REPLY, source=subject, target=chain)
            following.renew_promises(session, order, now=now)
    clocks.stop(session, subject, ClockKind, now=now)
    supervision_moves.hand_up(session, ticket, order, now=now)


def take_up(
    session: Session,
    ticket: Ticket,
    order: WorkOrder,
    *,
    now: datetime,
    without: Sequence[ClockKind] = (),
) -> None:
    """Start the clocks of a new order; a lead's goes on with the reply clock that runs already."""
    subject = orders.subject(order)
    taken = []
    if is_lead(order):
        chain = history.chain(ticket)
        taken = clock_changes.carry(session, REPLY, source=chain, target=subject)
    skipped = (*without, ClockKind.REPLY_BY) if taken else without
    deadlines.start(
        session, ticket, StartEvent.DISPATCHED, subject=subject, now=now, without=skipped
    )
    suspensions.cover(session, ticket, subject)
    if is_lead(order):
        supervision_moves.take_up(session, ticket, order, now=now)


def seek(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Start the dispatch clock of a ticket that nobody leads any more; arbitration has its own."""
    chain = history.chain(ticket)
    sought = clock_changes.running(session, chain, ClockKind.DISPATCH_BY)
    if sought or leading(session, ticket) or cases.open_of(session, ticket):
        return
    deadlines.start(session, ticket, StartEvent.REGISTERED, subject=chain, now=now)

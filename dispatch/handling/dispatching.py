"""派单、加派、改派、撤回: a ticket is given to those who shall answer for it, or taken away."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.clustering import following
from dispatch.ending import endings
from dispatch.handling import arbitration, cases, leads, orders, recalls
from dispatch.handling.arbitration import Why
from dispatch.handling.orders import Assignment
from dispatch.handling.recalls import RecallCode
from dispatch.models import OrderRole, Ticket, WorkOrder
from dispatch.states import OPEN_ORDERS, TicketAction, TicketStatus, advance_ticket
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import Audience, EventType
from hotline.core.security import Permission, require


def dispatch(
    session: Session,
    ticket: Ticket,
    assignments: Sequence[Assignment],
    *,
    actor: Actor,
    now: datetime,
) -> Ticket:
    """派单: give the ticket to its lead department (the first) and any assisting ones.

    A lead that gave it back in this round makes it a case of arbitration instead: A → B → A stops
    there, with the dispatcher's note. Raises Conflict while a department leads the ticket, or a
    case of it is open.
    """
    _check(session, ticket, assignments)
    lead = leads.leading(session, ticket)
    if lead:
        raise Conflict(
            f"Ticket {ticket.number} is with {lead.department}.",
            remedy="Add a department, redispatch or recall that order.",
        )
    advance_ticket(TicketStatus(ticket.status), TicketAction.DISPATCH)  # says what is open now
    if assignments[0].department in _gave_back(session, ticket):
        _contest(session, ticket, assignments, actor=actor, now=now)
        return ticket
    _refuse_returned(session, ticket, assignments[1:])
    clocks.stop(session, history.chain(ticket), [ClockKind.DISPATCH_BY], now=now)
    roles = [OrderRole.LEAD, *[OrderRole.ASSISTING] * (len(assignments) - 1)]
    return _issue(session, ticket, assignments, roles, actor=actor, now=now)


def add(
    session: Session,
    ticket: Ticket,
    assignments: Sequence[Assignment],
    *,
    actor: Actor,
    now: datetime,
) -> Ticket:
    """加派: let more departments assist, while others have the ticket, each by its own clocks."""
    _check(session, ticket, assignments)
    if not any(each.status in OPEN_ORDERS for each in leads.shares(session, ticket)):
        raise Conflict(
            f"No department has ticket {ticket.number} now.", remedy="Dispatch it to its lead."
        )
    _refuse_returned(session, ticket, assignments)
    roles = [OrderRole.ASSISTING] * len(assignments)
    return _issue(session, ticket, assignments, roles, actor=actor, now=now)


def redispatch(
    session: Session,
    ticket: Ticket,
    order: WorkOrder,
    assignment: Assignment,
    *,
    actor: Actor,
    now: datetime,
) -> Ticket:
    """改派: another department takes over an open order, in one step and by the same reply clock.

    The order is recalled and a new one issued; whose turn it was before makes it a case of
    arbitration. Raises Conflict for a binding order.
    """
    _check(session, ticket, [assignment], apart=order)
    if assignment.department == order.department:
        raise Conflict(f"{order.department} has {order.number}.", remedy="Name another department.")
    if _decided(session, order):
        raise Conflict(
            f"{order.number} was decided by arbitration.",
            remedy="Who may arbitrate can recall it: the ticket is decided anew.",
        )
    contested = leads.is_lead(order) and assignment.department in _gave_back(session, ticket)
    if not contested:
        _refuse_returned(session, ticket, [assignment])
    why = RecallCode.REDISPATCHED
    recalls.take_back(session, ticket, order, why=why, actor=actor, now=now)
    if contested:
        _contest(session, ticket, [assignment], actor=actor, now=now)
        return _settle(session, ticket, actor=actor, now=now)
    role = OrderRole(order.role)
    return _issue(session, ticket, [assignment], [role], actor=actor, now=now)


def recall(
    session: Session,
    ticket: Ticket,
    order: WorkOrder,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> Ticket:
    """撤回: take an open order back; with no other open, the ticket waits to be dispatched anew.

    Only who may arbitrate recalls what arbitration decided: its precedent is withdrawn, and the
    ticket is decided anew.
    """
    if not reason.strip():
        raise Invalid("A recall needs its reason.", remedy="Say why the order is taken back.")
    decided = _decided(session, order)
    if decided:
        require(actor, Permission.ARBITRATION_DECIDE)
    why = RecallCode.DECIDED_ANEW if decided else RecallCode.RECALLED
    recalls.take_back(session, ticket, order, why=why, reason=reason, actor=actor, now=now)
    if decided:
        arbitration.open_anew(session, ticket, actor=actor, now=now)
    leads.seek(session, ticket, now=now)
    return _settle(session, ticket, actor=actor, now=now)


def find_order(session: Session, ticket: Ticket, number: str) -> WorkOrder:
    """Return an order that the hotline itself issued of the ticket, locked; raise NotFound.

    The ticket is locked already.
    """
    order = session.exec(
        select(WorkOrder)
        .where(WorkOrder.number == number, WorkOrder.ticket_id == ticket.id)
        .where(col(WorkOrder.parent_id).is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if order is None:
        raise NotFound(
            f"Ticket {ticket.number} has no order {number!r} of ours.",
            remedy="Read the ticket again.",
        )
    return order


def _issue(
    session: Session,
    ticket: Ticket,
    assignments: Sequence[Assignment],
    roles: Sequence[OrderRole],
    *,
    actor: Actor,
    now: datetime,
) -> Ticket:
    """Issue an order to each department, in its role, and start their clocks."""
    ticket.status = advance_ticket(TicketStatus(ticket.status), TicketAction.DISPATCH)
    issued = [
        orders.issue(session, ticket, each, lead=role is OrderRole.LEAD, actor=actor, now=now)
        for each, role in zip(assignments, roles, strict=True)
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
        leads.take_up(session, ticket, order, now=now)
    following.keep_pace(session, ticket, actor=actor, now=now)
    return ticket


def _contest(
    session: Session,
    ticket: Ticket,
    assignments: Sequence[Assignment],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Open a case over the one department named, with what the dispatcher wrote to it."""
    lead, *others = assignments
    if others:
        raise Conflict(
            f"{lead.department} gave ticket {ticket.number} back: to name it again is to ask for "
            "arbitration, and nobody assists before that is decided.",
            remedy="Name it alone, and add the others to the decision's order.",
        )
    why = Why.RETURNED_BEFORE
    arbitration.open_case(session, ticket, why, note=lead.note, actor=actor, now=now)


def _decided(session: Session, order: WorkOrder) -> bool:
    """Return whether arbitration gave the order, in this round or an earlier one."""
    return leads.is_lead(order) and cases.binds(session, order)


def _settle(session: Session, ticket: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    endings.settle(session, ticket, actor=actor, now=now)
    following.keep_pace(session, ticket, actor=actor, now=now)
    return ticket


def _check(
    session: Session,
    ticket: Ticket,
    assignments: Sequence[Assignment],
    *,
    apart: WorkOrder | None = None,
) -> None:
    """Refuse what a careful clerk would not send out; `apart` is about to be taken back."""
    codes = [each.department for each in assignments]
    if not codes:
        raise Invalid("No department was named.", remedy="Name the one that shall lead.")
    if len(set(codes)) < len(codes):
        raise Invalid("A department was named twice.", remedy="Name each one once.")
    for code in codes:
        leads.taking(session, ticket, code)
    following.require_own(session, ticket)
    if cases.open_of(session, ticket):
        raise Conflict(
            f"Ticket {ticket.number} is in arbitration.",
            remedy="It goes on by the decision, to whom that names.",
        )
    going = {apart.id, *(each.id for each in recalls.all_below(session, apart))} if apart else set()
    issued = [each for each in orders.of_ticket(session, ticket) if each.id not in going]
    busy = {each.department for each in issued if each.status in OPEN_ORDERS}
    if busy & set(codes):
        raise Conflict(
            f"{', '.join(sorted(busy & set(codes)))} has an open order of {ticket.number} already.",
            remedy="Name another department, or recall that order first.",
        )


def _refuse_returned(session: Session, ticket: Ticket, assignments: Sequence[Assignment]) -> None:
    """Refuse a department that gave the ticket back in this round: it has said what it thinks."""
    named = {each.department for each in assignments} & _gave_back(session, ticket)
    if named:
        raise Conflict(
            f"{', '.join(sorted(named))} gave ticket {ticket.number} back.",
            remedy="Name another department, or ask for arbitration.",
        )


def _gave_back(session: Session, ticket: Ticket) -> set[str]:
    return {each.department for each in leads.returned(session, ticket)}

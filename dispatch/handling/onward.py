"""转派: a unit gives its order on to units below it, and answers for what they do."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.handling import leads, orders, recalls
from dispatch.handling.orders import Assignment
from dispatch.handling.recalls import RecallCode
from dispatch.models import Clock, OrderRole, WorkOrder
from dispatch.rules.policies import StartEvent
from dispatch.states import OPEN_ORDERS, OrderStatus
from dispatch.timing import ceilings, clock_changes, deadlines
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed
from knowledge import lineage
from knowledge.models import Department

MOST_LEVELS = 3  # city → county → township
_ELSEWHERE = "非诉求属地单位承办的理由："


def dispatch(
    session: Session,
    order: WorkOrder,
    departments: Sequence[str],
    note: str,
    *,
    elsewhere: str = "",
    actor: Actor,
    now: datetime,
) -> list[WorkOrder]:
    """转派: give an accepted order on to departments in districts below; the first leads there.

    Their clocks count from now and are due before the reply above, at once where that is overdue.
    `elsewhere` says why one has it that is not of the ticket's district; it reads it in its note.
    Raises Conflict for the fourth level and while the reply clock stands still.
    """
    _check_order(session, order, actor)
    _check_departments(session, order, departments)
    away = _away(session, order, departments, elsewhere.strip())
    led = any(each.role == OrderRole.LEAD for each in _standing(session, order))
    why = f"{_ELSEWHERE}{elsewhere.strip()}"
    given = [
        Assignment(code, order.legal_basis, f"{note.strip()}\n{why}" if code in away else note)
        for code in departments
    ]
    return _issue(session, order, given, led=led, actor=actor, now=now)


def recall(
    session: Session,
    order: WorkOrder,
    reason: str,
    *,
    lead: str = "",
    actor: Actor,
    now: datetime,
) -> WorkOrder:
    """撤回转派: the unit that issued an order onward takes it back, with all below it.

    Where it led, `lead` names which of the departments that assist leads instead, by one new order
    as at an arbitration. Raises Conflict where such are left and none is named.
    """
    parent = orders.above(session, order)
    require_issuer(session, order, actor)
    if parent is None:
        raise Conflict(
            f"Order {order.number} was not given on.", remedy="Recall it from its ticket."
        )
    if not reason.strip():
        raise Invalid("A recall needs its reason.", remedy="Say why the order is taken back.")
    heir = _heir(session, parent, order, lead)
    ticket, why = orders.ticket_of(session, order), RecallCode.RECALLED
    recalls.take_back(session, ticket, order, why=why, reason=reason, actor=actor, now=now)
    if heir:
        why = RecallCode.PROMOTED
        recalls.take_back(session, ticket, heir, why=why, actor=actor, now=now)
        given = Assignment(heir.department, heir.legal_basis, heir.note)
        _issue(session, parent, [given], led=False, actor=actor, now=now)
    return order


def of_order(session: Session, order: WorkOrder) -> Sequence[WorkOrder]:
    """Return the orders that were issued onward from this one, oldest first."""
    return session.exec(
        select(WorkOrder).where(WorkOrder.parent_id == order.id).order_by(col(WorkOrder.id))
    ).all()


def require_done(session: Session, order: WorkOrder) -> None:
    """Raise Conflict, naming them, while orders issued onward from this one are open."""
    still = recalls.open_below(session, order)
    if still:
        held = ", ".join(f"{each.number} ({each.department})" for each in still)
        raise Conflict(
            f"Order {order.number} was given on and is still open below: {held}.",
            remedy="Review those orders or recall them first.",
        )


def require_issuer(session: Session, order: WorkOrder, actor: Actor) -> None:
    """Raise NotAllowed unless the order came from the actor's own desk.

    That is the hotline's, or the department's whose order it was issued onward from.
    """
    parent = orders.above(session, order)
    desk = parent.department if parent else ""
    if actor.department != desk:
        raise NotAllowed(
            f"Order {order.number} was not issued by {actor.department or 'the hotline'}.",
            remedy=f"This is for {desk or 'the hotline'}.",
        )


def _issue(
    session: Session,
    order: WorkOrder,
    assignments: Sequence[Assignment],
    *,
    led: bool,
    actor: Actor,
    now: datetime,
) -> list[WorkOrder]:
    """Issue orders below this one, by clocks inside its own; the first leads unless one does."""
    clock = _reply_clock(session, order)
    ticket = orders.ticket_of(session, order)
    order.version += 1
    children = []
    for place, given in enumerate(assignments):
        lead = place == 0 and not led
        child = orders.issue(session, ticket, given, lead=lead, actor=actor, now=now, parent=order)
        deadlines.start(
            session,
            ticket,
            StartEvent.DISPATCHED,
            subject=orders.subject(child),
            now=now,
            ceiling_at=clock.due_at if clock else None,
        )
        children.append(child)
    return children


def _heir(session: Session, parent: WorkOrder, order: WorkOrder, code: str) -> WorkOrder | None:
    """Return the assisting order beside this one whose department shall lead, None without any.

    Raises Conflict where some assist and none of them is named, Invalid for who does not assist.
    """
    beside = [each for each in recalls.open_below(session, parent) if each.id != order.id]
    helpers = {each.department: each for each in beside if order.role == OrderRole.LEAD}
    if code and code not in helpers:
        raise Invalid(
            f"{code} does not assist {order.department} with {parent.number}.",
            remedy="Name a department that assists where this one leads, or none.",
        )
    if helpers and not code:
        raise Conflict(
            f"Order {order.number} leads; nobody would, of those who assist: {', '.join(helpers)}.",
            remedy="Name which of them leads from now on, or recall theirs first.",
        )
    return helpers.get(code)


def _check_order(session: Session, order: WorkOrder, actor: Actor) -> None:
    if actor.department != order.department:
        raise NotAllowed(
            f"Order {order.number} is with {order.department}.", remedy="Only it gives it on."
        )
    if order.status != OrderStatus.ACCEPTED:
        raise Conflict(
            f"A work order that is {order.status} can't be given on.",
            remedy="Accept it first."
            if order.status == OrderStatus.DISPATCHED
            else "Only an accepted order that is not answered yet is given on.",
        )
    if _level(session, order) >= MOST_LEVELS:
        raise Conflict(
            f"Order {order.number} has come down {MOST_LEVELS} levels.", remedy="Answer it here."
        )


def _check_departments(session: Session, order: WorkOrder, departments: Sequence[str]) -> None:
    if not departments:
        raise Invalid("No department was named.", remedy="Name the one that shall lead.")
    if len(set(departments)) < len(departments):
        raise Invalid("A department was named twice.", remedy="Name each one once.")
    own, ticket = session.get_one(Department, order.department), orders.ticket_of(session, order)
    for code in departments:
        named = leads.taking(session, ticket, code)
        if not lineage.below(session, named.district_code, above=own.district_code):
            raise Invalid(
                f"{named.name} is not below {own.name}.",
                remedy="Return the order and suggest it, if the matter is its.",
            )
    _refuse_busy(session, order, set(departments))


def _away(
    session: Session, order: WorkOrder, departments: Sequence[str], elsewhere: str
) -> set[str]:
    """Return those that are not of the ticket's place; raise Invalid unless it is said why.

    Where the ticket's district is no part of the issuing unit's own, its place is not known better.
    """
    own, ticket = session.get_one(Department, order.department), orders.ticket_of(session, order)
    place = ticket.district
    away: set[str] = set()
    if lineage.below(session, place, above=own.district_code):
        theirs = {code: session.get_one(Department, code).district_code for code in departments}
        away = {code for code, each in theirs.items() if not lineage.in_line(session, each, place)}
    if away and not elsewhere:
        raise Invalid(
            f"Ticket {ticket.number} is about {place}: {', '.join(sorted(away))} is not of it.",
            remedy="Name a unit of that district, or say in `elsewhere` why this one has it.",
        )
    if elsewhere and not away:
        raise Invalid(
            f"Who is named is of the district of ticket {ticket.number}.",
            remedy="Leave `elsewhere` out.",
        )
    return away


def _refuse_busy(session: Session, order: WorkOrder, codes: set[str]) -> None:
    """Refuse a department that has an order of the ticket already, or gave this one back."""
    ticket = orders.ticket_of(session, order)
    issued = orders.of_ticket(session, ticket)
    busy = {each.department for each in issued if each.status in OPEN_ORDERS} & codes
    if busy:
        raise Conflict(
            f"{', '.join(sorted(busy))} has an open order of {ticket.number} already.",
            remedy="Name another department.",
        )
    below = of_order(session, order)
    gave = {each.department for each in below if each.status == OrderStatus.RETURNED} & codes
    if gave:
        raise Conflict(
            f"{', '.join(sorted(gave))} gave the order back.",
            remedy="Name another department, or answer it here.",
        )


def _reply_clock(session: Session, order: WorkOrder) -> Clock | None:
    """Return the clock of the order's own reply, locked; raise Conflict while it stands still."""
    subject = orders.subject(order)
    found = (clock_changes.running(session, subject, kind) for kind in ceilings.REPLY_KINDS)
    clock = next((each for each in found if each), None)
    if clock and clock.waits_for:
        raise Conflict(
            f"The reply clock of order {order.number} stands still.",
            remedy="Give it on when the suspension has ended.",
        )
    return clock


def _standing(session: Session, order: WorkOrder) -> list[WorkOrder]:
    stand = (*OPEN_ORDERS, OrderStatus.COMPLETED)
    return [each for each in of_order(session, order) if each.status in stand]


def _level(session: Session, order: WorkOrder) -> int:
    """Return how many levels down the order is; the hotline's own are on the first."""
    parent = orders.above(session, order)
    return 1 + _level(session, parent) if parent else 1

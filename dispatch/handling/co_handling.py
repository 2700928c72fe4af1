"""协办: who leads a ticket has another unit assist, and sees what that unit does.

Units of the districts below its own it names itself; for any other it asks the hotline.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, func, select

from dispatch.handling import dispatching, leads, orders
from dispatch.handling.models_co_handling import CoHandling
from dispatch.handling.orders import Assignment
from dispatch.models import Confidentiality, OrderRole, WorkOrder
from dispatch.sealing import reach
from dispatch.states import OPEN_ORDERS, OrderStatus
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import EventType
from hotline.core.privacy import mask_text
from knowledge import lineage
from knowledge.models import Department


class CoHandlingStatus(StrEnum):
    ASKED = "asked"  # 待批
    GRANTED = "granted"  # 同意: the unit has an order
    REFUSED = "refused"  # 不同意
    LAPSED = "lapsed"  # the lead's order ended before anybody decided


def ask(
    session: Session, order: WorkOrder, department: str, reason: str, *, actor: Actor, now: datetime
) -> CoHandling:
    """申请协办: another unit shall assist; one below the lead's own district does so at once.

    Raises Conflict for who does not lead the ticket or has not accepted it, and for a unit that
    has the ticket, gave it back or is asked for already.
    """
    _check(session, order, department, reason, actor)
    row = CoHandling(
        order_id=order.id or 0,
        count=_asked_before(session, order) + 1,
        department=department,
        reason=mask_text(reason.strip()),
        asked_at=now,
        asked_by=str(actor),
    )
    session.add(row)
    session.flush()
    _note(session, order, row, EventType.ORDER_HELP_ASKED, actor=actor, now=now)
    if _within(session, order, department):
        _grant(session, order, row, actor=actor, now=now)
    return row


def decide(
    session: Session, row: CoHandling, granted: bool, note: str, *, actor: Actor, now: datetime
) -> CoHandling:
    """批复协办: the unit has an assisting order, or the lead is told why not.

    The order is locked already. Raises Conflict when it is decided or lapsed.
    """
    order = session.get_one(WorkOrder, row.order_id)
    status = status_of(order, row)
    if status is not CoHandlingStatus.ASKED:
        raise Conflict(f"It is {status} already.", remedy="Read the order again.")
    if not granted and not note.strip():
        raise Invalid("A refusal needs its reason.", remedy="Say who handles it instead.")
    row.note = mask_text(note.strip())
    if granted:
        return _grant(session, order, row, actor=actor, now=now)
    row.decided_at, row.decided_by = now, str(actor)
    session.add(row)
    _note(session, order, row, EventType.ORDER_HELP_REFUSED, actor=actor, now=now)
    return row


def shares(session: Session, order: WorkOrder) -> list[WorkOrder]:
    """Return what other units have of the ticket in this round, for its lead; else nothing.

    What a unit gave back or lost again is not in it, nor what it gave on to units below.
    """
    if not leads.is_lead(order) or order.status in orders.GONE_ORDERS:
        return []
    ticket = orders.ticket_of(session, order)
    if order.round != ticket.redone:
        return []
    return [
        each
        for each in leads.shares(session, ticket)
        if each.role == OrderRole.ASSISTING and each.status not in orders.GONE_ORDERS
    ]


def of_order(session: Session, order: WorkOrder) -> Sequence[CoHandling]:
    """Return whose help was asked for with this order, oldest first."""
    return session.exec(
        select(CoHandling).where(CoHandling.order_id == order.id).order_by(col(CoHandling.id))
    ).all()


def find(session: Session, order: WorkOrder, count: int) -> CoHandling:
    """Return the order's request of this count, locked; raise NotFound."""
    row = session.exec(
        select(CoHandling)
        .where(CoHandling.order_id == order.id, CoHandling.count == count)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound(
            f"Order {order.number} has no request {count} for help.", remedy="List them."
        )
    return row


def register(
    session: Session,
    *,
    reader: Actor | None = None,
    open_only: bool = False,
    after: int = 0,
    limit: int = 50,
) -> Sequence[tuple[CoHandling, WorkOrder]]:
    """Return requests with the lead's orders as they were asked; `after` is the last id seen.

    `open_only`: those that wait for a decision.
    """
    query = (
        select(CoHandling, WorkOrder)
        .join(WorkOrder, col(WorkOrder.id) == CoHandling.order_id)
        .where(col(CoHandling.id) > after, reach.orders(reader))
        .order_by(col(CoHandling.id))
    )
    if department := reach.department_of(reader):
        query = query.where(WorkOrder.department == department)
    if open_only:
        query = query.where(
            col(CoHandling.decided_at).is_(None), col(WorkOrder.status).in_(OPEN_ORDERS)
        )
    return session.exec(query.limit(limit)).all()


def status_of(order: WorkOrder, row: CoHandling) -> CoHandlingStatus:
    """Return what came of the request; one that nobody decided lapses with the lead's order."""
    if row.decided_at:
        return CoHandlingStatus.GRANTED if row.granted else CoHandlingStatus.REFUSED
    return CoHandlingStatus.ASKED if order.status in OPEN_ORDERS else CoHandlingStatus.LAPSED


def _grant(
    session: Session, order: WorkOrder, row: CoHandling, *, actor: Actor, now: datetime
) -> CoHandling:
    ticket = orders.ticket_of(session, order)
    given = Assignment(row.department, order.legal_basis, row.reason)
    dispatching.add(session, ticket, [given], actor=actor, now=now)
    issued = orders.of_ticket(session, ticket)[-1]
    row.granted, row.assisting_id = True, issued.id
    row.decided_at, row.decided_by = now, str(actor)
    session.add(row)
    _note(session, order, row, EventType.ORDER_HELP_GRANTED, actor=actor, now=now)
    return row


def _check(session: Session, order: WorkOrder, department: str, reason: str, actor: Actor) -> None:
    if actor.department != order.department:
        raise NotAllowed(
            f"Order {order.number} is with {order.department}.", remedy="Only it asks for help."
        )
    if not reason.strip():
        raise Invalid("No reason given.", remedy="Say what the other unit shall do.")
    if not leads.is_lead(order):
        above = orders.above(session, order)
        raise Conflict(
            f"Order {order.number} does not lead its ticket.",
            remedy=f"Ask {above.department}." if above else "Its lead (主办) asks for help.",
        )
    if order.status != OrderStatus.ACCEPTED:
        raise Conflict(
            f"A work order that is {order.status} asks nobody for help.",
            remedy="Accept it first, and ask before it is replied to.",
        )
    _check_unit(session, order, department)


def _check_unit(session: Session, order: WorkOrder, department: str) -> None:
    """Refuse now what granting would refuse."""
    ticket = orders.ticket_of(session, order)
    leads.taking(session, ticket, department)
    issued = orders.of_ticket(session, ticket)
    busy = {each.department for each in issued if each.status in OPEN_ORDERS}
    gave = {each.department for each in leads.returned(session, ticket)}
    asked = {
        row.department
        for row in of_order(session, order)
        if status_of(order, row) is CoHandlingStatus.ASKED
    }
    if department in busy | gave | asked:
        raise Conflict(
            f"{department} has ticket {ticket.number}, gave it back, or is asked for already.",
            remedy="Name another department, or wait for the decision.",
        )


def _within(session: Session, order: WorkOrder, department: str) -> bool:
    """Return whether the unit is of a district below the lead's own: it answers to it.

    Who learns of a sealed matter is never a department's to say.
    """
    if orders.ticket_of(session, order).confidentiality == Confidentiality.SEALED:
        return False
    own, named = (session.get_one(Department, code) for code in (order.department, department))
    return lineage.below(session, named.district_code, above=own.district_code)


def _asked_before(session: Session, order: WorkOrder) -> int:
    rows = select(func.count()).select_from(CoHandling).where(CoHandling.order_id == order.id)
    return session.exec(rows).one()


def _note(
    session: Session,
    order: WorkOrder,
    row: CoHandling,
    type: EventType,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    asked = {"help": row.count, "departments": [row.department]}
    orders.note(session, order, type, actor=actor, now=now, **asked)

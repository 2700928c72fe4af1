"""承办单: one department's share of a ticket, from 派单 to 办结."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from dispatch import history
from dispatch.models import Contact, OrderRole, Ticket, WorkOrder
from dispatch.numbers import order_number
from dispatch.sealing import reach, readers
from dispatch.states import OrderAction, OrderStatus, advance_order
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.core.accounts import Actor
from hotline.core.clock import beijing
from hotline.core.errors import Invalid, NotFound
from hotline.core.events import Event, EventType
from hotline.core.privacy import mask_text

CLOCK_SKEW = timedelta(minutes=1)  # how far a department's clock may be off ours
# Its department has nothing more to do with the ticket, and learns nothing more of it.
GONE_ORDERS = (OrderStatus.RETURNED, OrderStatus.RECALLED)


@dataclass(frozen=True)
class Assignment:
    """A department that shall handle a ticket, and on what basis."""

    department: str  # its code
    legal_basis: str = ""
    note: str = ""  # what the dispatcher tells it


def issue(
    session: Session,
    ticket: Ticket,
    assignment: Assignment,
    *,
    lead: bool,
    actor: Actor,
    now: datetime,
    parent: WorkOrder | None = None,
) -> WorkOrder:
    """Put a new order into the department's inbox; its number follows the ticket's.

    With a `parent` it is that order's department which issues it onward.
    """
    readers.require_reader_at(session, ticket, assignment.department)
    before = session.exec(
        select(func.count()).select_from(WorkOrder).where(WorkOrder.ticket_id == ticket.id)
    ).one()
    order = WorkOrder(
        number=order_number(ticket.number, before + 1),
        ticket_id=ticket.id or 0,
        department=assignment.department,
        role=OrderRole.LEAD if lead else OrderRole.ASSISTING,
        dispatched_at=now,
        dispatched_by=str(actor),
        legal_basis=assignment.legal_basis,
        note=mask_text(assignment.note.strip()),
        round=ticket.redone,
        parent_id=parent.id if parent else None,
        version=0,  # its first event counts it up
    )
    session.add(order)
    session.flush()
    note(session, order, EventType.ORDER_DISPATCHED, actor=actor, now=now, role=order.role)
    return order


def accept(session: Session, order: WorkOrder, *, actor: Actor, now: datetime) -> WorkOrder:
    """签收: the department takes the order; its sign-in clock stops."""
    advance(order, OrderAction.ACCEPT)
    clocks.stop(session, subject(order), [ClockKind.ACCEPT_BY], now=now)
    note(session, order, EventType.ORDER_ACCEPTED, actor=actor, now=now)
    return order


def log_contact(
    session: Session,
    order: WorkOrder,
    *,
    reached: bool,
    text: str,
    at: datetime,
    actor: Actor,
    now: datetime,
) -> Contact:
    """Keep that the department reached the requester, or tried; reaching stops the clock."""
    require_since_dispatch(order, at, now)
    if order.status not in (OrderStatus.ACCEPTED, OrderStatus.REPLIED):
        advance_order(OrderStatus(order.status), OrderAction.REPLY)  # says what is open now
    contact = Contact(
        order_id=order.id or 0, at=at, by=str(actor), reached=reached, note=mask_text(text)
    )
    session.add(contact)
    if reached:
        clocks.stop(session, subject(order), [ClockKind.CONTACT_BY], now=now)
    note(session, order, EventType.ORDER_CONTACTED, actor=actor, now=now, reached=reached)
    return contact


def require_since_dispatch(order: WorkOrder, at: datetime, now: datetime) -> None:
    """Raise Invalid for a contact before the order was dispatched, or one to come."""
    if at > now + CLOCK_SKEW:
        raise Invalid(
            f"The contact lies in the future: {beijing(at).isoformat()}.", remedy="Check the clock."
        )
    if at < order.dispatched_at - CLOCK_SKEW:
        raise Invalid(
            f"The contact of {beijing(at).isoformat()} was before order {order.number} was "
            f"dispatched, {beijing(order.dispatched_at).isoformat()}.",
            remedy="Give the moment of a contact for this order.",
        )


def advance(order: WorkOrder, action: OrderAction) -> None:
    """Move the order on by its table; raise Conflict. Its event counts the version up."""
    order.status = advance_order(OrderStatus(order.status), action)


def note(
    session: Session,
    order: WorkOrder,
    type: EventType,
    *,
    actor: Actor,
    now: datetime,
    **refs: Any,
) -> None:
    """Add what happened to the order to its ticket's history and count its version up.

    The one above it is told of it too.
    """
    order.version += 1
    session.add(order)
    parent = above(session, order)
    if parent:
        refs |= {"parent": parent.number, "above": parent.department}
    history.record(
        session,
        ticket_of(session, order),
        type,
        actor=actor,
        now=now,
        order=order.number,
        department=order.department,
        **refs,
    )


def find(
    session: Session,
    number: str,
    *,
    reader: Actor | None = None,
    lock: bool = False,
    issuer: bool = False,
) -> WorkOrder:
    """Return the order; raise NotFound, for one that the reader may not see too.

    A department may read what it issued onward; it writes there only where `issuer` says so. With
    `lock`, the ticket is locked first and the order after it: every writer in that order.
    """
    department = reach.department_of(reader)
    query = select(WorkOrder).where(WorkOrder.number == number, reach.orders(reader))
    order = session.exec(query).first()
    parent = above(session, order) if order and (issuer or not lock) else None
    whose = {each.department for each in (order, parent) if each}
    if order is None or (department and department not in whose):
        raise NotFound(f"There is no work order {number!r}.", remedy="Check the number.")
    if lock:
        ticket = select(Ticket).where(Ticket.id == order.ticket_id).with_for_update()
        session.exec(ticket.execution_options(populate_existing=True)).one()
        session.refresh(order, with_for_update=True)
    readers.note_read(session, ticket_of(session, order), reader)
    return order


def inbox(
    session: Session,
    *,
    reader: Actor | None = None,
    onward: bool = False,
    status: OrderStatus | None = None,
    since: datetime | None = None,
    after: int = 0,
    limit: int = 50,
) -> Sequence[WorkOrder]:
    """Return orders in the order they were issued; `after` is the id of the last one seen.

    A department's own, or with `onward` those that it gave on to others.
    """
    holder = aliased(WorkOrder)
    query = select(WorkOrder).where(col(WorkOrder.id) > after).order_by(col(WorkOrder.id))
    query = query.where(reach.orders(reader))
    department = reach.department_of(reader)
    if onward:
        query = query.join(holder, col(holder.id) == WorkOrder.parent_id)
    if department:
        whose = holder if onward else WorkOrder
        query = query.where(whose.department == department)
    if status:
        query = query.where(WorkOrder.status == status)
    if since:
        query = query.where(WorkOrder.dispatched_at >= since)
    return session.exec(query.limit(limit)).all()


def above(session: Session, order: WorkOrder) -> WorkOrder | None:
    """Return the order from which this one was issued onward; None for one of the hotline's own."""
    return session.get_one(WorkOrder, order.parent_id) if order.parent_id else None


def of_ticket(session: Session, ticket: Ticket) -> Sequence[WorkOrder]:
    """Return the ticket's orders in the order they were issued."""
    return session.exec(
        select(WorkOrder).where(WorkOrder.ticket_id == ticket.id).order_by(col(WorkOrder.id))
    ).all()


def ticket_of(session: Session, order: WorkOrder) -> Ticket:
    """Return the ticket that the order is a share of."""
    return session.get_one(Ticket, order.ticket_id)


def left_at(session: Session, order: WorkOrder) -> datetime | None:
    """Return when the order was given back or taken back; None while it is its department's."""
    if order.status not in GONE_ORDERS:
        return None
    left = (EventType.ORDER_RETURNED, EventType.ORDER_RECALLED)
    return session.exec(
        select(func.max(Event.at))
        .where(Event.chain == history.chain(ticket_of(session, order)))
        .where(col(Event.type).in_(left), col(Event.refs)["order"].astext == order.number)
    ).one()


def contacts_of(session: Session, order: WorkOrder) -> Sequence[Contact]:
    """Return the order's contact log, oldest first."""
    return session.exec(
        select(Contact).where(Contact.order_id == order.id).order_by(col(Contact.id))
    ).all()


def subject(order: WorkOrder) -> str:
    """Return the name under which the order's clocks run."""
    return f"order:{order.number}"

"""承办单 as a line of this room's lists: what is asked, where, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch import disclosure
from dispatch.handling import leads, orders
from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.terms import RequestType, Urgency
from hotline.console import moments
from hotline.console.countdowns import Countdown, countdown
from hotline.console.words import name_of
from knowledge import names


@dataclass(frozen=True)
class OrderLine:
    """One order, with the clock by which it is to be answered, if it has one."""

    number: str
    title: str
    status: str
    status_name: str
    role: str
    type: str
    urgency: str
    urgency_name: str
    matter: str
    district: str
    issued: str
    due: str
    clock: Countdown | None


def lines(session: Session, found: Sequence[WorkOrder], *, now: datetime) -> list[OrderLine]:
    """Return the orders as lines, in three queries however many they are."""
    ids = {order.ticket_id for order in found}
    known = {each.id: each for each in session.exec(select(Ticket).where(col(Ticket.id).in_(ids)))}
    districts = names.district_names(session, {each.district for each in known.values()})
    clocks = reply_clocks(session, found)
    return [
        _line(order, known[order.ticket_id], districts, clocks.get(orders.subject(order)), now)
        for order in found
    ]


def reply_clocks(session: Session, found: Sequence[WorkOrder]) -> dict[str, Clock]:
    """Return the newest clock of an answer for each order that has one, by its subject."""
    subjects = [orders.subject(order) for order in found]
    rows = session.exec(
        select(Clock)
        .where(col(Clock.subject).in_(subjects), col(Clock.kind).in_(leads.REPLY))
        .order_by(col(Clock.generation), col(Clock.id))
    )
    return {clock.subject: clock for clock in rows}


def _line(
    order: WorkOrder, ticket: Ticket, districts: dict[str, str], clock: Clock | None, now: datetime
) -> OrderLine:
    return OrderLine(
        number=order.number,
        title=disclosure.for_department(ticket, ticket.title),
        status=order.status,
        status_name=name_of("order_status", order.status),
        role=name_of("order_role", order.role),
        type=RequestType(ticket.request_type).label,
        urgency=ticket.urgency,
        urgency_name=Urgency(ticket.urgency).label,
        matter=" / ".join(level for level in ticket.category if level),
        district=districts.get(ticket.district, ticket.district),
        issued=moments.short(order.dispatched_at),
        due=moments.full(clock.due_at) if clock else "",
        clock=countdown(clock, now=now) if clock else None,
    )

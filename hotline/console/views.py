"""Rows as the pages show them: codes become words, moments become what one says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from dispatch import clocks, history, intake, orders, overview, replies, returns
from dispatch.models import Clock, OrderReturn, Reply, Ticket, WorkOrder
from dispatch.states import OrderStatus, TicketStatus
from dispatch.terms import RequestType, TimeClass, Urgency
from hotline.console import moments, story
from hotline.console.choices import Choice, choices
from hotline.console.countdowns import Countdown, countdown
from hotline.console.story import Sentence
from hotline.console.words import name_of
from hotline.core import privacy
from knowledge import names
from telephony.models import Call


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    number: str
    time: str
    status: str
    status_name: str
    type: str
    urgency: str
    urgency_name: str
    title: str
    matter: str
    district: str
    department: str
    assigned: bool
    clock: Countdown | None
    reminders: int
    redone: int


@dataclass(frozen=True)
class OrderView:
    """One department's share, with its newest reply and why it was given back, if it was."""

    number: str
    status: str
    status_name: str
    role: str
    department: str
    dispatched: str
    basis: str
    reply: Reply | None
    replied: str
    contacted: str
    returned: OrderReturn | None
    return_reason: str
    suggested: str
    to_review: bool


@dataclass(frozen=True)
class TicketView:
    """One ticket with all that the page tells of it."""

    ticket: Ticket
    status_name: str
    type: str
    urgency: str
    time_class: str
    matter: str
    district: str
    registered: str
    source: str
    confidentiality: str
    caller: str
    proposal: dict[str, Any]
    open_to_dispatch: bool
    choices: list[Choice]
    orders: list[OrderView]
    running: list[Countdown]
    stopped: list[Countdown]
    story: list[Sentence]


def rows(session: Session, found: Sequence[Ticket], *, now: datetime) -> list[Row]:
    """Return the list's lines."""
    lines = overview.lines(session, found)
    districts = names.district_names(session, {ticket.district for ticket in found})
    departments = names.department_names(session, {line.department for line in lines})
    return [_row(line, districts, departments, now) for line in lines]


def ticket_view(session: Session, ticket: Ticket, *, now: datetime) -> TicketView:
    """Return the ticket for its page."""
    call = session.get(Call, ticket.call_id) if ticket.call_id else None
    proposal = intake.proposal_of(session, ticket)
    all_clocks = clocks.of_ticket(session, ticket)
    issued = orders.of_ticket(session, ticket)
    return TicketView(
        ticket=ticket,
        status_name=name_of("ticket_status", ticket.status),
        type=RequestType(ticket.request_type).label,
        urgency=Urgency(ticket.urgency).label,
        time_class=TimeClass(ticket.time_class).label,
        matter=_matter(ticket),
        district=names.district_names(session, [ticket.district]).get(ticket.district, ""),
        registered=moments.full(ticket.created_at),
        source=name_of("source", ticket.source),
        confidentiality=name_of("confidentiality", ticket.confidentiality),
        caller=call.caller_masked if call else "",
        proposal=dict(proposal.body) if proposal else {},
        open_to_dispatch=ticket.status == TicketStatus.REGISTERED,
        choices=choices(session, dict(proposal.body) if proposal else {}, issued),
        orders=_orders(session, issued),
        running=_countdowns(all_clocks, now, stopped=False),
        stopped=_countdowns(all_clocks, now, stopped=True),
        story=story.tell(session, history.story(session, ticket)),
    )


def _row(
    line: overview.Line, districts: dict[str, str], departments: dict[str, str], now: datetime
) -> Row:
    ticket = line.ticket
    return Row(
        number=ticket.number,
        time=moments.short(ticket.created_at),
        status=ticket.status,
        status_name=name_of("ticket_status", ticket.status),
        type=RequestType(ticket.request_type).label,
        urgency=ticket.urgency,
        urgency_name=Urgency(ticket.urgency).label,
        title=ticket.title,
        matter=_matter(ticket),
        district=districts.get(ticket.district, ticket.district),
        department=departments.get(line.department, line.department),
        assigned=line.assigned,
        clock=countdown(line.next_clock, now=now) if line.next_clock else None,
        reminders=ticket.reminders,
        redone=ticket.redone,
    )


def _orders(session: Session, found: Sequence[WorkOrder]) -> list[OrderView]:
    departments = names.department_names(session, {order.department for order in found})
    return [_order(session, order, departments) for order in found]


def _order(session: Session, order: WorkOrder, departments: dict[str, str]) -> OrderView:
    reply, returned = replies.latest_reply(session, order), returns.return_of(session, order)
    suggested = returned.suggested_department if returned else ""
    return OrderView(
        number=order.number,
        status=order.status,
        status_name=name_of("order_status", order.status),
        role=name_of("order_role", order.role),
        department=departments.get(order.department, order.department),
        dispatched=moments.full(order.dispatched_at),
        basis=order.legal_basis,
        reply=_masked(reply) if reply else None,
        replied=moments.full(reply.at) if reply else "",
        contacted=moments.full(reply.contacted_at) if reply and reply.contacted_at else "",
        returned=returned,
        return_reason=name_of("returned", returned.reason) if returned else "",
        suggested=names.department_names(session, [suggested]).get(suggested, suggested),
        to_review=order.status == OrderStatus.REPLIED,
    )


def _masked(reply: Reply) -> Reply:
    """Return a copy whose free text hides numbers: a department may have written one."""
    copy = Reply(**reply.model_dump())
    for name in ("result", "unsolved_reason", "public_reply", "review_note"):
        setattr(copy, name, privacy.mask_text(getattr(reply, name)))
    return copy


def _countdowns(found: Sequence[Clock], now: datetime, *, stopped: bool) -> list[Countdown]:
    mine = [clock for clock in found if bool(clock.stopped_at) is stopped]
    return [countdown(clock, now=now) for clock in sorted(mine, key=lambda clock: clock.due_at)]


def _matter(ticket: Ticket) -> str:
    return " / ".join(level for level in ticket.category if level)

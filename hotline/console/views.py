"""Rows as the pages show them: codes become words, moments become what one says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from dispatch import disclosure, history, intake, overview
from dispatch.beside import suspensions
from dispatch.handling import orders
from dispatch.models import Clock, Ticket
from dispatch.routing import explained
from dispatch.sealing import reach, readers
from dispatch.terms import RequestType, TimeClass, Urgency
from dispatch.timing import clocks
from hotline.console import moments, story
from hotline.console.calls_before import line_words
from hotline.console.choices import Choice, choices
from hotline.console.countdowns import Countdown, Glance, countdown, glance
from hotline.console.order_views import OrderView, order_views
from hotline.console.story import Sentence
from hotline.console.words import name_of
from hotline.core.accounts import Actor
from hotline.core.events import Event
from knowledge import names


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    number: str
    version: int
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
    clock: Glance | None
    reminders: int
    redone: int
    skill: str


@dataclass(frozen=True)
class TicketView:
    """One ticket with all that the page tells of it."""

    ticket: Ticket
    text: str  # what was said, masked
    status_name: str
    type: str
    urgency: str
    time_class: str
    matter: str
    district: str
    registered: str
    source: str
    line: str  # the merged line that was dialled, if one was
    confidentiality: str
    caller: str
    proposal: dict[str, Any]
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


def ticket_view(session: Session, ticket: Ticket, reader: Actor, *, now: datetime) -> TicketView:
    """Return the ticket for its page."""
    proposal = intake.proposal_of(session, ticket)
    all_clocks = clocks.of_ticket(session, ticket)
    happened = reach.told(session, reader, history.story(session, ticket))
    issued = orders.of_ticket(session, ticket)
    return TicketView(
        ticket=ticket,
        text=readers.words(session, ticket),
        status_name=name_of("ticket_status", ticket.status),
        type=RequestType(ticket.request_type).label,
        urgency=Urgency(ticket.urgency).label,
        time_class=TimeClass(ticket.time_class).label,
        matter=_matter(ticket),
        district=names.district_names(session, [ticket.district]).get(ticket.district, ""),
        registered=moments.full(ticket.created_at),
        source=name_of("source", ticket.source),
        line=line_words(session, intake.line_of(session, ticket)),
        confidentiality=name_of("confidentiality", ticket.confidentiality),
        caller=disclosure.requester(session, ticket),
        proposal=explained.proposal(
            session, ticket, dict(proposal.body) if proposal else {}, reader=reader, now=now
        ),
        choices=choices(session, dict(proposal.body) if proposal else {}, issued),
        orders=order_views(session, issued),
        running=_countdowns(session, all_clocks, happened, now, stopped=False),
        stopped=_countdowns(session, all_clocks, happened, now, stopped=True),
        story=story.tell(session, happened),
    )


def _row(
    line: overview.Line, districts: dict[str, str], departments: dict[str, str], now: datetime
) -> Row:
    ticket = line.ticket
    return Row(
        number=ticket.number,
        version=ticket.version,
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
        clock=glance(line.next_clock, now=now) if line.next_clock else None,
        reminders=ticket.reminders,
        redone=ticket.redone,
        skill=ticket.wanted_skill,
    )


def _countdowns(
    session: Session,
    found: Sequence[Clock],
    happened: Sequence[Event],
    now: datetime,
    *,
    stopped: bool,
) -> list[Countdown]:
    mine = [clock for clock in found if bool(clock.stopped_at) is stopped]
    in_order = sorted(mine, key=lambda clock: clock.due_at)
    return [
        countdown(clock, now=now, happened=happened, waits=suspensions.reason_of(session, clock))
        for clock in in_order
    ]


def _matter(ticket: Ticket) -> str:
    return " / ".join(level for level in ticket.category if level)

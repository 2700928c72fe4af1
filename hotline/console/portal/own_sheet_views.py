"""承办单的纸面: what its department must know to work on it away from a screen."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from dispatch import disclosure, reminders
from dispatch.handling import orders
from dispatch.models import Ticket, WorkOrder
from dispatch.requesters import additions
from dispatch.sealing import readers
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from dispatch.timing import clocks
from hotline.console import moments
from hotline.console.countdowns import Countdown, countdown
from hotline.console.words import name_of
from knowledge import names

SAID_SINCE = 4  # the newest of what the requester said since; a sheet has one side
_TO_DO = (
    ClockKind.ACCEPT_BY,
    ClockKind.CONTACT_BY,
    ClockKind.RETURN_BY,
    ClockKind.REPLY_BY,
    ClockKind.RECTIFY_BY,
)


@dataclass(frozen=True)
class Sheet:
    """One order as it is printed: numbers masked, nothing of who asked but what it may know."""

    number: str
    ticket: str
    title: str
    text: str
    status_name: str
    requester: str
    facts: list[tuple[str, str]]
    note: str
    since: list[tuple[str, str]]
    reminders: int
    to_do: list[Countdown]


def sheet(session: Session, order: WorkOrder, *, now: datetime) -> Sheet:
    """Return the order's sheet as its department may read it."""
    ticket = orders.ticket_of(session, order)
    shows = disclosure.shows_requester(ticket)
    return Sheet(
        number=order.number,
        ticket=ticket.number,
        title=disclosure.for_department(ticket, ticket.title),
        text=disclosure.for_department(ticket, readers.words(session, ticket)),
        status_name=name_of("order_status", order.status),
        requester=disclosure.requester(session, ticket) if shows else "",
        facts=_facts(session, order, ticket),
        note=order.note,
        since=_since(session, order, ticket),
        reminders=ticket.reminders,
        to_do=_to_do(session, order, ticket, now),
    )


def _facts(session: Session, order: WorkOrder, ticket: Ticket) -> list[tuple[str, str]]:
    departments = names.department_names(session, [order.department])
    district = names.district_names(session, [ticket.district]).get(ticket.district, "")
    told = (
        ("department", departments.get(order.department, order.department)),
        ("role", name_of("order_role", order.role)),
        ("issued", moments.full(order.dispatched_at)),
        ("registered", moments.full(ticket.created_at)),
        ("type", RequestType(ticket.request_type).label),
        ("matter", " / ".join(level for level in ticket.category if level)),
        ("district", district),
        ("urgency", Urgency(ticket.urgency).label),
        ("time_class", TimeClass(ticket.time_class).label),
        ("confidentiality", name_of("confidentiality", ticket.confidentiality)),
        ("basis", order.legal_basis),
    )
    return [(word, text) for word, text in told if text]


def _since(session: Session, order: WorkOrder, ticket: Ticket) -> list[tuple[str, str]]:
    """Return what the requester said since it was registered, the newest last.

    Nothing that came after the order was given back or taken back.
    """
    until = orders.left_at(session, order)
    again = [
        (each.at, readers.reminder_words(session, ticket, each))
        for each in reminders.of_ticket(session, ticket)
    ]
    more = [
        (each.at, additions.words(session, ticket, each))
        for each in additions.of_ticket(session, ticket)
    ]
    said = sorted(each for each in (*again, *more) if until is None or each[0] < until)
    return [
        (moments.short(at), disclosure.for_department(ticket, text))
        for at, text in said[-SAID_SINCE:]
    ]


def _to_do(session: Session, order: WorkOrder, ticket: Ticket, now: datetime) -> list[Countdown]:
    """Return the order's running clocks, the first due first."""
    mine = [
        clock
        for clock in clocks.of_ticket(session, ticket)
        if clock.subject == orders.subject(order)
        and clock.kind in _TO_DO
        and clock.stopped_at is None
    ]
    return [countdown(each, now=now) for each in sorted(mine, key=lambda clock: clock.due_at)]

"""The inbox's lines and the filters above them, as the page shows them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from sqlmodel import Session

from dispatch import disclosure
from dispatch.handling import inbox, inbox_marks
from dispatch.handling.inbox import Group, Line, Wanted
from dispatch.handling.inbox_marks import Mark
from dispatch.states import OPEN_ORDERS, OrderStatus
from dispatch.terms import RequestType, Urgency
from hotline.console import moments
from hotline.console.countdowns import Countdown, countdown
from hotline.console.portal.desk import INBOX
from hotline.console.words import name_of, say
from knowledge import names


@dataclass(frozen=True)
class Row:
    """One order of the list, in words that its department may read."""

    number: str
    status: str
    status_name: str
    role: str
    title: str
    type: str
    urgency: str
    urgency_name: str
    district: str
    department: str  # who has it, where it was given on
    dispatched: str
    clock: Countdown | None
    reminders: int
    redone: int
    below: int
    marks: list[Mark]
    signable: bool


@dataclass(frozen=True)
class Choice:
    """One value of a filter, with how many orders it leaves; its link keeps the other filters."""

    name: str
    url: str
    count: int | None
    chosen: bool


@dataclass(frozen=True)
class Filters:
    """What the list can be narrowed by."""

    boxes: list[Choice]
    statuses: list[Choice]
    overdue: Choice
    districts: list[Choice]
    types: list[Choice]


def query_of(wanted: Wanted) -> dict[str, str]:
    """Return what is wanted as it stands in a URL."""
    told = {
        "status": str(wanted.status or ""),
        "overdue": "1" if wanted.overdue else "",
        "district": wanted.district,
        "type": wanted.request_type,
        "onward": "1" if wanted.onward else "",
    }
    return {name: value for name, value in told.items() if value}


def url_of(wanted: Wanted, page: str = INBOX, **more: str) -> str:
    """Return the address of the list so narrowed."""
    query = urlencode({**query_of(wanted), **more})
    return f"{page}?{query}" if query else page


def rows(session: Session, found: Sequence[Line], *, mine: bool, now: datetime) -> list[Row]:
    """Return the list's lines; what is asked of another department is not marked here."""
    issued = [line.order for line in found]
    told = inbox_marks.marks(session, issued) if mine else {}
    below = inbox.open_below(session, found)
    districts = names.district_names(session, {line.ticket.district for line in found})
    departments = {} if mine else names.department_names(session, {o.department for o in issued})
    return [
        _row(line, told.get(line.order.id or 0, []), below, districts, departments, now)
        for line in found
    ]


def filters(session: Session, groups: Sequence[Group], wanted: Wanted) -> Filters:
    """Return the filters with their counts; of what has ended nothing is counted."""
    statuses = inbox.tally(groups, wanted, lambda each: each.status, "status")
    opened = replace(wanted, status=None) if wanted.is_past else wanted
    districts = inbox.tally(groups, opened, lambda each: each.district, "district")
    types = inbox.tally(groups, opened, lambda each: each.request_type, "request_type")
    called = names.district_names(session, {*districts, wanted.district})
    return Filters(
        boxes=[_box(wanted, False), _box(wanted, True)],
        statuses=_statuses(wanted, statuses),
        overdue=Choice(
            say("portal.overdue"),
            url_of(replace(wanted, overdue=not wanted.overdue)),
            inbox.late(groups, wanted),
            wanted.overdue,
        ),
        districts=_listed(districts, called, wanted.district, wanted.is_past),
        types=_listed(types, _types(), wanted.request_type, wanted.is_past),
    )


def _types() -> dict[str, str]:
    return {each.value: each.label for each in RequestType}


def _box(wanted: Wanted, onward: bool) -> Choice:
    name = say("portal.given_on" if onward else "portal.mine")
    return Choice(name, url_of(Wanted(onward=onward)), None, wanted.onward is onward)


def _statuses(wanted: Wanted, counts: Counter[str]) -> list[Choice]:
    found = [
        Choice(
            say("portal.open"),
            url_of(replace(wanted, status=None)),
            sum(counts.values()),
            wanted.status is None,
        )
    ]
    for each in OrderStatus:
        is_open = each in OPEN_ORDERS
        kept = wanted if is_open else replace(wanted, overdue=False)
        found.append(
            Choice(
                name_of("order_status", each),
                url_of(replace(kept, status=each)),
                counts[each] if is_open else None,
                wanted.status is each,
            )
        )
    return found


def _listed(
    counts: Counter[str], called: Mapping[str, str], chosen: str, is_past: bool
) -> list[Choice]:
    """Return the values that there are, the most frequent first, and always the chosen one."""
    values = [value for value, _ in counts.most_common()]
    if chosen and chosen not in values:
        values.append(chosen)
    return [
        Choice(called.get(value, value), value, None if is_past else counts[value], value == chosen)
        for value in values
    ]


def _row(
    line: Line,
    marks: list[Mark],
    below: Counter[int],
    districts: dict[str, str],
    departments: dict[str, str],
    now: datetime,
) -> Row:
    order, ticket = line.order, line.ticket
    return Row(
        number=order.number,
        status=order.status,
        status_name=name_of("order_status", order.status),
        role=name_of("order_role", order.role),
        title=disclosure.for_department(ticket, ticket.title),
        type=RequestType(ticket.request_type).label,
        urgency=ticket.urgency,
        urgency_name=Urgency(ticket.urgency).label,
        district=districts.get(ticket.district, ticket.district),
        department=departments.get(order.department, ""),
        dispatched=moments.short(order.dispatched_at),
        clock=countdown(line.clock, now=now) if line.clock else None,
        reminders=ticket.reminders,
        redone=ticket.redone,
        below=below[order.id or 0],
        marks=marks,
        signable=order.status == OrderStatus.DISPATCHED and not departments,
    )

"""Notices that a site takes in, and tickets whose clocks they move."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Clock, Ticket
from dispatch.rules import calendar_imports, reckon_all
from dispatch.rules.calendar_imports import File
from dispatch.rules.holiday_notices import parse_days
from dispatch.rules.models_rules import CalendarVersion
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.events import EventType
from tests.factories import create_ticket

HEADER = "layer,date,kind,name,notice,publisher,issued,found_at\n"
OURS = "540102-urban"


def notice(*lines: str, name: str = "notice.csv") -> File:
    sheet = HEADER + "".join(f"{line}\n" for line in lines)
    return File.of(name, sheet, parse_days(name, sheet))


def off(*days: str, layer: str = "540100", named: str = "测试放假通知") -> File:
    return notice(*(f"{layer},{day},off,放假,{named},,," for day in days))


def dispatched(session: Session, now: datetime, **changes: str) -> Ticket:
    """Return a ticket of Chengguan district whose order has clocks from now on."""
    ticket = create_ticket(session, now=now, **changes)
    dispatching.dispatch(session, ticket, [Assignment(OURS)], actor=MACHINE, now=now)
    return ticket


def clock_of(session: Session, ticket: Ticket, kind: ClockKind) -> Clock:
    return next(each for each in clocks.of_ticket(session, ticket) if each.kind == kind)


def take_in(session: Session, file: File, now: datetime) -> CalendarVersion:
    version = calendar_imports.take_in(session, file, actor=MACHINE, now=now)
    assert version
    return version


def reckon(session: Session, now: datetime, *, most: int = 200) -> int:
    """Reckon until nothing is left and return how many batches that took."""
    batches = 0
    while reckon_all.reckon_batch(session, now=now, most=most):
        batches += 1
    return batches


def told(session: Session, ticket: Ticket) -> Sequence[events.Event]:
    happened = events.history(session, f"ticket:{ticket.number}")
    return [event for event in happened if event.type == EventType.CLOCK_RECKONED]


def moment(event: events.Event, name: str) -> datetime:
    return datetime.fromisoformat(event.refs[name])

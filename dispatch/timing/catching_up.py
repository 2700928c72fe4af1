"""A clock that stood still while what it is reckoned by changed catches up when it runs again."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from dispatch.models import Clock, Ticket
from dispatch.rules import calendars
from dispatch.rules.layers import Calendar
from dispatch.rules.models_rules import CalendarDay
from dispatch.timing import ceilings, clock_changes
from hotline.core.accounts import MACHINE
from hotline.core.clock import beijing_day

_DAY = timedelta(days=1)
ABOVE_MOVED = "上级承办单的时限变动"  # why a clock is due otherwise, as its story says it


def catch_up(session: Session, clocks: Iterable[Clock], *, now: datetime) -> None:
    """Reckon the running clocks whose calendar is older than today's, or whose ceiling moved."""
    for clock in clocks:
        ticket = session.get_one(Ticket, clock.ticket_id)
        calendar = calendars.of_clock(session, ticket, clock)
        older = clock.calendar_version < calendar.version
        parent = ceilings.above(session, clock) if clock.ceiling_at else None
        moved = parent is not None and parent.due_at != clock.ceiling_at
        if older or moved:
            day = beijing_day(clock.started_at)
            noticed = notices_since(session, clock, calendar, day=day) if older else []
            why = "、".join((*noticed, ABOVE_MOVED) if moved else noticed)
            clock_changes.reckon_anew(session, clock, calendar, why=why, actor=MACHINE, now=now)


def notices_since(session: Session, clock: Clock, calendar: Calendar, *, day: date) -> list[str]:
    """Return the notices by which the clock was not reckoned yet, of its calendar's own layers.

    Only those that name a date from the day before this one on.
    """
    layers = [layer.code for layer in calendar.layers]
    names = session.exec(
        select(CalendarDay.notice)
        .where(CalendarDay.version_id > clock.calendar_version, CalendarDay.day >= day - _DAY)
        .where(col(CalendarDay.layer).in_(layers))
        .distinct()
    ).all()
    return sorted(names)

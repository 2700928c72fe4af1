"""The hotline's working time as one value of the database: spans to cut with, without a table."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import String, bindparam, cast, func, literal
from sqlalchemy import select as columns
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE
from sqlmodel import Session

from dispatch.rules import calendars
from dispatch.rules.layers import Calendar
from hotline.core.clock import BEIJING, beijing_day
from hotline.core.settings import settings

NAME = "working"  # of the parameter that a statement is given
HOUR = timedelta(hours=1)  # no more working time is asked about
NONE = "{}"
_DAY = timedelta(days=1)


def calendar(session: Session) -> Calendar:
    """Return the hotline's own calendar: that of its home district."""
    return calendars.current(session, settings().district)


def around(session: Session, first: datetime, last: datetime, *, now: datetime) -> str:
    """Return the hotline's working time from before the one moment until well after the other."""
    days = (beijing_day(each) for each in (first, last, now))
    return spans(calendar(session), *days)


def spans(calendar: Calendar, first: date, last: date, today: date) -> str:
    """Return the calendar's business spans from these days on, as the database reads them.

    Until an hour was worked after the last day, however long it was closed, or until today.
    """
    day, told, worked = first - _DAY, [], timedelta()
    while day <= last or (worked < HOUR and day <= today):
        midnight = datetime.combine(day, time(), BEIJING)
        for each in calendar.spans(calendar.day(day)):
            opens, closes = midnight + each.opens, midnight + each.closes
            told.append(f"[{opens.isoformat()},{closes.isoformat()})")
            worked += each.closes - each.opens if day > last else timedelta()
        day += _DAY
    return "{" + ",".join(told) + "}"


def elapsed(since: Any, until: Any) -> Any:
    """Return how much working time lies between two moments, in a statement given the spans."""
    # A query of its own: the spans are read once a statement, not once a row.
    given = columns(cast(bindparam(NAME, type_=String), TSTZMULTIRANGE)).scalar_subquery()
    between = func.tstzmultirange(func.tstzrange(since, func.greatest(since, until)))
    part: Any = func.unnest(given.op("*")(between)).column_valued("part")
    total = func.coalesce(func.sum(func.upper(part) - func.lower(part)), literal(timedelta()))
    return columns(total).scalar_subquery()

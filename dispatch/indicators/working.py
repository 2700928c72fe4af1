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
LONGEST = timedelta(days=31)  # no holiday with its weekends keeps the hotline off so long
NONE = "{}"
_DAY = timedelta(days=1)


def calendar(session: Session) -> Calendar:
    """Return the hotline's own calendar: that of its home district."""
    return calendars.current(session, settings().district)


def around(session: Session, first: datetime, last: datetime) -> str:
    """Return the hotline's working time from before the one moment until well after the other."""
    return spans(calendar(session), beijing_day(first), beijing_day(last))


def spans(calendar: Calendar, first: date, last: date) -> str:
    """Return the calendar's business spans around these days, as the database reads them."""
    day, told = first - _DAY, []
    while day <= last + LONGEST:
        midnight = datetime.combine(day, time(), BEIJING)
        told += [
            f"[{(midnight + each.opens).isoformat()},{(midnight + each.closes).isoformat()})"
            for each in calendar.spans(calendar.day(day))
        ]
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

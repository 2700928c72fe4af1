"""Moments and days as forms give them: Beijing's, without an offset."""

from datetime import date, datetime, time, timedelta

from hotline.console.faults import Misfilled
from hotline.console.words import say
from hotline.core.clock import BEIJING

YEARS = range(2000, 2100)


def moment(written: str) -> datetime | None:
    """Return the moment of a `datetime-local` field; None for an empty one. Raises Misfilled."""
    if not written.strip():
        return None
    try:
        found = datetime.fromisoformat(written.strip())
    except ValueError as error:
        raise Misfilled(say("fault.no_moment")) from error
    if found.year not in YEARS or found.tzinfo:
        raise Misfilled(say("fault.no_moment"))
    return found.replace(tzinfo=BEIJING)


def day(written: str) -> date | None:
    """Return the day of a `date` field; None for none that can be meant."""
    try:
        found = date.fromisoformat(written.strip())
    except ValueError:
        return None
    return found if found.year in YEARS else None


def span(on: date, begins: str, ends: str) -> tuple[datetime, datetime]:
    """Return a shift on this day by two times of day; one that ends no later ends the next day.

    Raises Misfilled.
    """
    try:
        first, last = time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())
        began = datetime.combine(on, first.replace(tzinfo=None), BEIJING)
        ended = datetime.combine(on, last.replace(tzinfo=None), BEIJING)
    except ValueError as error:
        raise Misfilled(say("fault.no_moment")) from error
    return began, ended if ended > began else ended + timedelta(days=1)


def week_of(on: date) -> list[date]:
    """Return the seven days of its week, from Monday."""
    monday = on - timedelta(days=on.weekday())
    return [monday + timedelta(days=each) for each in range(7)]

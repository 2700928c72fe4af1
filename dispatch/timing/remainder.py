"""还剩多少: what is left of a limit that stood still for a while. Pure; never less than it was."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from math import ceil

from dispatch.rules.calendar import Due
from dispatch.rules.layers import Calendar, Day
from dispatch.rules.limits import Limit, LimitUnit
from dispatch.timing.reckoning import counted
from hotline.core.clock import BEIJING, beijing

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_HOURLY = (LimitUnit.NATURAL_HOURS, LimitUnit.WORKING_HOURS)


def left_of(
    start: datetime, parts: tuple[Limit, ...], calendar: Calendar, *, at: datetime
) -> tuple[Limit, ...]:
    """Return what of the parts, counted from `start`, had not been counted at this moment.

    A begun hour is left whole, and so is a day until its close; at least one unit is left. Parts
    that had not begun are left as they are.
    """
    for place, done in enumerate(counted(start, parts, calendar)):
        if at < done.due:
            return (_rest(parts[place], done, calendar, at), *parts[place + 1 :])
    return (replace(parts[-1], count=1),)


def in_days(parts: tuple[Limit, ...]) -> bool:
    """Return whether every part counts days, so that hours of one day make no difference."""
    return not any(part.unit in _HOURLY for part in parts)


def _rest(part: Limit, done: Due, calendar: Calendar, at: datetime) -> Limit:
    if part.unit is LimitUnit.NATURAL_HOURS:
        left = ceil((done.due - at) / _HOUR)
    elif part.unit is LimitUnit.WORKING_HOURS:
        left = ceil(_worked(calendar, at, done.due) / _HOUR)
    else:
        left = ceil(sum(line.amount for line in done.trace if at < _end(line.day, calendar)))
    return replace(part, count=max(1, min(left, part.count)))


def _end(day: Day, calendar: Calendar) -> datetime:
    return datetime.combine(day.date, time(), BEIJING) + calendar.end_of(day)


def _worked(calendar: Calendar, since: datetime, until: datetime) -> timedelta:
    """Return how long business is open from one moment to another."""
    total = timedelta(0)
    day = beijing(since).date() - _DAY  # a span of the day before may still run
    while day <= beijing(until).date():
        midnight = datetime.combine(day, time(), BEIJING)
        for span in calendar.spans(calendar.day(day)):
            opens, closes = max(since, midnight + span.opens), min(until, midnight + span.closes)
            total += max(closes - opens, timedelta(0))
        day += _DAY
    return total

"""一个时限从何时到何时: a clock's due and warning moments, reckoned from what it was given.

A clock that was extended is counted in parts: each begins where the one before it was due. Pure:
the same parts and the same calendar always give the same moments.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from dispatch.rules.calendar import Due, due
from dispatch.rules.layers import Calendar
from dispatch.rules.limits import Limit, LimitUnit, parse_limit
from hotline.core.clock import BEIJING

_AND = "+"
BEFORE_ABOVE = timedelta(minutes=1)  # a due moment is told by the minute


@dataclass(frozen=True, slots=True)
class Terms:
    """What a clock was given: its parts, when yellow strikes, and what it shall end before."""

    parts: tuple[Limit, ...]
    warning_percent: int
    ceiling_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reckoned:
    """When a clock warns and is due, and the days that were counted and skipped."""

    warning_at: datetime
    due_at: datetime
    provisional: bool
    trace: list[dict[str, Any]]


def reckon(start: datetime, terms: Terms, calendar: Calendar) -> Reckoned:
    """Return the moments of a clock with these terms that starts now."""
    found = counted(start, terms.parts, calendar)
    end = found[-1].due
    warning = _warning(start, terms, calendar, found)
    if terms.ceiling_at and (last := latest(start, terms.ceiling_at)) < end:
        end = last
        warning = min(warning, start + (end - start) * terms.warning_percent / 100)
    return Reckoned(
        warning,
        end,
        any(each.provisional for each in found),
        [line.as_json() for each in found for line in each.trace],
    )


def latest(start: datetime, ceiling_at: datetime) -> datetime:
    """Return when a clock is due at the latest that shall end before this moment.

    What the unit below does is the unit above's to answer with; too late for that, it is due at
    once.
    """
    return max(ceiling_at - BEFORE_ABOVE, start)


def counted(start: datetime, parts: tuple[Limit, ...], calendar: Calendar) -> list[Due]:
    """Return when each part is due; raises BadStart."""
    found: list[Due] = []
    for part in parts:
        begins = begins_at(part, found[-1]) if found else start
        found.append(due(begins, part, calendar))
    return found


def begins_at(part: Limit, before: Due) -> datetime:
    """Return from when a part is counted: where the one before it was due.

    Days are counted from the day that closed then, whose 24:00 would carry the next day's date.
    """
    if part.unit not in (LimitUnit.WORKING_DAYS, LimitUnit.NATURAL_DAYS):
        return before.due
    return datetime.combine(before.trace[-1].day.date, time(), BEIJING)


def written(parts: tuple[Limit, ...]) -> str:
    """Return the parts as a clock keeps them: `7wd`, or `7wd+5wd` when it was extended."""
    return _AND.join(map(str, parts))


def read_parts(text: str, *, moves_off_days: bool = False) -> tuple[Limit, ...]:
    """Read what `written` wrote; raise BadLimit for anything else."""
    parts = tuple(parse_limit(part) for part in text.split(_AND))
    return tuple(replace(part, moves_off_days=moves_off_days) for part in parts)


def _warning(start: datetime, terms: Terms, calendar: Calendar, found: list[Due]) -> datetime:
    """Return when yellow strikes: a workday before the end (domain.md 2.3), else at its percentage.

    A limit of one unit, or one whose end moved over days off, warns at that percentage of the
    time on the wall: yellow always comes before red.
    """
    limit, end = terms.parts[-1], found[-1].due
    extended = len(found) > 1
    begins = begins_at(limit, found[-2]) if extended else start
    workdays = limit.unit is LimitUnit.WORKING_DAYS
    before = limit.count - 1 if workdays else limit.count * terms.warning_percent // 100
    if before >= 1:
        warning = due(begins, replace(limit, count=before), calendar).due
        if warning < end:
            return warning
    if extended:
        begins = found[-2].due
        if workdays:
            return begins
    return begins + (end - begins) * terms.warning_percent / 100

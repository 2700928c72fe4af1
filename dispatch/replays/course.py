"""时限重演: when a clock was due at a moment, from its limit, its 延期 and its 挂账. Pure.

It counts as the reckoning does (`timing.reckoning`, `timing.clock_changes.unpause`): an extension
is counted on from where the limit ends, and after a wait what was left is counted from its end.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time

from dispatch.rules.layers import Calendar
from dispatch.rules.limits import Limit
from dispatch.timing.reckoning import counted, latest
from dispatch.timing.remainder import in_days, left_of
from hotline.core.clock import BEIJING, beijing_day

NEVER = datetime.max.replace(tzinfo=UTC)  # when a clock is due that has not begun


@dataclass(frozen=True, slots=True)
class Extended:
    """延期: so much more was granted at this moment."""

    at: datetime
    more: Limit


@dataclass(frozen=True, slots=True)
class Waited:
    """挂账: the clock stood still from `since` until `at`."""

    since: datetime
    at: datetime


Step = Extended | Waited


@dataclass(frozen=True, slots=True)
class Course:
    """A clock's limit, from when it ran, and what happened to it, the earliest first."""

    began_at: datetime
    limit: Limit
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Counting:
    """A calendar, with what was counted by it already: many clocks begin on one day."""

    calendar: Calendar
    known: dict[tuple[datetime, tuple[Limit, ...]], datetime] = field(default_factory=dict)

    def end(self, start: datetime, parts: tuple[Limit, ...]) -> datetime:
        """Return when these parts are over; days are counted from a date, whatever its hour."""
        if in_days(parts):
            start = datetime.combine(beijing_day(start), time(), BEIJING)
        key = (start, parts)
        if key not in self.known:
            self.known[key] = counted(start, parts, self.calendar)[-1].due
        return self.known[key]


def due_at(course: Course, counting: Counting, *, ceiling_at: datetime | None = None) -> datetime:
    """Return when the clock is due after all its steps; before its ceiling, if it has one.

    Raises BadStart where it began outside the years that are counted.
    """
    start: datetime = course.began_at
    parts: tuple[Limit, ...] = (course.limit,)
    for step in course.steps:
        if isinstance(step, Extended):
            more = replace(step.more, moves_off_days=course.limit.moves_off_days)
            parts = (*parts, more)
        elif _moves(start, parts, counting, step):
            since = max(step.since, start)
            parts = left_of(start, parts, counting.calendar, at=since)
            start = step.at
    due = counting.end(start, parts)
    return min(due, latest(start, ceiling_at)) if ceiling_at else due


def until(course: Course, moment: datetime) -> Course:
    """Return the course with what had happened by then alone."""
    return replace(course, steps=tuple(step for step in course.steps if step.at <= moment))


def _moves(start: datetime, parts: tuple[Limit, ...], counting: Counting, wait: Waited) -> bool:
    """Return whether the wait moves the clock: not when it was late, nor within one day."""
    due, since = counting.end(start, parts), max(wait.since, start)
    at_once = beijing_day(wait.at) == beijing_day(since) and wait.at < due
    return due > since and not (at_once and in_days(parts))

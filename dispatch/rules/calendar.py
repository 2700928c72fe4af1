"""时限计算: when a limit that starts now is due, with each day counted or skipped and why.

Counting follows 民法典 200-204 (domain.md 2.5): the day of the event is not counted, hours run
at once. Intervals are half-open; all days are Beijing days.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from dispatch.rules.layers import Calendar, Day, DayKind
from dispatch.rules.limits import Limit, LimitUnit
from hotline.core.clock import BEIJING, beijing
from hotline.core.errors import Invalid

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
# Far enough from both ends of `date` that the longest legal limit stays on the calendar.
_YEARS = range(1950, 9000)


class BadStart(Invalid):
    title = "Start time not understood"


class Why(StrEnum):
    """Why a day was counted or skipped."""

    EVENT_DAY = "event_day"
    NATURAL = "natural"
    WORKDAY = "workday"
    MAKEUP_DAY = "makeup_day"
    HALF_DAY = "half_day"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSED = "closed"


# These lines hold whatever a later notice says of the day.
_NOTICE_FREE = {Why.EVENT_DAY, Why.NATURAL}


@dataclass(frozen=True, slots=True)
class TraceDay:
    """One day of the count: `amount` of days or hours counted (0: skipped), `total` so far."""

    day: Day
    why: Why
    amount: float
    total: float

    @property
    def provisional(self) -> bool:
        """Whether a notice still to come may change this line."""
        return self.day.provisional and self.why not in _NOTICE_FREE

    def as_json(self) -> dict[str, object]:
        """Return the line as JSON values; `layer` is empty where the weekday rule decided."""
        return {
            "date": self.day.date.isoformat(),
            "counted": self.amount > 0,
            "why": self.why.value,
            "kind": self.day.kind.value,
            "name": self.day.name,
            "layer": self.day.layer,
            "source": str(self.day.source),
            "provisional": self.provisional,
            "amount": round(self.amount, 4),
            "total": round(self.total, 4),
        }


@dataclass(frozen=True, slots=True)
class Due:
    """A due moment with Beijing's offset; `provisional` when any day of it may still change."""

    due: datetime
    provisional: bool
    trace: tuple[TraceDay, ...]

    def as_json(self) -> dict[str, object]:
        """Return what `hotline due --json` prints."""
        return {
            "due": self.due.isoformat(),
            "provisional": self.provisional,
            "trace": [line.as_json() for line in self.trace],
        }


def due(start: datetime, limit: Limit, calendar: Calendar) -> Due:
    """Return when the limit is due, in time linear in the days it spans.

    A day limit ends at the close of business of its last day (18:00 in Lhasa): 民法典 203 puts the
    end there for whoever keeps business hours, and 24:00 would carry the next day's date. With
    `DayEnd.MIDNIGHT` it is that 24:00, the midnight after the last counted day. A year whose
    notice is not out is counted by weekdays and marked provisional. Raises BadStart when `start`
    has no offset or lies outside the years 1950-8999.
    """
    if start.tzinfo is None or start.year not in _YEARS:
        raise BadStart(
            f"The start {start.isoformat()} cannot be counted from.",
            remedy="Give a date and time with its offset, like 2026-02-12T10:00:00+08:00.",
        )
    moment, trace = _COUNTS[limit.unit](beijing(start), limit, calendar)
    return Due(moment, any(line.provisional for line in trace), tuple(trace))


def _working_days(
    start: datetime, limit: Limit, calendar: Calendar
) -> tuple[datetime, list[TraceDay]]:
    day = calendar.day(start.date())
    trace = [TraceDay(day, Why.EVENT_DAY, 0, 0)]
    done = 0
    while done < limit.count:
        day = calendar.day(day.date + _DAY)
        amount = 0 if day.kind is DayKind.OFF else 1
        done += amount
        trace.append(TraceDay(day, _why(day), amount, done))
    return _end_of(day, calendar), trace


def _natural_days(
    start: datetime, limit: Limit, calendar: Calendar
) -> tuple[datetime, list[TraceDay]]:
    day = calendar.day(start.date())
    trace = [TraceDay(day, Why.EVENT_DAY, 0, 0)]
    for done in range(1, limit.count + 1):
        day = calendar.day(day.date + _DAY)
        why = _why(day) if limit.moves_off_days and done == limit.count else Why.NATURAL
        trace.append(TraceDay(day, why, 1, done))
    while limit.moves_off_days and day.kind is DayKind.OFF:
        day = calendar.day(day.date + _DAY)
        trace.append(TraceDay(day, _why(day), 0, limit.count))
    return _end_of(day, calendar), trace


def _natural_hours(
    start: datetime, limit: Limit, calendar: Calendar
) -> tuple[datetime, list[TraceDay]]:
    reached, end = start.astimezone(UTC), start.astimezone(UTC) + limit.count * _HOUR
    trace, day, total = [], start.date(), 0.0
    while reached < end:
        until = min(end, _midnight(day + _DAY).astimezone(UTC))
        amount = (until - reached) / _HOUR
        total += amount
        trace.append(TraceDay(calendar.day(day), Why.NATURAL, amount, total))
        reached, day = until, day + _DAY
    return beijing(end), trace


def _working_hours(
    start: datetime, limit: Limit, calendar: Calendar
) -> tuple[datetime, list[TraceDay]]:
    # A span of the day before may still run after midnight.
    reached, day = start, calendar.day(start.date() - _DAY)
    left, trace = limit.count * _HOUR, list[TraceDay]()
    while left:
        before = left
        for span in calendar.spans(day):
            opens = max(reached, _midnight(day.date) + span.opens)
            taken = min(left, _midnight(day.date) + span.closes - opens)
            if left and taken > timedelta(0):
                reached, left = opens + taken, left - taken
        amount = (before - left) / _HOUR
        if amount or day.date >= start.date():
            trace.append(_hours_line(day, amount, limit.count - left / _HOUR))
        day = calendar.day(day.date + _DAY)
    return reached, trace


def _hours_line(day: Day, amount: float, total: float) -> TraceDay:
    closed = not amount and day.kind is not DayKind.OFF
    return TraceDay(day, Why.CLOSED if closed else _why(day), amount, total)


def _why(day: Day) -> Why:
    if day.kind is DayKind.HALF:
        return Why.HALF_DAY
    weekend = day.date.weekday() >= 5
    if day.kind is DayKind.WORK:
        return Why.MAKEUP_DAY if weekend else Why.WORKDAY
    return Why.WEEKEND if weekend and not day.name else Why.HOLIDAY


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)


def _end_of(day: Day, calendar: Calendar) -> datetime:
    return _midnight(day.date) + calendar.end_of(day)


_COUNTS: dict[LimitUnit, Callable[[datetime, Limit, Calendar], tuple[datetime, list[TraceDay]]]] = {
    LimitUnit.NATURAL_HOURS: _natural_hours,
    LimitUnit.NATURAL_DAYS: _natural_days,
    LimitUnit.WORKING_HOURS: _working_hours,
    LimitUnit.WORKING_DAYS: _working_days,
}

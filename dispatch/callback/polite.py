"""礼貌时段: when a caller may be rung, and when next after an attempt that failed; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dispatch.rules.hours import Hours, Span, parse_spans
from dispatch.rules.layers import Calendar, DayKind
from hotline.core.clock import BEIJING, beijing

# Two weeks hold every pattern of holidays that leaves a polite span in them.
LONGEST_SEARCH_DAYS = 60


@dataclass(frozen=True, slots=True)
class PoliteHours:
    """The parts of a day in which people may be rung: on workdays and, fewer, on days off."""

    workdays: tuple[Span, ...]
    days_off: tuple[Span, ...]

    @classmethod
    def parse(cls, workdays: str, days_off: str) -> "PoliteHours":
        """Read `09:00-12:00 15:00-18:00 19:00-20:30` for each; raises BadHours. An empty
        text leaves such days alone.
        """
        return cls(_in_order(workdays), _in_order(days_off))

    def of(self, day: date, calendar: Calendar) -> tuple[Span, ...]:
        """Return the parts of this day."""
        off = calendar.day(day).kind is DayKind.OFF
        return self.days_off if off else self.workdays


def _in_order(text: str) -> tuple[Span, ...]:
    spans = parse_spans(text)
    return Hours(spans).spans if spans else ()


def first_moment(hours: PoliteHours, calendar: Calendar, *, now: datetime) -> datetime:
    """Return now, when it is polite to ring, or the beginning of the next part that is."""
    for begins, ends in _parts(hours, calendar, from_day=beijing(now).date()):
        if now < ends:
            return max(now, begins)
    raise ValueError("No polite hour in two months: the settings leave none.")


def next_moment(hours: PoliteHours, calendar: Calendar, *, last: datetime) -> datetime:
    """Return when to try again: on a later day, in another part of it (domain.md 2.7)."""
    day = beijing(last).date()
    rung_in = _part_of(hours.of(day, calendar), last)
    for offset in range(1, LONGEST_SEARCH_DAYS):
        later = day + timedelta(days=offset)
        parts = hours.of(later, calendar)
        if parts:
            return _at(later, parts[(rung_in + 1) % len(parts)].opens)
    raise ValueError("No polite hour in two months: the settings leave none.")


def differs(hours: PoliteHours, calendar: Calendar, *, last: datetime, now: datetime) -> bool:
    """Return whether now is a later day than the last attempt's, in another part of it.

    A day that has no two parts is enough by itself.
    """
    before, today = beijing(last).date(), beijing(now).date()
    parts = hours.of(today, calendar)
    rung_in = _part_of(hours.of(before, calendar), last)
    return today > before and (len(parts) < 2 or _part_of(parts, now) != rung_in)


def moment_left(
    hours: PoliteHours, calendar: Calendar, *, last: datetime, now: datetime
) -> datetime:
    """Return when to try again after the last attempt that counted, in the time left after now."""
    planned = next_moment(hours, calendar, last=last)
    if planned > now:
        return planned
    for begins, _ in _parts(hours, calendar, from_day=beijing(now).date()):
        if begins > now and differs(hours, calendar, last=last, now=begins):
            return begins
    raise ValueError("No polite hour in two months: the settings leave none.")


def is_polite(hours: PoliteHours, calendar: Calendar, *, now: datetime) -> bool:
    """Return whether a caller may be rung at this moment."""
    return first_moment(hours, calendar, now=now) == now


def _parts(
    hours: PoliteHours, calendar: Calendar, *, from_day: date
) -> Iterator[tuple[datetime, datetime]]:
    # From the evening before: a part may run past midnight.
    for offset in range(-1, LONGEST_SEARCH_DAYS):
        day = from_day + timedelta(days=offset)
        for part in hours.of(day, calendar):
            yield _at(day, part.opens), _at(day, part.closes)


def _part_of(parts: tuple[Span, ...], moment: datetime) -> int:
    day = beijing(moment).date()
    begun = [place for place, part in enumerate(parts) if _at(day, part.opens) <= moment]
    return begun[-1] if begun else 0


def _at(day: date, since_midnight: timedelta) -> datetime:
    return datetime.combine(day, time(), BEIJING) + since_midnight

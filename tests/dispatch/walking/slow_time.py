"""Limits counted slowly: time is walked day by day or minute by minute.

Nothing of it is shared with `dispatch` but the calendar's days.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from dispatch.rules.layers import Calendar, DayKind
from hotline.core.clock import BEIJING, beijing

DAY, MINUTE, HOUR = timedelta(days=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass
class SlowTime:
    """When a limit's parts, written as "4wh" or "7wd", are over; `walked` keeps what was walked."""

    calendar: Calendar
    walked: dict[tuple[datetime, str], datetime] = field(default_factory=dict)

    def due(self, start: datetime, parts: list[str]) -> datetime:
        """Return when the parts, one after the other, are over."""
        for part in parts:
            if (start, part) not in self.walked:
                self.walked[start, part] = self._walk(start, part)
            start = self.walked[start, part]
        return start

    def left(self, start: datetime, parts: list[str], at: datetime) -> list[str]:
        """Return what was left of the parts: a begun hour, and a day until its close, are whole."""
        begins = start
        for place, part in enumerate(parts):
            ends = self.due(begins, [part])
            if at < ends:
                count, unit = int(part.rstrip("dhw")), part.lstrip("0123456789")
                if unit == "h":
                    left = -((at - ends) // HOUR)
                else:
                    day, left = beijing(begins).date(), 0
                    while (day := day + DAY) <= beijing(ends).date():
                        left += at < self.close_of(day) and self._is_worked(day)
                return [f"{max(1, min(left, count))}{unit}", *parts[place + 1 :]]
            begins = ends
        raise AssertionError("a clock that was due already has nothing left")

    def close_of(self, day: date) -> datetime:
        return datetime.combine(day, time(), BEIJING) + self.calendar.end_of(self.calendar.day(day))

    def _walk(self, start: datetime, part: str) -> datetime:
        count, unit = int(part.rstrip("dhw")), part.lstrip("0123456789")
        ways = {"h": self._hours, "wh": self._office_hours, "wd": self._working_days}
        return ways[unit](start, count)

    def _hours(self, start: datetime, count: int) -> datetime:
        return start + count * HOUR

    def _working_days(self, start: datetime, count: int) -> datetime:
        day = beijing(start).date()
        while count:
            day += DAY
            count -= self._is_worked(day)
        return self.close_of(day)

    def _office_hours(self, start: datetime, count: int) -> datetime:
        left, moment = count * HOUR, start
        while left:
            step = MINUTE if moment.second == moment.microsecond == 0 else _to_minute(moment)
            step = min(step, left)
            if self._is_open(moment):
                left -= step
            moment += step
        return moment

    def _is_worked(self, day: date) -> bool:
        return self.calendar.day(day).kind is not DayKind.OFF

    def _is_open(self, moment: datetime) -> bool:
        local = beijing(moment)
        into = local - datetime.combine(local.date(), time(), BEIJING)
        spans = self.calendar.spans(self.calendar.day(local.date()))
        return any(span.opens <= into < span.closes for span in spans)


def _to_minute(moment: datetime) -> timedelta:
    return MINUTE - timedelta(seconds=moment.second, microseconds=moment.microsecond)

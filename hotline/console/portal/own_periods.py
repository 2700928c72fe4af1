"""The span of days that a page of figures tells of: it stands in the URL, both ends included."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from hotline.console import form_times
from hotline.core.clock import BEIJING

USUAL = timedelta(days=28)  # four weeks, so that no weekday weighs more than another
LONGEST = timedelta(days=366)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From the first day to the last one."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), BEIJING)

    @property
    def until(self) -> datetime:
        """The moment before which it lies."""
        return datetime.combine(self.last + DAY, time(), BEIJING)

    def query(self, **more: str) -> str:
        """Return the period as a URL names it, with whatever else is chosen."""
        days = {"from": self.first.isoformat(), "until": self.last.isoformat()}
        return urlencode({**days, **more})

    def within(self, other: "Period") -> "Period":
        """Return the part of it that lies in the other one."""
        return Period(max(self.first, other.first), min(self.last, other.last))


def asked(first: str, last: str, today: date) -> Period:
    """Return the period that was asked for; four weeks up to today for what can't be meant.

    A longer one than a year is cut at its beginning.
    """
    ends = form_times.day(last) or today
    begins = form_times.day(first) or ends - USUAL + DAY
    if begins > ends:
        begins = ends - USUAL + DAY
    return Period(max(begins, ends - LONGEST + DAY), ends)


def presets(today: date) -> dict[str, Period]:
    """Return the periods that one is asked for most, by their names."""
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = first - DAY
    quarter = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    return {
        "four_weeks": Period(today - USUAL + DAY, today),
        "this_week": Period(monday, today),
        "last_week": Period(monday - timedelta(days=7), monday - DAY),
        "this_month": Period(first, today),
        "last_month": Period(before.replace(day=1), before),
        "this_quarter": Period(quarter, today),
    }


def week(monday: date) -> Period:
    """Return the week that begins on this day."""
    return Period(monday, monday + timedelta(days=6))

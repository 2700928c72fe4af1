"""The Beijing days of a report, those it is compared with, and when a scheduled one is due."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dispatch.reports.terms import ReportKind
from hotline.core.clock import BEIJING
from hotline.core.errors import Invalid

DAY = timedelta(days=1)
LONGEST = 366
DAYS_OF_MONTH = range(1, 29)  # every month has these


@dataclass(frozen=True)
class Span:
    """Days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class When:
    """When a schedule's report is due: `weekday` (Monday is 0) weekly, `day` of the month monthly.

    `hour` is Beijing's. A daily one is due on the day after.
    """

    kind: ReportKind
    hour: int
    weekday: int = 0
    day: int = 1


def span(kind: ReportKind, first: date, last: date | None = None) -> Span:
    """Return the days of a report that is asked for by its first day.

    A week or month is asked for by any of its days; a special one by both ends, a year at most.
    Raises Invalid for a special one without its end.
    """
    if kind is ReportKind.DAILY:
        return Span(first, first)
    if kind is ReportKind.WEEKLY:
        monday = first - timedelta(days=first.weekday())
        return Span(monday, monday + 6 * DAY)
    if kind is ReportKind.MONTHLY:
        return _month(first)
    if last is None or not first <= last < first + timedelta(days=LONGEST):
        raise Invalid(
            "A special report has a first and a last day, a year at most.", remedy="Give both."
        )
    return Span(first, last)


def before(kind: ReportKind, told: Span) -> Span:
    """Return the days that it is compared with: the month before, or as many days just before."""
    if kind is ReportKind.MONTHLY:
        return _month(told.first - DAY)
    return Span(told.first - told.days * DAY, told.first - DAY)


def _month(day: date) -> Span:
    first = day.replace(day=1)
    return Span(first, (first + 31 * DAY).replace(day=1) - DAY)


def name(kind: ReportKind, told: Span) -> str:
    """Return the days as a title names them."""
    first, last = told.first, told.last
    if kind is ReportKind.MONTHLY:
        return f"{first.year}年{first.month}月"
    if kind is ReportKind.DAILY:
        return f"{first.year}年{first.month}月{first.day}日"
    if kind is ReportKind.WEEKLY:
        year, week, _ = first.isocalendar()
        return f"{year}年第{week}周（{_short(first)}至{_short(last)}）"
    return f"{first.year}年{_short(first)}至{last.year}年{_short(last)}"


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def lately(kind: ReportKind, today: date) -> tuple[Span, Span]:
    """Return the last two spans of this kind that are over, the newer first."""
    newer = before(kind, span(kind, today))
    return newer, before(kind, newer)


def due_at(when: When, told: Span) -> datetime:
    """Return the moment from which the span's report is due."""
    day = told.last + DAY
    if when.kind is ReportKind.WEEKLY:
        day += ((when.weekday - day.weekday()) % 7) * DAY
    elif when.kind is ReportKind.MONTHLY:
        day = day.replace(day=when.day)
    return datetime.combine(day, time(when.hour), BEIJING)


def checked(when: When) -> When:
    """Return it; raise Invalid for what no calendar has, or for a kind that is never scheduled."""
    if when.kind is ReportKind.SPECIAL:
        raise Invalid("A special report has no schedule.", remedy="Draft it by hand.")
    if not (0 <= when.hour < 24 and 0 <= when.weekday < 7 and when.day in DAYS_OF_MONTH):
        raise Invalid(
            "A schedule has an hour, and a weekday or a day of the month from 1 to 28.",
            remedy="Correct them.",
        )
    return when

"""前后对比: one figure over a period before and one as long in the same season after.

Uncertainty is the 95 % interval of Wilson's score for a share. Two shares are compared by
Newcombe's interval of their difference. Two counts of equally long periods are compared by the
share of the later one in both, which is a share too: nothing else is assumed than that each thing
could as well have fallen into the one as into the other.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import hypot, sqrt

Z = 1.96  # 95 %, two-sided
MONTH = 30.0  # days: in which unit counts are told
_DAY = timedelta(days=1)


class Aim(StrEnum):
    AT_MOST = "at_most"  # 不高于
    AT_LEAST = "at_least"  # 不低于


@dataclass(frozen=True, slots=True)
class Days:
    """Beijing days, both included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure's sums; of a count `denominator` is what could have counted."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Range:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Values are percent of a rate, things per thirty days of a count.

    `change` is in points of a rate, in percent of a count; None where there is nothing to compare.
    `surely` says that its interval lies wholly on the side that was aimed at.
    """

    before: float | None
    after: float | None
    change: float | None
    interval: Range | None
    reached: bool
    surely: bool


def season_after(baseline: Days, since: date) -> Days:
    """Return the first period as long, in the same season of a later year, from `since` on."""
    years = max(1, since.year - baseline.first.year)
    while (first := years_later(baseline.first, years)) < since:
        years += 1
    return Days(first, first + (baseline.length - 1) * _DAY)


def share(some: int, of: int) -> Range:
    """Return Wilson's interval of a share; from nothing to all where there is nothing."""
    if of <= 0:
        return Range(0.0, 1.0)
    p, spread = some / of, Z * Z / of
    middle, scale = p + spread / 2, 1 + spread
    wide = Z * sqrt(p * (1 - p) / of + spread / of / 4)
    low, high = (middle - wide) / scale, (middle + wide) / scale
    return Range(min(p, max(0.0, low)), max(p, min(1.0, high)))


def rates(before: Counted, after: Counted, aim: Aim, target: float) -> Comparison:
    """Compare two rates; `target` is in percent."""
    if not (before.denominator and after.denominator):
        return Comparison(_percent(before), _percent(after), None, None, False, False)
    p1, p2 = (each.numerator / each.denominator for each in (before, after))
    one, two = (share(each.numerator, each.denominator) for each in (before, after))
    low = p2 - p1 - hypot(p2 - two.low, one.high - p1)
    high = p2 - p1 + hypot(two.high - p2, p1 - one.low)
    return _judged(100 * p1, 100 * p2, 100 * (p2 - p1), Range(100 * low, 100 * high), aim, target)


def counts(before: Counted, after: Counted, length: int, aim: Aim, target: float) -> Comparison:
    """Compare two counts of periods of `length` days; `target` is in things a month."""
    one, two = (each.numerator * MONTH / length for each in (before, after))
    if not before.numerator:
        return _judged(one, two, None, None, aim, target)
    part = share(after.numerator, after.numerator + before.numerator)
    change = 100 * (after.numerator / before.numerator - 1)
    return _judged(one, two, change, Range(_growth(part.low), _growth(part.high)), aim, target)


def _judged(
    before: float,
    after: float,
    change: float | None,
    interval: Range | None,
    aim: Aim,
    target: float,
) -> Comparison:
    fewer = aim is Aim.AT_MOST
    reached = after <= target if fewer else after >= target
    surely = interval is not None and (interval.high < 0 if fewer else interval.low > 0)
    return Comparison(before, after, change, interval, reached, surely)


def _growth(part: float) -> float:
    """Return by how many percent there are more, from the later ones' share of both.

    Some were there before, so that the interval never reaches the whole.
    """
    return 100 * (part / (1 - part) - 1)


def _percent(counted: Counted) -> float | None:
    return 100 * counted.numerator / counted.denominator if counted.denominator else None


def years_later(day: date, years: int) -> date:
    """Return the same day of a later year; the 1st of March where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)

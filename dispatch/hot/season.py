"""When people ask: the share of a week that falls on each of its hours, by weekday and by hour.

Weekday and hour are learned apart and multiplied: 31 shares need less history than 168. Both are
smoothed towards an even week, and an hour borrows from its neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.core.clock import beijing

DAYS, HOURS = 7, 24
WEEK = timedelta(weeks=1)
_HOUR = timedelta(hours=1)
_EVEN = 3.0  # requests' worth of evidence for an even week, in each weekday and each hour
_LEAST_SHARE = 0.2 / (DAYS * HOURS)  # no hour is so quiet that one request in it is a wonder


@dataclass(frozen=True)
class Season:
    """Shares of a week by weekday (Monday first) times hour, in Beijing time; they sum to 1."""

    shares: Sequence[float]

    def exposure(self, since: datetime, until: datetime) -> float:
        """Return how many weeks' worth of requests the window usually has."""
        whole, rest = divmod(max(timedelta(), until - since), WEEK)
        return whole + self._part(until - rest, until)

    def _part(self, since: datetime, until: datetime) -> float:
        worth, at = 0.0, beijing(since)
        while at < until:
            begins = at.replace(minute=0, second=0, microsecond=0)
            ends = min(begins + _HOUR, until)
            worth += self.shares[hour_of_week(at)] * ((ends - at) / _HOUR)
            at = beijing(ends)
        return worth


def hour_of_week(moment: datetime) -> int:
    """Return 0…167, Monday's first hour being 0."""
    at = beijing(moment)
    return at.weekday() * HOURS + at.hour


def learn(counts: Sequence[int]) -> Season:
    """Return the season of these counts by hour of the week; an even one of none."""
    by_day = [sum(counts[day * HOURS : (day + 1) * HOURS]) + _EVEN for day in range(DAYS)]
    by_hour = [sum(counts[hour::HOURS]) + _EVEN for hour in range(HOURS)]
    smooth = [
        (by_hour[hour - 1] + 2 * by_hour[hour] + by_hour[(hour + 1) % HOURS]) / 4
        for hour in range(HOURS)
    ]
    raw = [day * hour for day in by_day for hour in smooth]
    least = _LEAST_SHARE * sum(raw)
    floored = [max(each, least) for each in raw]
    return Season([each / sum(floored) for each in floored])

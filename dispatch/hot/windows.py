"""The spans in which a hot issue shows: an outage within minutes, what grows slowly within days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.hot.season import Season
from dispatch.hot.surprise import Rate, learned, score


class Kind(StrEnum):
    BURST = "burst"  # 突发
    GROWTH = "growth"  # 持续增长


# A chance of one in so many is an alert (−log10); each cell is looked at again and again, and by
# the minute far more often than by the day (`python -m tests.dispatch.measure_hot`).
ENOUGH = {Kind.BURST: 5.0, Kind.GROWTH: 3.5}
# At this, the words are looked at too: they may all tell of one thing.
WORTH_READING = 2.0
# Of the requests about one matter in one place, so many are usually about the very same thing.
USUALLY_ALIKE = 0.15


@dataclass(frozen=True, slots=True)
class Window:
    """A span that ends now, the least count that matters in it, and how much history it needs."""

    kind: Kind
    span: timedelta
    least: int
    history: timedelta
    still: int = 0  # of what it holds, one in so many came in its newest third; 0: it is short


_DAY = timedelta(days=1)
WINDOWS = (
    Window(Kind.BURST, timedelta(minutes=15), 4, 3 * _DAY),
    Window(Kind.BURST, timedelta(hours=1), 4, 3 * _DAY),
    Window(Kind.BURST, timedelta(hours=3), 5, 3 * _DAY),
    Window(Kind.GROWTH, _DAY, 6, 14 * _DAY, 6),
    Window(Kind.GROWTH, 3 * _DAY, 7, 14 * _DAY, 4),
    Window(Kind.GROWTH, 7 * _DAY, 8, 21 * _DAY, 4),
)
LONGEST = max(each.span for each in WINDOWS)
HISTORY = timedelta(weeks=8)  # of before the longest window: what grows must not hide itself


@dataclass(frozen=True, slots=True)
class Seen:
    """What one window of a cell holds: `newest` of its `count` came in its last third."""

    count: int
    newest: int


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of a cell: its count in the history, how long that is, and what is usual.

    `usual` is the weekly rate of the matter in a place of its own, over all places.
    """

    count: int
    known: timedelta
    usual: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A window in which a cell is hot; `alike`: requests that tell of the very same thing."""

    window: Window
    since: datetime
    count: int
    expected: float
    score: float
    alike: int = 0

    @property
    def enough(self) -> bool:
        """Return whether it is an alert."""
        return self.score >= ENOUGH[self.window.kind]


def judge(
    seen: Mapping[Window, Seen],
    before: Before,
    season: Season,
    *,
    now: datetime,
) -> Finding | None:
    """Return the most surprising window, by what its kind needs; None for nothing worth reading."""
    found = [
        each
        for window, held in seen.items()
        if (each := _judged(window, held, before, season, now)) and each.score >= WORTH_READING
    ]
    return max(found, key=rank, default=None)


def rank(finding: Finding) -> tuple[float, int]:
    """Return how far the finding is beyond what its kind needs, and its count."""
    return finding.score - ENOUGH[finding.window.kind], finding.count


def rejudge(finding: Finding, alike: int) -> Finding:
    """Return the finding by those alone that tell of the same, if that surprises more.

    Fewer of them are expected, but no fewer than the window's least count will do.
    """
    if alike < finding.window.least:
        return finding
    rate = Rate(1.0, 1.0)
    by_words = score(alike, rate, max(finding.expected * USUALLY_ALIKE, 1e-9))
    both = max(finding.score, min(by_words, finding.score + _MOST_BY_WORDS))
    return Finding(finding.window, finding.since, finding.count, finding.expected, both, alike)


# Words alone make no alert of a usual count: they lift one that is unusual already.
_MOST_BY_WORDS = 2.0


def _judged(
    window: Window, held: Seen, before: Before, season: Season, now: datetime
) -> Finding | None:
    growing = not window.still or held.newest * window.still >= held.count
    if held.count < window.least or before.known < window.history or not growing:
        return None
    since = now - window.span
    exposure = season.exposure(since, now)
    rate = learned(
        before.count, min(before.known, HISTORY) / timedelta(weeks=1), usual=before.usual
    )
    return Finding(
        window, since, held.count, rate.expected(exposure), score(held.count, rate, exposure)
    )

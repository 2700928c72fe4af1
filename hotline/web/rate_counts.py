"""How often each was counted in this span: by this process at once, by all of them soon after.

No request waits for Redis: a process counts for itself, and tells the others in steps of a
twentieth of the limit. With P processes at most P/20 of a limit is let through too much; when
Redis is away each counts for itself alone, so P times the limit is.
"""

from dataclasses import dataclass, field
from datetime import datetime

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from redis.exceptions import RedisError

from hotline.core import errands, queue
from hotline.web.rates import LASTING, span_s

STEPS = 20
MOST_NAMES = 200_000  # a flood of made-up keys must not fill the memory

log = structlog.get_logger()


@dataclass(slots=True)
class _Count:
    """`own` is written where requests are counted, the others by the one thread for errands."""

    own: int = 0
    told: int = 0
    others: int = 0


@dataclass(slots=True)
class _Window:
    """Counts of one span of the clock. Those of kinds that must last are never thrown out."""

    number: int
    lasting: dict[tuple[str, ...], _Count] = field(default_factory=dict)
    others: dict[tuple[str, ...], _Count] = field(default_factory=dict)


class Counts:
    """Fixed windows by the clock, the same ones in every process; `names` begin with a kind."""

    def __init__(self) -> None:
        self._windows: dict[int, _Window] = {}
        self._away = False

    def add(self, most: int, names: tuple[str, ...], *, now: datetime) -> int:
        """Count one more under these names; return the seconds to wait when it is one too many.

        0: it may pass. What is refused is not counted: who asks on gets through in the next span.
        """
        count = self._count(names, now)
        if count.own + count.others >= most:
            return _left_s(names, now)
        count.own += 1
        if count.own - count.told >= max(1, most // STEPS):
            span = span_s(names[0])
            key = RateLimitItemPerMinute(most).key_for(*names, str(_number(span, now)))
            errands.run_soon(("rate", key), lambda: self._tell(count, key, 2 * span))
        return 0

    def full(self, most: int, names: tuple[str, ...], *, now: datetime) -> int:
        """Return the seconds to wait when no more may be counted under these names, else 0."""
        count = self._count(names, now)
        return _left_s(names, now) if count.own + count.others >= most else 0

    def _count(self, names: tuple[str, ...], now: datetime) -> _Count:
        span = span_s(names[0])
        number = _number(span, now)
        window = self._windows.get(span)
        if window is None or window.number != number:
            window = self._windows[span] = _Window(number)
        if len(window.others) > MOST_NAMES:
            window.others = {}
        counts = window.lasting if names[0] in LASTING else window.others
        count = counts.get(names)
        if count is None:
            count = counts[names] = _Count()
        return count

    def _tell(self, count: _Count, key: str, kept_s: int) -> None:
        """Add to the count in Redis what this process has counted since; learn the others'."""
        own = count.own
        try:
            total = _storage().incr(key, kept_s, own - count.told)
        except RedisError as error:
            if not self._away:
                log.warning("rates.alone", error=str(error), remedy="each process counts by itself")
            self._away = True
            return
        count.told, count.others, self._away = own, total - own, False


def _number(span: int, now: datetime) -> int:
    return int(now.timestamp()) // span


def _left_s(names: tuple[str, ...], now: datetime) -> int:
    span = span_s(names[0])
    return span - int(now.timestamp()) % span


def _storage() -> RedisStorage:
    return RedisStorage("redis://", connection_pool=queue.redis().connection_pool)

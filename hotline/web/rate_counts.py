"""How often each was counted in this minute: by this process at once, by all of them soon after.

No request waits for Redis: a process counts for itself, and tells the others in steps of a
twentieth of the limit. With P processes at most P/20 of a limit is let through too much; when
Redis is away each counts for itself alone, so P times the limit is.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from redis.exceptions import RedisError

from hotline.core import errands, queue

WINDOW_S = 60
STEPS = 20
MOST_NAMES = 200_000  # a flood of made-up keys must not fill the memory

log = structlog.get_logger()


@dataclass(slots=True)
class _Count:
    """`own` is written where requests are counted, the others by the one thread for errands."""

    own: int = 0
    told: int = 0
    others: int = 0


class Counts:
    """Fixed windows of a minute by the clock, the same ones in every process."""

    def __init__(self) -> None:
        self._minute = 0
        self._counts: dict[tuple[str, ...], _Count] = {}
        self._away = False

    def add(self, most: int, names: tuple[str, ...], *, now: datetime) -> int:
        """Count one more under these names; return the seconds to wait when it is one too many.

        0: it may pass. What is refused is not counted: who asks on gets through a minute later.
        """
        count = self._count(names, now)
        if count.own + count.others >= most:
            return self._left(now)
        count.own += 1
        if count.own - count.told >= max(1, most // STEPS):
            key = RateLimitItemPerMinute(most).key_for(*names, str(self._minute))
            errands.run_soon(("rate", key), lambda: self._tell(count, key))
        return 0

    def full(self, most: int, names: tuple[str, ...], *, now: datetime) -> int:
        """Return the seconds to wait when no more may be counted under these names, else 0."""
        count = self._count(names, now)
        return self._left(now) if count.own + count.others >= most else 0

    def _count(self, names: tuple[str, ...], now: datetime) -> _Count:
        minute = int(now.timestamp()) // WINDOW_S
        if minute != self._minute or len(self._counts) > MOST_NAMES:
            self._minute, self._counts = minute, {}
        count = self._counts.get(names)
        if count is None:
            count = self._counts[names] = _Count()
        return count

    @staticmethod
    def _left(now: datetime) -> int:
        return WINDOW_S - int(now.timestamp()) % WINDOW_S

    def _tell(self, count: _Count, key: str) -> None:
        """Add to the count in Redis what this process has counted since; learn the others'."""
        own = count.own
        try:
            total = _storage().incr(key, 2 * WINDOW_S, own - count.told)
        except RedisError as error:
            if not self._away:
                log.warning("rates.alone", error=str(error), remedy="each process counts by itself")
            self._away = True
            return
        count.told, count.others, self._away = own, total - own, False


def _storage() -> RedisStorage:
    return RedisStorage("redis://", connection_pool=queue.redis().connection_pool)

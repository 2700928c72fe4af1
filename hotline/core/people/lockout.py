"""锁定: after too many wrong passwords a name is closed for a while that grows. No clock, no table.

A lock ends by itself: whoever only wants to shut a person out must keep at it, and is seen.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limits:
    """When a name is closed and for how long."""

    failures: int = 5
    window: timedelta = timedelta(minutes=15)
    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=1)
    # Counted from the first one on, however they follow: a guess now and then never fills the row,
    # and one guess never keeps it full. Otherwise the row ends with a window without any.
    from_first: bool = False


@dataclass(frozen=True)
class Streak:
    """Wrong passwords in a row, when the last (or first) was, and until when it is closed."""

    failures: int = 0
    failed_at: datetime | None = None
    locked_until: datetime | None = None


def is_locked(streak: Streak, now: datetime) -> bool:
    """Return whether not even the right password opens it now."""
    return streak.locked_until is not None and now < streak.locked_until


def fail(streak: Streak, limits: Limits, now: datetime) -> Streak:
    """Return the streak with one more wrong password; while it is closed, none is counted.

    The n-th failure that closes it closes it twice as long as the one before, up to the longest.
    """
    if is_locked(streak, now):
        return streak
    since = max(filter(None, (streak.failed_at, streak.locked_until)), default=None)
    if limits.from_first:
        since = streak.failed_at
    if since is None or now - since > limits.window:
        streak = Streak()
    failed_at = streak.failed_at if limits.from_first and streak.failed_at else now
    counted = replace(streak, failures=streak.failures + 1, failed_at=failed_at)
    beyond = counted.failures - limits.failures
    if beyond < 0:
        return replace(counted, locked_until=None)
    span = min(limits.longest, limits.first * 2 ** min(beyond, 30))
    return replace(counted, locked_until=now + span)

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


@dataclass(frozen=True)
class Streak:
    """Wrong passwords in a row, when the last one was, and until when the name is closed."""

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
    quiet_since = max(filter(None, (streak.failed_at, streak.locked_until)), default=None)
    if quiet_since is None or now - quiet_since > limits.window:
        streak = Streak()
    counted = replace(streak, failures=streak.failures + 1, failed_at=now)
    beyond = counted.failures - limits.failures
    if beyond < 0:
        return replace(counted, locked_until=None)
    span = min(limits.longest, limits.first * 2 ** min(beyond, 30))
    return replace(counted, locked_until=now + span)

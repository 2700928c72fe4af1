"""再试: how long is waited after an attempt that came to nothing, and when it was the last one.

An attempt counts before it is made: one whose process is killed has been one too.
"""

from datetime import datetime, timedelta

MOST = 10  # attempts, within four hours or so: a day's facts that are behind are there by then
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


def again_at(tries: int, *, now: datetime) -> datetime:
    """Return when it is tried again after so many attempts: each wait is twice the one before."""
    return now + min(FIRST_WAIT * (1 << (tries - 1)), LONGEST_WAIT)


def is_spent(tries: int) -> bool:
    """Return whether so many attempts were all."""
    return tries >= MOST

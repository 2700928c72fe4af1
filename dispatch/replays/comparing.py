"""前后对比: whether a clock was kept, and which way another due moment turns it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Sort(StrEnum):
    """转为按时、转为超期, and what could not be reproduced."""

    GAINED = "gained"
    LOST = "lost"
    DIFFERS = "differs"


class Why(StrEnum):
    """Why the past could not be reproduced."""

    IMPORTED = "imported"  # its clocks began in another system
    NO_LIMIT = "no_limit"  # no limit in force then begins this clock
    MOVED = "moved"  # due at another moment: moved by hand, merged, or its case was changed
    JUDGED = "judged"  # due alike, and the facts judge otherwise: they lag


@dataclass(frozen=True, slots=True)
class Ending:
    """How a clock ended: when it stopped, whether what it asked for was done, what it waits for."""

    stopped_at: datetime | None
    fulfilled: bool
    waits: bool


def kept(ending: Ending, due_at: datetime, *, now: datetime) -> int | None:
    """Return 1 for in time, 0 for late, None for what still runs (`figures.measures`)."""
    if ending.stopped_at is not None:
        return int(ending.stopped_at <= due_at and ending.fulfilled)
    return 0 if due_at <= now and not ending.waits else None


def turned(before: int | None, after: int | None) -> Sort | None:
    """Return which way it flips: late before and not after, or the other way about."""
    if before == 0 and after != 0:
        return Sort.GAINED
    return Sort.LOST if after == 0 and before != 0 else None

"""为什么是这一天: what a promised day was counted from, for whom it was promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.models import Clock
from dispatch.rules.calendar import Why
from dispatch.rules.limits import Limit, LimitUnit
from dispatch.timing.reckoning import read_parts

_SKIPPING = (LimitUnit.WORKING_DAYS, LimitUnit.WORKING_HOURS)


@dataclass(frozen=True)
class Basis:
    """From when it was counted, how long, what was granted since, and whose days off fell in it."""

    since: datetime
    first: Limit
    longer: Sequence[Limit]
    skips_days_off: bool
    holidays: Sequence[str]


def of_clock(clock: Clock) -> Basis:
    """Return why the clock is due when it is, as much as fits into two sentences."""
    first, *longer = read_parts(clock.limit, moves_off_days=clock.moves_off_days)
    skips = first.unit in _SKIPPING
    named = [
        line["name"]
        for line in clock.trace
        if not line["counted"] and line["why"] == Why.HOLIDAY and line["name"]
    ]
    return Basis(clock.started_at, first, longer, skips, list(dict.fromkeys(named)))

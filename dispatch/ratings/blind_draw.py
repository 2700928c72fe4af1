"""盲复核抽样: a draw that anybody can repeat from its seed, and what agreement means; pure."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hotline.core.clock import BEIJING
from hotline.core.errors import Invalid

BAD = 2  # a grade up to this is 差评 (domain.md 2.7)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Said:
    """What a requester said of one matter; None: nothing of that."""

    contacted: bool | None = None
    resolved: bool | None = None
    satisfaction: int | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week in Beijing: `2026-W48`, from its Monday 00:00 to the next."""

    name: str
    since: datetime
    until: datetime


def week_of(name: str) -> Week:
    """Return the week of this name; raise Invalid for what is none."""
    try:
        monday = date.fromisoformat(f"{name}-1")
    except ValueError:
        monday = None
    if monday is None or len(name) != len("2026-W48") or not 2000 <= monday.year < 2100:
        raise Invalid(f"{name!r} is no week.", remedy="Write it like 2026-W48.")
    since = datetime.combine(monday, time(), BEIJING)
    return Week(name, since, since + _WEEK)


def week_before(day: date) -> str:
    """Return the name of the week before the one of this day."""
    year, week, _ = (day - _WEEK).isocalendar()
    return f"{year}-W{week:02}"


def draw(population: Sequence[int], seed: str, *, percent: float, most: int) -> list[int]:
    """Return who is drawn: the share of the population, rounded up, whose hashes come first.

    A hash is SHA-256 of `SEED:ID`; the order in which the population is given changes nothing.
    """
    size = min(math.ceil(len(population) * percent / 100), most)
    ranked = sorted(set(population), key=lambda each: (_hash(seed, each), each))
    return sorted(ranked[:size])


def agree(first: Said, second: Said) -> bool | None:
    """Return whether two answers say the same; None where they speak of nothing in common.

    Grades agree when both are 差评 or neither is: one more or less of five is no contradiction.
    """
    judged = [
        one == other
        for one, other in (
            (first.contacted, second.contacted),
            (first.resolved, second.resolved),
            (_is_bad(first), _is_bad(second)),
        )
        if one is not None and other is not None
    ]
    return all(judged) if judged else None


def _is_bad(said: Said) -> bool | None:
    return None if said.satisfaction is None else said.satisfaction <= BAD


def _hash(seed: str, each: int) -> str:
    return hashlib.sha256(f"{seed}:{each}".encode()).hexdigest()

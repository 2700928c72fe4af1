"""抽样: a draw that anybody can repeat from its seed, and who inspects what; pure.

An item's place in the order is SHA-256 over `seed:item`; the first ones of each agent are drawn.
The seed is made with its plan and told with the draw, so nobody can choose it to miss a call.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dispatch.inspection.states import Period


@dataclass(frozen=True, slots=True)
class Work:
    """One call or ticket, by its name, and whose work it is."""

    name: str
    agent: str


def draw(seed: str, population: Iterable[Work], per_agent: int) -> list[Work]:
    """Return so many of each agent, fewer where there are fewer, by agent and place."""
    of_agent: dict[str, list[Work]] = {}
    for each in population:
        of_agent.setdefault(each.agent, []).append(each)
    return [
        each
        for agent in sorted(of_agent)
        for each in sorted(of_agent[agent], key=lambda one: place(seed, one.name))[:per_agent]
    ]


def place(seed: str, name: str) -> str:
    """Return where an item stands in the order of a seed."""
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()


def seed_of(secret: str, since: date) -> str:
    """Return the seed of one period of a plan."""
    return hashlib.sha256(f"{secret}:{since.isoformat()}".encode()).hexdigest()


def digest(population: Iterable[Work]) -> str:
    """Return what tells whether a population is the one that was drawn from."""
    lines = sorted(f"{each.agent} {each.name}" for each in population)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def assign(
    seed: str,
    works: Sequence[Work],
    inspectors: Mapping[str, Collection[Work]],
    busy: Mapping[str, int],
) -> dict[Work, str]:
    """Return who inspects each: who has least of those who may see it; empty for nobody.

    `inspectors` have what each may see; nobody is given their own work.
    """
    load = {each: busy.get(each, 0) for each in inspectors}
    given: dict[Work, str] = {}
    for work in sorted(works, key=lambda one: place(seed, one.name)):
        free = [each for each in load if each != work.agent and work in inspectors[each]]
        chosen = min(free, key=lambda one: (load[one], place(seed, one + work.name)), default="")
        given[work] = chosen
        if chosen:
            load[chosen] += 1
    return given


def last_whole(period: Period, today: date) -> tuple[date, date]:
    """Return the first day of the newest period that is over, and the first day after it."""
    if period is Period.DAY:
        return today - timedelta(days=1), today
    if period is Period.WEEK:
        monday = today - timedelta(days=today.weekday())
        return monday - timedelta(days=7), monday
    first = today.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), first

"""一致性: how far inspectors agree who marked the same items blind; pure.

Cohen's kappa for two (Cohen 1960), Fleiss' for more (Fleiss 1971): agreement beyond what chance
would give; None where all marks are one level, as then chance explains everything.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

Ratings = Sequence[Sequence[str]]  # one row an item, one mark an inspector, always in their order


@dataclass(frozen=True)
class Agreement:
    """`share` of pairs of inspectors that agree, `kappa` beyond chance; None where undefined."""

    items: int
    raters: int
    share: float | None
    kappa: float | None


def agreement(rows: Ratings) -> Agreement:
    """Return how far the raters agree; raise ValueError for rows of unequal length."""
    raters = {len(row) for row in rows}
    if len(raters) > 1:
        raise ValueError("Every item needs a mark of every rater.")
    number = raters.pop() if raters else 0
    if number < 2:
        return Agreement(len(rows), number, None, None)
    return Agreement(len(rows), number, share(rows), cohen(rows) if number == 2 else fleiss(rows))


def share(rows: Ratings) -> float:
    """Return the share of pairs of raters that agree, over all items."""
    pairs = [one == other for row in rows for one, other in combinations(row, 2)]
    return sum(pairs) / len(pairs)


def cohen(rows: Ratings) -> float | None:
    """Return kappa of two raters, each with levels as often as they use them."""
    first, second = (Counter(row[at] for row in rows) for at in (0, 1))
    chance = sum(first[level] * second[level] for level in first) / len(rows) ** 2
    return _beyond(share(rows), chance)


def fleiss(rows: Ratings) -> float | None:
    """Return kappa of any number of raters, with levels as often as all of them use them."""
    used = Counter(mark for row in rows for mark in row)
    marks = sum(used.values())
    chance = sum((count / marks) ** 2 for count in used.values())
    return _beyond(share(rows), chance)


def _beyond(seen: float, chance: float) -> float | None:
    return None if chance >= 1.0 else (seen - chance) / (1.0 - chance)

"""余数: whom a told count leaves once the rows that are published beside it are taken away.

Somebody may be known to be in no row: then they are among those whom the count of their place has
and the rows there have not. A cell is told only where these are nobody or at least `k` people; and
where cells of a line are withheld, their sum (the total less the told ones) obeys the same.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from dispatch.publishing.tables import TOTAL, Cell, Table

People = Mapping[Cell, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing: where it stands, as much of it as its row shows, and whose it is."""

    place: Cell
    seen: Cell | None  # TOTAL for what the row does not show; None: there is no row
    who: int


def left(things: Iterable[Shown]) -> dict[Cell, frozenset[int]]:
    """Return who is left of each cell when all rows are taken away that are known to be in it."""
    found: dict[Cell, set[int]] = {}
    for each in things:
        seen = _within(each.seen) if each.seen else set()
        for cell in _within(each.place) - seen:
            found.setdefault(cell, set()).add(each.who)
    return {cell: frozenset(people) for cell, people in found.items()}


def few(people: People, k: int) -> frozenset[Cell]:
    """Return the cells that leave somebody, but fewer than `k`."""
    return frozenset(cell for cell, found in people.items() if len(found) < k)


def settle(
    table: Table,
    people: People,
    k: int,
    suppress: Callable[[frozenset[Cell]], frozenset[Cell]],
) -> frozenset[Cell]:
    """Return what `suppress` withholds when it must withhold all that leaves fewer than `k`.

    Each time that the withheld cells of a line together leave so few, one more of it goes.
    """
    forced = few(people, k) & table.counts.keys()
    while True:
        hidden = suppress(forced)
        more = frozenset(_more(table, people, k, hidden))
        if not more:
            return hidden
        forced |= hidden | more


def _more(table: Table, people: People, k: int, hidden: frozenset[Cell]) -> Iterable[Cell]:
    """Yield what is to be withheld as well: what leaves many, or else the line's total."""
    for parts, whole in table.lines():
        found: set[int] = set()
        for cell in parts:
            found |= people.get(cell, frozenset()) if cell in hidden else frozenset()
        if whole not in hidden and 0 < len(found) < k:
            others = [cell for cell in parts if cell not in hidden and cell in people]
            yield min(others, key=lambda cell: (table.counts[cell], cell), default=whole)


def _within(place: Cell) -> set[Cell]:
    """Return the cell of the place, and every total that has it."""
    return set(product(*((each, TOTAL) for each in place)))

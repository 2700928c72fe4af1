"""A table of counts with all its totals: cells by their place, and what must add up."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

TOTAL = "*"  # in place of a category: all of them
Cell = tuple[str, ...]
Counts = Mapping[Cell, int]


@dataclass(frozen=True, slots=True)
class Table:
    """Whole numbers for every combination of categories and totals."""

    axes: tuple[tuple[str, ...], ...]  # the categories of each, without TOTAL
    counts: Counts

    def cells(self) -> Iterator[Cell]:
        """Yield every place, totals too, in one order."""
        return product(*((*axis, TOTAL) for axis in self.axes))

    def lines(self) -> Iterator[tuple[list[Cell], Cell]]:
        """Yield what must add up: cells, and the total that they make."""
        return lines(self.axes)


def lines(axes: Sequence[Sequence[str]]) -> Iterator[tuple[list[Cell], Cell]]:
    """Yield the cells of every line along every axis, and the line's total."""
    for along, axis in enumerate(axes):
        others = [(*each, TOTAL) for number, each in enumerate(axes) if number != along]
        for place in product(*others):
            head, tail = place[:along], place[along:]
            yield [(*head, each, *tail) for each in axis], (*head, TOTAL, *tail)


def count(axes: Sequence[Sequence[str]], places: Iterable[Cell]) -> Table:
    """Return the table of things that stand at these places, one each; places name no total."""
    found = summed(places)
    kept = tuple(map(tuple, axes))
    counts = {cell: found[cell] for cell in product(*((*axis, TOTAL) for axis in kept))}
    return Table(kept, counts)


def people(places: Iterable[tuple[Cell, int]]) -> dict[Cell, int]:
    """Return of how many people things stand at each place and below each total."""
    found: dict[Cell, set[int]] = {}
    for place, who in set(places):
        for cell in product(*((each, TOTAL) for each in place)):
            found.setdefault(cell, set()).add(who)
    return {cell: len(each) for cell, each in found.items()}


def summed(places: Iterable[Cell]) -> Counter[Cell]:
    """Return how many things stand at each place and below each total.

    A thing of which only a part of its place is known names TOTAL there: it counts below totals.
    """
    alike = Counter(places)
    found: Counter[Cell] = Counter()
    for place, times in alike.items():
        for cell in set(product(*((each, TOTAL) for each in place))):
            found[cell] += times
    return found

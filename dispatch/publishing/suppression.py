"""小单元抑制: which cells of a table are not told, so that nobody can reckon them from the rest.

Primary: counts from 1 to `small` - 1, and a cell that holds all of a line of the sensitive axis,
as then everybody there said the same. Zero is told: nobody is nobody.

Complementary, by hypercubes (R. D. Repsilber's method): for each primary cell, two categories of
every axis span a block of cells. Counts can be moved around in the block without any total's
changing; when all its corners are withheld, each may be more or less by as much as the block
allows. The block is taken that withholds the fewest things of those that leave at least `width`
open. A block may reach into the totals; the one of all totals leaves everything open above.

`floors` is what a reader knows already of each cell, from rows that are published beside it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from dispatch.publishing.tables import TOTAL, Cell, Counts, Table


@dataclass(frozen=True, slots=True)
class Rule:
    """How a table is guarded; `sensitive` is the axis of what people said, `silent` nothing."""

    small: int
    width: int
    sensitive: int | None = None
    silent: str = ""


def suppress(
    table: Table, rule: Rule, *, floors: Counts | None = None, before: Iterable[Cell] = ()
) -> frozenset[Cell]:
    """Return the cells not to tell; `before` names those that an earlier edition withheld."""
    known = floors or {}
    first = primary(table, rule) | (frozenset(before) & table.counts.keys())
    hidden: set[Cell] = set(first)
    for cell in sorted(first, key=lambda each: (-table.counts[each], each)):
        hidden |= _block(table, cell, hidden, known, rule.width)
    return frozenset(hidden)


def primary(table: Table, rule: Rule) -> frozenset[Cell]:
    """Return the cells that are too small to tell, or in which all of a line are of one mind."""
    small = {cell for cell, counted in table.counts.items() if 0 < counted < rule.small}
    return frozenset(small | set(_of_one_mind(table, rule)))


def _of_one_mind(table: Table, rule: Rule) -> Iterator[Cell]:
    if rule.sensitive is None:
        return
    for cell, counted in table.counts.items():
        said = cell[rule.sensitive]
        if said in (TOTAL, rule.silent) or not counted:
            continue
        whole = (*cell[: rule.sensitive], TOTAL, *cell[rule.sensitive + 1 :])
        if table.counts[whole] == counted:
            yield cell


def _block(
    table: Table, cell: Cell, hidden: set[Cell], floors: Counts, width: int
) -> frozenset[Cell]:
    """Return the corners of the cheapest block around the cell that leaves enough open."""
    blocks = (list(product(*zip(cell, far, strict=True))) for far in product(*_others(table, cell)))
    priced = sorted(
        (sum(table.counts[each] + 1 for each in corners if each not in hidden), corners)
        for corners in blocks
    )
    # There is one: in the block of all totals everything becomes more together, without a bound.
    return frozenset(
        next(each for _, each in priced if _open(table.counts, floors, cell, each) >= width)
    )


def _others(table: Table, cell: Cell) -> Iterator[list[str]]:
    for axis, here in zip(table.axes, cell, strict=True):
        yield [each for each in (*axis, TOTAL) if each != here]


def _open(counts: Counts, floors: Counts, cell: Cell, corners: Iterable[Cell]) -> float:
    """Return how far the block's counts can be moved: down until one reaches what is known of it.

    Along an axis a category's gain is another's loss, but its total's gain too.
    """
    down, up = float("inf"), float("inf")
    for corner in corners:
        spare = counts[corner] - floors.get(corner, 0)
        if _with(cell, corner):
            down = min(down, spare)
        else:
            up = min(up, spare)
    return up + down


def _with(cell: Cell, corner: Cell) -> bool:
    """Return whether the corner becomes more when the cell does."""
    turns = sum(
        here != there and TOTAL not in (here, there)
        for here, there in zip(cell, corner, strict=True)
    )
    return turns % 2 == 0

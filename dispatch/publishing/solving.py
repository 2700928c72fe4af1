"""区间审计: what can be reckoned of a table's withheld cells, by linear programming.

It reads the written file as anybody would, knows nothing of how cells were chosen, and asks for
each withheld one how small and how large it can be when everything adds up.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scipy.optimize import linprog
from scipy.sparse import lil_matrix

from dispatch.publishing.tables import TOTAL, Cell, Counts, lines

FREE = 0.01  # what a solver may be wrong by
_NO_BOUND = 3  # as linprog says it


@dataclass(frozen=True, slots=True)
class Interval:
    """The least and the most that a withheld cell can hold; `most` is infinite without a bound."""

    least: float
    most: float

    @property
    def width(self) -> float:
        return self.most - self.least


def read(written: bytes, keys: tuple[str, ...], measure: str) -> dict[Cell, int | None]:
    """Return the cells of a written table, None for a withheld one."""
    rows = csv.DictReader(io.StringIO(written.decode("utf-8-sig")))
    return {
        tuple(row[key] for key in keys): int(row[measure]) if row[measure] else None for row in rows
    }


def intervals(told: Mapping[Cell, int | None], floors: Counts) -> dict[Cell, Interval]:
    """Return between which numbers each withheld cell must lie, given at least `floors`.

    Raises ValueError for a table in which something does not add up.
    """
    system = _System(told, floors)
    return {cell: system.interval(cell) for cell in system.hidden}


def narrow(told: Mapping[Cell, int | None], floors: Counts, width: int) -> list[Cell]:
    """Return the withheld cells that can be reckoned nearer than `width`.

    Whatever a solution holds is possible, for every cell of it: few cells are asked for themselves.
    """
    system = _System(told, floors)
    return [
        cell
        for cell in system.hidden
        if not system.is_wide(cell, width) and system.interval(cell).width < width - FREE
    ]


class _System:
    """The equations of a written table, and the least and most that solutions have shown."""

    def __init__(self, told: Mapping[Cell, int | None], floors: Counts) -> None:
        self.hidden = sorted(cell for cell, counted in told.items() if counted is None)
        self._place = {cell: number for number, cell in enumerate(self.hidden)}
        sums = list(_equations(told, self._place))
        matrix = lil_matrix((len(sums), len(self.hidden)))
        for row, (terms, _) in enumerate(sums):
            for column, factor in terms.items():
                matrix[row, column] = factor
        self._left, self._right = matrix.tocsr(), [right for _, right in sums]
        self._bounds = [(floors.get(cell, 0), None) for cell in self.hidden]
        self._least = [float("inf")] * len(self.hidden)
        self._most = [float("-inf")] * len(self.hidden)

    def is_wide(self, cell: Cell, width: int) -> bool:
        """Return whether two solutions are known in which the cell differs by so much."""
        place = self._place[cell]
        return self._most[place] - self._least[place] >= width

    def interval(self, cell: Cell) -> Interval:
        """Return the least and the most that the cell can hold."""
        return Interval(self._extreme(cell, 1), -self._extreme(cell, -1))

    def _extreme(self, cell: Cell, sign: int) -> float:
        goal = [0.0] * len(self.hidden)
        goal[self._place[cell]] = sign
        solved = linprog(
            goal, A_eq=self._left, b_eq=self._right, bounds=self._bounds, method="highs"
        )
        if solved.status == _NO_BOUND:
            return float("-inf")
        if solved.status != 0:
            raise ValueError("The table adds up to nothing possible")
        for place, value in enumerate(solved.x):
            self._least[place] = min(self._least[place], value)
            self._most[place] = max(self._most[place], value)
        return float(solved.fun)


def _equations(
    told: Mapping[Cell, int | None], place: Mapping[Cell, int]
) -> Iterator[tuple[dict[int, int], int]]:
    """Yield what is left of each line that must add up once the told cells are taken out."""
    axes = [
        sorted({cell[along] for cell in told} - {TOTAL}) for along in range(len(next(iter(told))))
    ]
    for parts, whole in lines(axes):
        terms, right = dict[int, int](), 0
        for cell, factor in ((whole, -1), *((part, 1) for part in parts)):
            counted = told[cell]
            if counted is None:
                terms[place[cell]] = factor
            else:
                right -= factor * counted
        if terms:
            yield terms, right
        elif right:
            raise ValueError(f"{whole} is not the sum of its parts")

"""Which articles may be found: where and whose they are, and on which days they hold."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.searching.entries import Asked, Entry

Mask = NDArray[np.bool_]
EVERYWHERE = 0
_COLUMNS = 5  # district, department, first day, last day, kept


class Filters:
    """One row of numbers an article, in the index's order: a hundred thousand in a millisecond."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._departments: dict[str, int] = {}
        rows = [self._row(entry) for entry in entries]
        self._rows = np.array(rows, dtype=np.int32).reshape(len(rows), _COLUMNS)

    def add(self, entry: Entry) -> None:
        """Append one article's row."""
        self._rows = np.vstack([self._rows, np.array([self._row(entry)], dtype=np.int32)])

    def drop(self, place: int) -> None:
        """Let nobody find what is there."""
        self._rows[place, 4] = 0

    def allowed(self, asked: Asked) -> Mask:
        """Return which may be found: kept, begun, of the district or of all, of the department."""
        district, department, first, _, kept = self._rows.T
        mask: Mask = (kept == 1) & (first <= asked.on.toordinal())
        if asked.districts:
            here = [EVERYWHERE, *map(_code, asked.districts)]
            mask &= np.isin(district, here)
        if asked.department:
            mask &= department == self._departments.get(asked.department, -1)
        return mask

    def expired(self, place: int, asked: Asked) -> bool:
        """Return whether what is there no longer holds."""
        return bool(self._rows[place, 3] < asked.on.toordinal())

    def _row(self, entry: Entry) -> tuple[int, int, int, int, int]:
        department = self._departments.setdefault(entry.department, len(self._departments))
        first = entry.valid_from.toordinal()
        last = 0 if entry.expired else entry.valid_to.toordinal()
        return _code(entry.district), department, first, last, 1


def _code(district: str) -> int:
    return int(district) if district.isdigit() else EVERYWHERE

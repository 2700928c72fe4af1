"""What may be found: of which kind, where and whose it is, and on which days it holds."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.searching.entries import CASES_COUNT, Asked, Entry, Kind

Mask = NDArray[np.bool_]
EVERYWHERE = 0
_COLUMNS = 6  # district, department, first day, last day, kept, kind
_KINDS = list(Kind)


class Filters:
    """One row of numbers an entry, in the index's order: a hundred thousand in a millisecond."""

    def __init__(self) -> None:
        self._departments: dict[str, int] = {}
        self._rows = np.empty((0, _COLUMNS), dtype=np.int32)

    def add(self, entries: Sequence[Entry]) -> None:
        """Append a row for each."""
        rows = np.array([self._row(entry) for entry in entries], dtype=np.int32)
        self._rows = np.vstack([self._rows, rows.reshape(len(entries), _COLUMNS)])

    def drop(self, place: int) -> None:
        """Let nobody find what is there."""
        self._rows[place, 4] = 0

    def allowed(self, asked: Asked) -> Mask:
        """Return which may be found: kept, begun, of the kinds, the district and the department."""
        district, department, first, _, kept, kind = self._rows.T
        mask: Mask = (kept == 1) & (first <= asked.on.toordinal())
        mask &= np.isin(kind, [_KINDS.index(each) for each in asked.kinds])
        if asked.districts:
            here = [EVERYWHERE, *map(_code, asked.districts)]
            mask &= np.isin(district, here)
        if asked.department:
            mask &= department == self._departments.get(asked.department, -1)
        return mask

    def counts(self) -> NDArray[np.float32]:
        """Return by how much what each is worth counts, set against the others."""
        of_case = self._rows[:, 5] == _KINDS.index(Kind.CASE)
        return np.where(of_case, np.float32(CASES_COUNT), np.float32(1))

    def expired(self, place: int, asked: Asked) -> bool:
        """Return whether what is there no longer holds."""
        return bool(self._rows[place, 3] < asked.on.toordinal())

    def _row(self, entry: Entry) -> tuple[int, ...]:
        department = self._departments.setdefault(entry.department, len(self._departments))
        first = entry.valid_from.toordinal()
        last = 0 if entry.expired else entry.valid_to.toordinal()
        kind = _KINDS.index(entry.kind)
        return _code(entry.district), department, first, last, 1, kind


def _code(district: str) -> int:
    return int(district) if district.isdigit() else EVERYWHERE

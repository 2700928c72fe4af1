"""Facts read column by column: a report asks for two measures of the same things, over and over."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from dispatch.indicators.terms import Key

Fact = dict[str, Any]


class Judged(NamedTuple):
    """What a figure says something of: their ids, their numerators, the sum of denominators."""

    ids: Sequence[int]
    some: Sequence[int]
    of: int


class Things:
    """Some facts of one unit; what was read or parted once is kept."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self._facts = facts
        self._columns: dict[str, list[Any]] = {}
        self._judged: dict[tuple[str, str], Judged] = {}
        self._parts: dict[Key, Mapping[str, Things]] = {}
        self._days: dict[tuple[date, date], Things] = {}

    def __len__(self) -> int:
        return len(self._facts)

    def column(self, name: str) -> list[Any]:
        """Return what is said of each, in the facts' order."""
        if name not in self._columns:
            self._columns[name] = [each[name] for each in self._facts]
        return self._columns[name]

    def judged(self, counts: str, judges: str) -> Judged:
        """Return those of which a figure says something."""
        if (counts, judges) not in self._judged:
            rows = zip(self.column("id"), self.column(counts), self.column(judges), strict=True)
            said = [row for row in rows if row[1] is not None and row[2]]
            ids, some = [row[0] for row in said], [row[1] for row in said]
            self._judged[counts, judges] = Judged(ids, some, sum(row[2] for row in said))
        return self._judged[counts, judges]

    def by(self, key: Key) -> Mapping[str, "Things"]:
        """Return those of each value of the key, the values in order."""
        if key not in self._parts:
            parts: dict[Any, list[Fact]] = {}
            for fact in self._facts:
                parts.setdefault(fact[key.value], []).append(fact)
            self._parts[key] = {
                str(value): Things(parts[value]) for value in sorted(parts, key=str)
            }
        return self._parts[key]

    def during(self, first: date, last: date) -> "Things":
        """Return those of these days, both included."""
        if (first, last) not in self._days:
            held = [each for each in self._facts if first <= each["day"] <= last]
            self._days[first, last] = Things(held)
        return self._days[first, last]

"""分市地的指标: which numbers of which places are not told, so that none can be reckoned.

Each indicator is a line of places; its sum is told beside it. Of a place its numbers may be
withheld wholly, or how they part in those counted and the others. Counts nest (who was answered on
the line was registered): what is withheld wholly is so in every indicator of the same unit, and
indicators of one family, whose numerators nest, are parted alike. Then whatever else is known, the
withheld places can hold the same things in any other way: each number is open by `width` at least.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

Places = Collection[str]


@dataclass(frozen=True, slots=True)
class Split:
    """The things of one place: how many are counted, of how many."""

    some: int
    of: int


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator by place; `told` is whether its sum is, and `parted` whether it is a rate."""

    code: str
    unit: str
    family: str
    parted: bool
    told: bool
    by: Mapping[str, Split]

    def over(self, places: Iterable[str]) -> Split:
        """Return the sum of these places."""
        held = [self.by[each] for each in places if each in self.by]
        return Split(sum(each.some for each in held), sum(each.of for each in held))


@dataclass(frozen=True, slots=True)
class Withheld:
    """Of each indicator: places that are withheld wholly, and those whose parts are, too."""

    wholly: Mapping[str, frozenset[str]]
    parts: Mapping[str, frozenset[str]]


NOTHING = Withheld({}, {})


def withhold(
    lines: Sequence[Line], *, small: int, width: int, before: Withheld = NOTHING
) -> Withheld:
    """Return what is not told; `before` is what an earlier edition withheld.

    An indicator whose sum is withheld is told nowhere, and stands in no other's way.
    """
    wholly = {line.code: frozenset(line.by) for line in lines if not line.told}
    parts = dict(wholly)
    for mine in _alike(lines, lambda line: line.unit):
        known = _before(before.wholly, mine)
        hidden = _wholly(mine, small, width, known)
        wholly |= {line.code: hidden for line in mine}
        for kin in _alike(mine, lambda line: line.family):
            found = _parts(kin, hidden, small, width, _before(before.parts, kin))
            parts |= {line.code: found for line in kin}
    return Withheld(wholly, parts)


def _alike(lines: Sequence[Line], key: Callable[[Line], str]) -> Iterable[list[Line]]:
    told = [line for line in lines if line.told]
    for name in sorted({key(line) for line in told}):
        yield [line for line in told if key(line) == name]


def _before(withheld: Mapping[str, frozenset[str]], lines: Iterable[Line]) -> set[str]:
    return {place for line in lines for place in withheld.get(line.code, ())}


def _wholly(lines: Sequence[Line], small: int, width: int, known: Places) -> frozenset[str]:
    hidden = {
        place
        for line in lines
        for place, split in line.by.items()
        if place in known or 0 < split.of < small
    }

    def enough() -> bool:
        return len(hidden) != 1 and all(_open(line.over(hidden).of, width) for line in lines)

    return _widened(lines, hidden, enough)


def _parts(
    lines: Sequence[Line], wholly: Places, small: int, width: int, known: Places
) -> frozenset[str]:
    hidden = {*wholly} | {
        place
        for line in lines
        for place, split in line.by.items()
        if place in known or (line.parted and _is_few(split, small))
    }

    def enough() -> bool:
        return len(hidden) != 1 and all(
            _parted(line, hidden, wholly, width) for line in lines if line.parted
        )

    return _widened(lines, hidden, enough)


def _is_few(split: Split, small: int) -> bool:
    return 0 < split.some < small or 0 < split.of - split.some < small


def _parted(line: Line, hidden: Places, wholly: Places, width: int) -> bool:
    """Return whether the parts of every hidden place are open; those of nobody need not be."""
    whole = line.over(hidden)
    some, others = whole.some, whole.of - whole.some
    if not (_open(some, width) and _open(others, width)):
        return False
    if not some or not others:
        return True
    known = [line.by[each].of for each in hidden if each not in wholly and each in line.by]
    return all(min(of, some) - max(0, of - others) >= width for of in known)


def _open(count: int, width: int) -> bool:
    return not count or count >= width


def _widened(lines: Sequence[Line], hidden: set[str], enough: Callable[[], bool]) -> frozenset[str]:
    """Add places, the one of fewest things first, until it is enough or there are no more."""
    left = {place for line in lines for place in line.by} - hidden

    def size(place: str) -> tuple[bool, int, str]:
        count = sum(line.over((place,)).of for line in lines)
        return not count, count, place

    for place in sorted(left, key=size):
        if not hidden or enough():
            break
        hidden.add(place)
    return frozenset(hidden)

"""分市地指标的审计: what can be reckoned of the withheld numbers, from the written files alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dispatch.publishing import solving
from dispatch.publishing.tables import TOTAL, Cell

NAME = "indicators-by-district.csv"
WHOLE = "indicators.csv"
_SOME, _OTHERS = "counted", "others"
Numbers = Mapping[Cell, int | None]


@dataclass(frozen=True, slots=True)
class Audit:
    """How many numbers there are, and how many of them are withheld, too small, or reckoned."""

    cells: int
    withheld: int
    small: int
    near: int


def audit(districts: bytes, whole: bytes, *, small: int, width: int) -> Audit:
    """Return what the file gives away beside the sums that are told of the whole area.

    That a withheld number is nothing may be reckoned: nobody is nobody.
    """
    tables = list(_tables(districts, whole))
    every = [count for table in tables for cell, count in table.items() if cell[0] != TOTAL]
    return Audit(
        cells=len(every),
        withheld=sum(count is None for count in every),
        small=sum(count is not None and 0 < count < small for count in every),
        near=sum(len(_near(table, width)) for table in tables),
    )


def numbers(body: bytes, keys: Sequence[str]) -> dict[Cell, int | None]:
    """Return each numerator, denominator and what is between them, by the keys and what it is."""
    parts = ("numerator", "denominator")
    read = {part: solving.read(body, tuple(keys), part) for part in parts}
    told = {(*cell, part): each for part in parts for cell, each in read[part].items()}
    others = {
        (*cell, _OTHERS): None if some is None else (read["denominator"][cell] or 0) - some
        for cell, some in read["numerator"].items()
    }
    return {**told, **others}


def _near(table: Numbers, width: int) -> list[Cell]:
    found = solving.narrow(table, {}, width)
    held = solving.intervals(table, {}) if found else {}
    return [cell for cell in found if held[cell].most > solving.FREE]


def _tables(districts: bytes, whole: bytes) -> Iterator[Numbers]:
    """Yield a table an indicator: its places and their sum, each as counted, others and both."""
    told, sums = numbers(districts, ("code", "district")), numbers(whole, ("code",))
    for code in sorted({cell[0] for cell in told}):
        places = [cell[1] for cell in told if cell[0] == code and cell[2] == "denominator"]
        read = {place: [told[code, place, part] for part in _PARTS] for place in places}
        read[TOTAL] = [sums[code, part] for part in _PARTS]
        yield {
            (place, name): count
            for place, counts in read.items()
            for name, count in zip((_SOME, TOTAL, _OTHERS), counts, strict=True)
        }


_PARTS = ("numerator", "denominator", _OTHERS)

"""指标定义 as data: what each figure is called, of what it counts what, and since when.

The packaged file is a proposal; a changed definition is a new line with its own version and days,
so that a period is always judged as it was defined then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from dispatch.indicators.measures import MEASURES
from dispatch.indicators.terms import Kind, Unit
from dispatch.rules.sheet import (
    BadCell,
    Line,
    date_in,
    date_or_none,
    member_in,
    read_sheet,
)
from hotline.core.errors import Invalid, NotFound

DEFINITIONS = Path(__file__).parents[1] / "data" / "indicators.csv"
COLUMNS = (
    *("code", "name_zh", "name_en", "unit", "kind", "numerator", "denominator"),
    *("formula", "exclusions", "day", "version", "since", "until", "source"),
)
# To which day a thing belongs, by what it is.
DAYS = {
    Unit.TICKET: "registered",
    Unit.ORDER: "issued",
    Unit.CALL: "rang",
    Unit.SEAT: "seated",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of an indicator; it holds from `since` to `until`, both included."""

    code: str
    name_zh: str
    name_en: str
    unit: Unit
    kind: Kind
    numerator: str
    denominator: str
    formula: str
    exclusions: str
    day: str
    version: int
    since: date
    until: date | None
    source: str

    def within(self, first: date, last: date) -> tuple[date, date] | None:
        """Return the part of these days in which it holds, if any."""
        begins, ends = max(first, self.since), min(last, self.until or last)
        return (begins, ends) if begins <= ends else None


def load(path: Path = DEFINITIONS) -> tuple[Definition, ...]:
    """Return the definitions of the file, in its order.

    Raises BadSheet for an unknown measure, and Invalid where two versions hold on one day.
    """
    found = read_sheet(path, COLUMNS, _read, lambda each: (each.code, each.version))
    for number, one in enumerate(found):
        for other in found[:number]:
            if one.code == other.code and other.within(one.since, one.until or date.max):
                raise Invalid(
                    f"Two versions of {one.code} hold on one day.",
                    remedy="End the older one the day before the newer one begins.",
                )
            if one.code == other.code and (one.unit, one.kind) != (other.unit, other.kind):
                raise Invalid(
                    f"{one.code} counts two kinds of things, or is read in two ways.",
                    remedy="Give one another code.",
                )
    return found


@cache
def packaged() -> tuple[Definition, ...]:
    """Return the definitions that come with the hotline, read once."""
    return load()


def valid(
    first: date, last: date, defined: Sequence[Definition] | None = None
) -> list[tuple[Definition, date, date]]:
    """Return each definition that holds within these days, and from when to when in them."""
    return [
        (each, *days)
        for each in (packaged() if defined is None else defined)
        if (days := each.within(first, last))
    ]


def newest(code: str, defined: Sequence[Definition] | None = None) -> Definition:
    """Return the newest version of the indicator; raise NotFound."""
    found = [each for each in (packaged() if defined is None else defined) if each.code == code]
    if not found:
        raise NotFound(f"There is no indicator {code!r}.")
    return max(found, key=lambda each: each.version)


def _read(line: Line) -> Definition:
    unit, kind = member_in(line, "unit", Unit), member_in(line, "kind", Kind)
    for column in ("numerator", "denominator"):
        if line[column] not in MEASURES[unit]:
            known = ", ".join(MEASURES[unit])
            raise BadCell(column, f"No measure of a {unit}.", f"Write one of {known}.")
    for column in ("code", "name_zh", "name_en", "formula", "exclusions", "source"):
        if not line[column]:
            raise BadCell(column, "Nothing is written.", "Fill it.")
    if line["day"] != DAYS[unit]:
        raise BadCell("day", f"A {unit} belongs to another day.", f"Write {DAYS[unit]}.")
    if not line["version"].isdecimal():
        raise BadCell("version", "No number.", "Count from 1.")
    words = {each: line[each] for each in COLUMNS if each not in _PARSED}
    return Definition(
        **words,
        unit=unit,
        kind=kind,
        version=int(line["version"]),
        since=date_in(line, "since"),
        until=date_or_none(line, "until"),
    )


_PARSED = {"unit", "kind", "version", "since", "until"}

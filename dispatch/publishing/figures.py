"""公布的指标: the month's figures, of the whole area and by prefecture.

Confidential and sealed matters are in none of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from dispatch.indicators import definitions, reading
from dispatch.indicators.document import value_of
from dispatch.indicators.reading import TOTAL, Figure, Period
from dispatch.indicators.terms import Key, Kind, Unit
from dispatch.publishing.districts import Line, Split, Withheld
from dispatch.publishing.months import Month
from dispatch.publishing.sources import OTHER, prefecture_of
from dispatch.rules.sheet import BadCell, read_sheet
from dispatch.rules.sheet import Line as Cells
from hotline.core.accounts import Actor, Role
from hotline.core.confidentiality import Confidentiality
from knowledge.models import District

PUBLISHED = Path(__file__).parents[1] / "data" / "publishing_indicators.csv"
# Confidential and sealed matters are counted for nobody like this.
_ANYBODY = Actor("statistics", Role.AUDITOR, clearance=Confidentiality.INTERNAL)
_UNITS = {Kind.RATE: "percent", Kind.COUNT: "count"}
_COLUMNS = ("code", "family", "basis")
_PLACED = (Unit.TICKET, Unit.ORDER)  # a call is of no place


@dataclass(frozen=True, slots=True)
class Published:
    """An indicator that is published; one of a family is published by prefecture, too.

    The numerators of a family nest: who is counted by one is counted by another.
    """

    code: str
    family: str


@dataclass(frozen=True, slots=True)
class Told:
    """The month's figures, of the whole area, and by prefecture for those of a family."""

    month: str
    whole: Mapping[str, Figure]
    lines: tuple[Line, ...]


@cache
def published() -> tuple[Published, ...]:
    """Return the indicators that are published, in their order."""
    return read_published(PUBLISHED)


def read_published(path: Path) -> tuple[Published, ...]:
    """Read the codes; raise BadSheet for one that no definition has, or that is of no place."""
    return read_sheet(path, _COLUMNS, _read, key=lambda each: each.code)


def gather(session: Session, month: Month, *, small: int) -> Told:
    """Return the figures; those of `small` things or more, and of as many others, may be told."""
    period = Period(month.first, month.last)
    codes = [each.code for each in published()]
    whole = reading.figures(session, period, codes=codes, reader=_ANYBODY)[TOTAL]
    codes = [each.code for each in published() if each.family]
    by = reading.figures(session, period, by=Key.DISTRICT, codes=codes, reader=_ANYBODY)
    places = _by_prefecture(session, by)
    lines = [
        _line(whole[each.code], each.family, places, small)
        for each in published()
        if each.family and each.code in whole
    ]
    return Told(str(month), whole, tuple(lines))


def rows(told: Told, *, small: int) -> Iterator[dict[str, Any]]:
    """Yield a row an indicator; where less than `small` things would show, the numbers are None."""
    for each in published():
        if each.code in told.whole:
            figure = told.whole[each.code]
            shown = tells(figure, small=small)
            some, of = (figure.numerator, figure.denominator) if shown else (None, None)
            value = _value(figure.kind, figure.numerator, figure.denominator) if shown else None
            yield {"month": told.month, **_row(figure, some, of, value)}


def district_rows(told: Told, withheld: Withheld) -> Iterator[dict[str, Any]]:
    """Yield a row an indicator and prefecture; what is not told is None."""
    for line in told.lines:
        figure = told.whole[line.code]
        for place, split in sorted(line.by.items()):
            of = None if place in withheld.wholly[line.code] else split.of
            some = None if place in withheld.parts[line.code] else split.some
            value = None if some is None else _value(figure.kind, split.some, split.of)
            yield {"month": told.month, "district": place, **_row(figure, some, of, value)}


def tells(figure: Figure, *, small: int) -> bool:
    """Return whether the figure gives nobody away: neither those counted nor the others are few."""
    some, of = figure.numerator, figure.denominator
    parts = {Kind.COUNT: (some,), Kind.RATE: (some, of - some, of)}.get(figure.kind, (of,))
    return not any(0 < each < small for each in parts)


def _by_prefecture(
    session: Session, by: Mapping[str, Mapping[str, Figure]]
) -> dict[str, list[Mapping[str, Figure]]]:
    """Return the figures of the districts of each prefecture; of one without any, none."""
    districts = {row.code: row for row in session.scalars(select(District))}
    found: dict[str, list[Mapping[str, Figure]]] = {
        row.code: [] for row in districts.values() if row.level == "prefecture"
    }
    for place, figures in by.items():
        found.setdefault(prefecture_of(districts, place) or OTHER, []).append(figures)
    return found


def _line(
    whole: Figure, family: str, places: Mapping[str, Sequence[Mapping[str, Figure]]], small: int
) -> Line:
    by = {
        place: Split(
            sum(each[whole.code].numerator for each in held if whole.code in each),
            sum(each[whole.code].denominator for each in held if whole.code in each),
        )
        for place, held in places.items()
    }
    unit = definitions.newest(whole.code).unit
    parted = whole.kind is Kind.RATE
    return Line(whole.code, unit, family, parted, tells(whole, small=small), by)


def _row(
    figure: Figure, some: int | None, of: int | None, value: float | int | None
) -> dict[str, Any]:
    return {
        "code": figure.code,
        "name": definitions.newest(figure.code).name_zh,
        "definition_version": max(figure.versions),
        "numerator": some,
        "denominator": of,
        "value": value,
        "unit": _UNITS.get(figure.kind, "seconds"),
    }


def _value(kind: Kind, some: int, of: int) -> float | int | None:
    return some if kind is Kind.COUNT else value_of(kind, some, of)


def _read(line: Cells) -> Published:
    known = {each.code: each for each in definitions.packaged()}.get(line["code"])
    if known is None:
        raise BadCell("code", "No definition has it.", "See indicators.csv.")
    if line["family"] and (known.unit not in _PLACED or known.kind not in _UNITS):
        raise BadCell("family", "It can't be told by place.", "Leave the family empty.")
    return Published(line["code"], line["family"])

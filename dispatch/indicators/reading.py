"""Reading figures: value, numerator, denominator and what was left out, as each day was defined.

    numerator   = the sum of the numerator's measure, or the one at the kind's rank (`terms.RANKS`)
    denominator = the sum of the denominator's measure
    excluded    = the things of which the numerator says nothing

the first two over the things of which the numerator says something. Every figure counts what its
reader may see, and its list (`behind`) shows exactly these.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Integer, Select, and_, case, cast, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col

from dispatch.indicators import definitions, seeing
from dispatch.indicators.definitions import Definition
from dispatch.indicators.document import value_of
from dispatch.indicators.measures import FACTS
from dispatch.indicators.terms import RANKS, Key, Kind, Unit
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid

_OF: Mapping[Key, frozenset[Unit]] = {
    Key.DAY: frozenset(Unit),
    Key.DISTRICT: frozenset(Unit),
    Key.MATTER: frozenset(Unit) - {Unit.SEAT},
    Key.DEPARTMENT: frozenset({Unit.ORDER}),
    Key.HOUR: frozenset({Unit.CALL}),
}
TOTAL = ""


@dataclass(frozen=True)
class Period:
    """Beijing days, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Chosen:
    """Which things are counted; an empty word is every one. A department has orders alone.

    A seat's day is of no matter. `district` is one with all below it, `place` that district alone.
    """

    department: str = ""
    district: str = ""
    matter: str = ""
    hour: int | None = None
    place: str = ""

    def fits(self, unit: Unit) -> bool:
        """Return whether things of this unit have all that was chosen."""
        if self.department and unit is not Unit.ORDER:
            return False
        if self.matter and unit is Unit.SEAT:
            return False
        return self.hour is None or unit is Unit.CALL


ALL = Chosen()


@dataclass(frozen=True)
class Figure:
    """One figure, by the versions of its definition that held within the period."""

    code: str
    kind: Kind
    numerator: int = 0
    denominator: int = 0
    excluded: int = 0
    versions: tuple[int, ...] = field(default=())

    @property
    def value(self) -> float | None:
        """As its kind is read (`document.value_of`); None for a rate or a mean of nothing."""
        return value_of(self.kind, self.numerator, self.denominator)


Figures = Mapping[str, Figure]  # by code, in the order of the definitions


def figures(
    session: Session,
    period: Period,
    *,
    by: Key | None = None,
    codes: Iterable[str] | None = None,
    chosen: Chosen = ALL,
    reader: Actor | None,
    defined: Sequence[Definition] | None = None,
) -> dict[str, Figures]:
    """Return the figures for each value of the key, the busiest first; all under "" without one.

    An indicator whose things have no such key is left out. Raises Invalid for a period that ends
    before it begins.
    """
    if period.last < period.first:
        raise Invalid("The period ends before it begins.", remedy="Exchange the two days.")
    wanted = None if codes is None else set(codes)
    held = [
        each
        for each in definitions.valid(period.first, period.last, defined)
        if (wanted is None or each[0].code in wanted)
        and chosen.fits(each[0].unit)
        and (by is None or each[0].unit in _OF[by])
    ]
    found: dict[str, dict[str, Figure]] = {} if by else {TOTAL: {}}
    for unit in Unit:
        pieces = [each for each in held if each[0].unit is unit]
        if pieces:
            _gather(session, unit, period, pieces, by, chosen, reader, found)
    return dict(sorted(found.items(), key=lambda each: each[0] if by in _IN_ORDER else ""))


_IN_ORDER = (Key.DAY, Key.HOUR)
Piece = tuple[Definition, date, date]


def _gather(
    session: Session,
    unit: Unit,
    period: Period,
    pieces: Sequence[Piece],
    by: Key | None,
    chosen: Chosen,
    reader: Actor | None,
    found: dict[str, dict[str, Figure]],
) -> None:
    """Add the unit's figures to what was found, in one query."""
    fact: Any = FACTS[unit]
    of_code: dict[str, list[Piece]] = {}
    for piece in pieces:
        of_code.setdefault(piece[0].code, []).append(piece)
    sums = [each for versions in of_code.values() for each in _sums(fact, versions, period)]
    query = facts(unit, period, chosen, reader, func.count(), *sums)
    if by:
        key = fact.__table__.c[by.value]
        query = query.add_columns(key).group_by(key).order_by(func.count().desc(), key)
    for row in session.connection().execute(query):
        name = _name(row[-1], by) if by else TOTAL
        mine = found.setdefault(name, {})
        for number, versions in enumerate(of_code.values()):
            mine[versions[0][0].code] = _figure(versions, row[1 + 4 * number : 5 + 4 * number])


def _figure(versions: Sequence[Piece], sums: Sequence[Any]) -> Figure:
    some, of, judged, held = (int(each or 0) for each in sums)
    numbers = tuple(sorted(each.version for each, _, _ in versions))
    one = versions[0][0]
    return Figure(one.code, one.kind, some, of, held - judged, numbers)


def _sums(fact: Any, versions: Sequence[Piece], period: Period) -> list[Any]:
    """Return numerator, denominator, how many were judged, and of how many, of one indicator."""
    counts = adds(fact, versions, period, "numerator")
    kind = versions[0][0].kind
    if kind in RANKS:
        some: Any = func.percentile_disc(RANKS[kind] / 100).within_group(counts.asc())
    else:
        some = func.sum(counts)
    of = func.sum(adds(fact, versions, period, "denominator"))
    held = [_within(fact, first, last) for _, first, last in versions if _part(first, last, period)]
    count = func.count().filter(or_(*held)) if held else func.count()
    return [some, of, func.count(counts), count.label(None)]


def adds(fact: Any, versions: Sequence[Piece], period: Period, which: str) -> Any:
    """Return what the thing adds to the numerator or denominator, as its day was defined.

    NULL where the figure says nothing of it.
    """
    whens = []
    for definition, first, last in versions:
        judged = said(fact, definition)
        if _part(first, last, period):
            judged = and_(judged, _within(fact, first, last))
        whens.append((judged, cast(getattr(fact, getattr(definition, which)), Integer)))
    return case(*whens)


def _part(first: date, last: date, period: Period) -> bool:
    return (first, last) != (period.first, period.last)


def _within(fact: Any, first: date, last: date) -> Any:
    return col(fact.day).between(first, last)


def said(fact: Any, definition: Definition) -> Any:
    """Return the condition that the figure says something of the thing."""
    return and_(
        getattr(fact, definition.numerator).is_not(None),
        getattr(fact, definition.denominator) > 0,
    )


def facts(
    unit: Unit, period: Period, chosen: Chosen, reader: Actor | None, *shown: Any
) -> Select[Any]:
    """Return what is shown of the facts that the reader may count in the period."""
    fact: Any = FACTS[unit]
    query = columns(*shown).select_from(fact).where(seeing.counted(unit, reader))
    query = query.where(fact.day.between(period.first, period.last))
    for key in (Key.DEPARTMENT, Key.MATTER):
        if wanted := getattr(chosen, key.value):
            query = query.where(getattr(fact, key.value) == wanted)
    if chosen.place:
        query = query.where(fact.district == chosen.place)
    if chosen.district:
        query = query.where(fact.district.in_(seeing.area(chosen.district)))
    return query if chosen.hour is None else query.where(fact.hour == chosen.hour)


def _name(value: Any, by: Key) -> str:
    return f"{value:02d}" if by is Key.HOUR else str(value)

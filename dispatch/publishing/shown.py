"""A published month as a page shows it: read from its files, as anybody would read them."""

import csv
import io
from dataclasses import dataclass

from sqlmodel import Session

from dispatch.publishing import measuring, reading
from dispatch.publishing.bands import RATINGS
from dispatch.publishing.district_audit import NAME as DISTRICTS
from dispatch.publishing.models_publishing import StatisticsRelease
from dispatch.publishing.tables import TOTAL

Counted = int | None  # None: withheld


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator; `value` is empty where it is withheld or there was nothing."""

    code: str
    name: str
    value: str
    unit: str
    numerator: str
    denominator: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Counts by district and matter, each with its totals; and by rating of everything."""

    districts: list[str]
    matters: list[str]
    counts: dict[tuple[str, str], Counted]
    ratings: list[tuple[str, Counted]]

    @property
    def withheld(self) -> bool:
        """Return whether anything is not told."""
        every = [*self.counts.values(), *(told for _, told in self.ratings)]
        return any(each is None for each in every)

    @property
    def largest(self) -> int:
        """Return the largest matter's count that is told; 1 at least, for a chart's scale."""
        told = [self.counts[TOTAL, each] or 0 for each in self.matters]
        return max(told, default=0) or 1


@dataclass(frozen=True, slots=True)
class Placed:
    """Indicators by prefecture; a value is None where it is withheld, empty where there is none."""

    districts: list[str]
    names: dict[str, str]  # of the indicators, in their file's order
    units: dict[str, str]
    values: dict[tuple[str, str], str | None]

    @property
    def withheld(self) -> bool:
        """Return whether anything is not told."""
        return None in self.values.values()


def by_district(session: Session, release: StatisticsRelease) -> Placed | None:
    """Return the month's indicators by prefecture; None of a release that has no such file."""
    held = {each.name for each in reading.files_of(session, release)}
    if DISTRICTS not in held:
        return None
    body = reading.file(session, release, DISTRICTS).body.decode()
    rows = list(csv.DictReader(io.StringIO(body)))
    return Placed(
        sorted({row["district"] for row in rows}),
        {row["code"]: row["name"] for row in rows},
        {row["code"]: row["unit"] for row in rows},
        {
            (row["code"], row["district"]): row["value"] if row["numerator"] else None
            for row in rows
        },
    )


def figures(session: Session, release: StatisticsRelease) -> list[Figure]:
    """Return the month's indicators, in their file's order."""
    body = reading.file(session, release, "indicators.csv").body.decode()
    named = ("code", "name", "value", "unit", "numerator", "denominator")
    rows = csv.DictReader(io.StringIO(body))
    return [Figure(*(row[each] for each in named)) for row in rows]


def sheet(session: Session, release: StatisticsRelease) -> Sheet:
    """Return the month's table without its ratings, and the ratings of everything."""
    told = measuring.read_table(reading.file(session, release, "statistics.csv").body)
    districts, matters, _ = measuring.axes((), [told])
    return Sheet(
        districts,
        matters,
        {
            (place, matter): each
            for (place, matter, rating), each in told.items()
            if rating == TOTAL
        },
        [(each, told[TOTAL, TOTAL, each]) for each in RATINGS],
    )

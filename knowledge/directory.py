"""The directory: who answers for what and where, in memory, with the indexes routing needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from knowledge import rows
from knowledge.entries import (
    DepartmentEntry,
    DistrictEntry,
    MatterEntry,
    PrecedentEntry,
    ResponsibilityEntry,
)
from nlp.phrases import Phrases
from nlp.places import Gazetteer, NameKind, PlaceName

if TYPE_CHECKING:
    from sqlmodel import Session

R = TypeVar("R", bound=ResponsibilityEntry)


@dataclass(frozen=True, slots=True)
class Keyword:
    """A matter that a word speaks for, and how much more than its length tells."""

    matter: MatterEntry
    factor: float = 1.0


@dataclass(frozen=True)
class Directory:
    """Everything known at one moment; built by `build`, never changed."""

    districts: Mapping[str, DistrictEntry]
    departments: Mapping[str, DepartmentEntry]
    matters: Mapping[str, MatterEntry]
    catalogue: Mapping[tuple[str, str], tuple[ResponsibilityEntry, ...]]  # (matter, district)
    by_category: Mapping[tuple[str, str, str], MatterEntry] = field(repr=False)
    by_keyword: Mapping[str, tuple[Keyword, ...]] = field(repr=False)
    keywords: Phrases = field(repr=False)
    gazetteer: Gazetteer = field(repr=False)
    # (matter, district), the newest of each first
    precedents: Mapping[tuple[str, str], tuple[PrecedentEntry, ...]]

    def upwards(self, district: str) -> tuple[str, ...]:
        """Return the district's code and those above it: county, prefecture, region."""
        return self.gazetteer.lineage(district)

    def matter(self, *category: str) -> MatterEntry | None:
        """Return the matter with this path, None when the tree has none."""
        l1, l2, l3 = (*category, "", "", "")[:3]
        return self.by_category.get((l1, l2, l3))


def build(
    districts: Iterable[DistrictEntry],
    departments: Iterable[DepartmentEntry],
    matters: Iterable[MatterEntry],
    catalogue: Iterable[ResponsibilityEntry],
    precedents: Iterable[PrecedentEntry] = (),
) -> Directory:
    """Return the directory of these entries, with place names and guards from the package."""
    by_code = {district.code: district for district in districts}
    tree = {matter.code: matter for matter in matters}
    by_keyword = _by_keyword(tree.values())
    parents = {code: district.parent for code, district in by_code.items()}
    keywords = Phrases.of(by_keyword, shortest_with_slip=3)
    gazetteer = Gazetteer.of(_place_names(by_code), parents)
    keywords.warm()
    gazetteer.phrases.warm()
    return Directory(
        districts=MappingProxyType(by_code),
        departments=MappingProxyType({one.code: one for one in departments}),
        matters=MappingProxyType(tree),
        catalogue=MappingProxyType(_by_cell(catalogue)),
        by_category=MappingProxyType({matter.category: matter for matter in tree.values()}),
        by_keyword=MappingProxyType(by_keyword),
        keywords=keywords,
        gazetteer=gazetteer,
        precedents=MappingProxyType(_by_cell(precedents)),
    )


@cache
def packaged() -> Directory:
    """Return the directory that comes with the package; needs no database."""
    return build(
        districts=map(rows.district, rows.packaged("districts")),
        departments=map(rows.department, rows.packaged("departments")),
        matters=map(rows.matter, rows.packaged("matters")),
        catalogue=map(rows.responsibility, rows.packaged("catalogue")),
    )


def load(session: "Session") -> Directory:
    """Return the directory as the site's tables have it now."""
    # Routing from the terminal needs no database: SQLModel would cost it a second.
    from knowledge import precedents, stored

    return build(
        districts=stored.entries(session, DistrictEntry),
        departments=stored.entries(session, DepartmentEntry),
        matters=stored.entries(session, MatterEntry),
        catalogue=stored.entries(session, ResponsibilityEntry),
        precedents=precedents.entries(session),
    )


def _by_keyword(matters: Iterable[MatterEntry]) -> dict[str, tuple[Keyword, ...]]:
    found: dict[str, tuple[Keyword, ...]] = {}
    for matter in matters:
        for written in matter.keywords:
            word, _, factor = written.partition("*")
            found[word] = (*found.get(word, ()), Keyword(matter, float(factor or 1)))
    return found


def _by_cell(catalogue: Iterable[R]) -> dict[tuple[str, str], tuple[R, ...]]:
    cells: dict[tuple[str, str], tuple[R, ...]] = {}
    for entry in catalogue:
        cell = entry.matter_code, entry.district_code
        cells[cell] = (*cells.get(cell, ()), entry)
    return cells


def _place_names(districts: Mapping[str, DistrictEntry]) -> list[PlaceName]:
    """Official names first, so that they keep a wording that a place shares."""
    named = partial(_guarded, {row["name"]: row for row in rows.packaged("guards")})
    official = [named(one.name_zh, one.code, NameKind.OFFICIAL) for one in districts.values()]
    tibetan = [
        named(one.name_bo.rstrip("།་"), one.code, NameKind.OFFICIAL)
        for one in districts.values()
        if one.name_bo
    ]
    short = [
        named(alias, one.code, NameKind.SHORT)
        for one in districts.values()
        for alias in one.aliases
    ]
    places = [
        named(row["name"], row["district_code"], NameKind.PLACE)
        for row in rows.packaged("places")
        if row["district_code"] in districts
    ]
    return official + tibetan + short + places


def _guarded(guards: Mapping[str, rows.Cells], text: str, code: str, kind: NameKind) -> PlaceName:
    guard = guards.get(text)
    if guard is None:
        return PlaceName(text, code, kind)
    unless = rows.parted(guard["unless"])
    return PlaceName(text, code, kind, guard["needs_suffix"] == "1", unless)

"""Items as pages show them: names for codes, what is missing said, nothing guessed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from hotline.core.clock import beijing_day
from knowledge import names, stored
from knowledge.articles.states import SHOWN
from knowledge.items import finding
from knowledge.items.checklist import Checklist, checklist
from knowledge.items.content import content_of
from knowledge.items.finding import Told
from knowledge.items.models_items import ItemVersion
from knowledge.items.versions import ended
from knowledge.searching import highlights
from knowledge.searching.entries import Found
from knowledge.searching.highlights import Stretch

LEVELS = 3  # of each item as many may be found at one place: the nearest is told


@dataclass(frozen=True)
class Line:
    """One item of a list: its name with what was asked for marked, and what it lacks."""

    key: str
    mark: str  # this version of it
    name: list[Stretch]
    kind: str
    status: str
    district: str
    department: str
    materials: int
    time_limit: str
    missing: list[str]
    sample: bool
    expired: bool
    told: Checklist


@dataclass(frozen=True)
class Called:
    """Names of departments, districts and matters by their codes."""

    departments: dict[str, str]
    districts: dict[str, str]
    matters: dict[str, str]


def found_lines(
    session: Session, found: Sequence[Found], query: str, *, now: datetime
) -> list[Line]:
    """Return what was found, in its order; what is no longer there is left out."""
    pairs = finding.shown_by_id(session, [each.id for each in found], on=beijing_day(now))
    return lines(session, [pairs[each.id] for each in found if each.id in pairs], query, now=now)


def nearest(found: Sequence[Line]) -> list[Line]:
    """Return of each item the line of the lowest level alone; all are of one place and above it."""
    lowest: dict[str, Line] = {}
    for each in found:
        code, _, district = each.key.partition("@")
        before = lowest.get(code)
        if before is None or before.key.rpartition("@")[2].rstrip("0") < district.rstrip("0"):
            lowest[code] = each
    return list(lowest.values())


def lines(session: Session, told: Sequence[Told], query: str, *, now: datetime) -> list[Line]:
    """Return items of a list."""
    called = called_of(session, told)
    return [_line(each, query, called, now) for each in told]


def called_of(session: Session, told: Collection[Told]) -> Called:
    """Return what the codes of these items are called."""
    departments = {version.department_code for _, version in told}
    districts = {item.district_code for item, _ in told}
    districts |= {each["place"] for _, version in told for each in version.across}
    return Called(
        names.department_names(session, departments),
        names.district_names(session, districts),
        matter_names(session, told),
    )


def matter_names(session: Session, told: Collection[Told]) -> dict[str, str]:
    """Return the matters of these items, each with the levels above it."""
    codes = {code for _, version in told for code in version.matter_codes}
    if not codes:
        return {}
    known = stored.current(session).matters
    return {code: " / ".join(filter(None, known[code].category)) for code in codes if code in known}


def _line(told: Told, query: str, called: Called, now: datetime) -> Line:
    item, version = told
    over = version.status in SHOWN and ended(version, beijing_day(now))
    values: dict[str, Any] = {
        name: getattr(version, name) for name in ("kind", "status", "time_limit", "sample")
    }
    return Line(
        **values,
        key=str(finding.key_of(item)),
        mark=f"{finding.key_of(item)}#{version.number}",
        name=highlights.highlighted(version.name, query),
        district=called.districts.get(item.district_code, item.district_code),
        department=called.departments.get(version.department_code, version.department_code),
        materials=len(version.materials),
        missing=list(version.missing),
        expired=over,
        told=told_of(version),
    )


def told_of(version: ItemVersion) -> Checklist:
    """Return the version's one-time checklist."""
    return checklist(content_of(version))

"""Read the site's tables as entries, and write entries as rows."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, select

from hotline.core.ahead import Question, answers
from knowledge import rows
from knowledge.directory import Directory, load, packaged
from knowledge.entries import (
    ContactEntry,
    DepartmentEntry,
    DistrictEntry,
    Entry,
    HotlineEntry,
    MatterEntry,
    ResponsibilityEntry,
)
from knowledge.models import Department, District, Matter, Responsibility
from telephony.models_lines import MergedHotline

E = TypeVar("E", bound=Entry)

KINDS: Mapping[str, type[Any]] = {
    "departments": DepartmentEntry,
    "catalogue": ResponsibilityEntry,
    "districts": DistrictEntry,
    "contacts": ContactEntry,
    "hotlines": HotlineEntry,
}
TABLES: Mapping[type[Any], type[SQLModel]] = {
    DistrictEntry: District,
    DepartmentEntry: Department,
    MatterEntry: Matter,
    ResponsibilityEntry: Responsibility,
    ContactEntry: Department,
    HotlineEntry: MergedHotline,
}
KEYS: Mapping[type[Any], tuple[str, ...]] = {
    DistrictEntry: ("code",),
    DepartmentEntry: ("code",),
    MatterEntry: ("code",),
    ResponsibilityEntry: ("matter_code", "district_code", "valid_from"),
    ContactEntry: ("code",),
    HotlineEntry: ("number", "valid_from"),
}
_PARTED = frozenset({"aliases", "keywords"})
VERSION = Question(
    "SELECT version, EXISTS (SELECT FROM district) FROM directory_version", columns=2
)
# One process keeps the last directory it built, and the version it was built from.
_latest: tuple[int, Directory] | None = None


def columns(entry: Entry) -> dict[str, Any]:
    """Return the entry's values as the table keeps them."""
    values = asdict(entry)
    return {
        name: rows.joined(value) if name in _PARTED else value for name, value in values.items()
    }


def entry_of(kind: type[E], row: SQLModel) -> E:
    """Return a table's row as an entry of `kind`."""
    values: dict[str, Any] = {one.name: getattr(row, one.name) for one in fields(kind)}
    for name in _PARTED & values.keys():
        values[name] = rows.parted(values[name])
    return kind(**values)


def entries(session: Session, kind: type[E]) -> list[E]:
    """Return every entry of the kind, in the order of its key."""
    return [entry_of(kind, row) for _, row in sorted(by_key(session, kind).items())]


def key_of(entry: Entry) -> tuple[Any, ...]:
    """Return what makes the entry the same one in another release or file."""
    return tuple(getattr(entry, name) for name in KEYS[type(entry)])


def by_key(session: Session, kind: type[E]) -> dict[tuple[Any, ...], Any]:
    """Return every row of the kind's table by its key."""
    found = session.exec(select(TABLES[kind])).all()
    return {tuple(getattr(row, name) for name in KEYS[kind]): row for row in found}


def current(session: Session) -> Directory:
    """Return the directory of the tables, built anew only when a row has changed since.

    A site without rows yet (not seeded) gets the packaged directory.
    """
    global _latest
    (((version, seeded),),) = answers(session, VERSION)
    if not seeded:
        return packaged()
    if _latest is None or _latest[0] != version:
        _latest = version, load(session)
    return _latest[1]

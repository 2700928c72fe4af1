"""Seed a site's tables with the packaged districts, departments, matters, catalogue and lines.

A row that the package wrote carries the digest of what was written. While row and digest agree, a
newer package renews it; once anybody changed a value (in a page, by import or in SQL) they differ
and the row is the site's: it is never touched again. A site retires a row by `accepts` or
`valid_to` rather than by deleting it, for what is missing is seeded anew.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel

from knowledge import rows, stored
from knowledge.entries import Entry, HotlineEntry, ResponsibilityEntry


@dataclass(frozen=True, slots=True)
class SeedReport:
    """How many rows were new, renewed, already as packaged, or left to the site."""

    added: int = 0
    renewed: int = 0
    unchanged: int = 0
    kept: int = 0

    def __add__(self, other: "SeedReport") -> "SeedReport":
        return SeedReport(
            self.added + other.added,
            self.renewed + other.renewed,
            self.unchanged + other.unchanged,
            self.kept + other.kept,
        )


def seed(session: Session, *, now: datetime) -> SeedReport:
    """Bring the packaged rows into the tables; running it again changes nothing."""
    report = SeedReport()
    for name in ("districts", "departments", "matters", "catalogue", "hotlines"):
        read = rows.READERS[name]
        report += _seed_table(session, [read(row) for row in rows.packaged(name)], now)
        session.flush()
    return report


def digest(entry: Entry) -> str:
    """Return what tells whether a row still says what this entry says."""
    content = json.dumps(stored.columns(entry), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def is_packaged(row: SQLModel, kind: type[Entry]) -> bool:
    """Return whether the row is still as the package wrote it."""
    mark: str = getattr(row, "seed", "")
    return bool(mark) and mark == digest(stored.entry_of(kind, row))


def _seed_table(session: Session, entries: Iterable[Entry], now: datetime) -> SeedReport:
    report = SeedReport()
    entries = list(entries)
    kind = type(entries[0])
    present = stored.by_key(session, kind)
    taken = _cells_of_the_site(present, kind)
    for entry in entries:
        row = present.get(stored.key_of(entry))
        if isinstance(entry, ResponsibilityEntry | HotlineEntry) and entry.about in taken:
            report += SeedReport(kept=1)
        elif row is None:
            session.add(_new_row(entry, now))
            report += SeedReport(added=1)
        else:
            report += _renew(session, row, entry, now)
    return report


def _renew(session: Session, row: SQLModel, entry: Entry, now: datetime) -> SeedReport:
    if not is_packaged(row, type(entry)):
        return SeedReport(kept=1)
    if stored.entry_of(type(entry), row) == entry:
        return SeedReport(unchanged=1)
    row.sqlmodel_update({**stored.columns(entry), "seed": digest(entry), "updated_at": now})
    session.add(row)
    return SeedReport(renewed=1)


def _new_row(entry: Entry, now: datetime) -> SQLModel:
    table = stored.TABLES[type(entry)]
    return table(**stored.columns(entry), seed=digest(entry), updated_at=now)


def _cells_of_the_site(present: dict[tuple[Any, ...], Any], kind: type[Entry]) -> set[Any]:
    """Return what the site says itself of pairs or lines: ours would overlap with it."""
    if kind is not ResponsibilityEntry and kind is not HotlineEntry:
        return set()
    own = (row for row in present.values() if not is_packaged(row, kind))
    return {stored.entry_of(kind, row).about for row in own}

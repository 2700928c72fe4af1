"""Import a site's own districts, departments, contacts, catalogue or lines: all, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, SQLModel

from hotline.core.errors import Invalid
from knowledge import checks, rows, stored
from knowledge.checks import Known, RowError
from knowledge.entries import (
    ContactEntry,
    Dated,
    DepartmentEntry,
    DistrictEntry,
    Entry,
    HotlineEntry,
    MatterEntry,
    overlap,
)
from knowledge.headings import SORTS_OF
from knowledge.kept_columns import Standing, keep
from knowledge.seed import is_packaged
from knowledge.sheets import Cleaning, Line, Sheet, read_sheet

KINDS = tuple(checks.REQUIRED)
_SHOWN = 5


class ImportRefused(Invalid):
    """A file with bad rows; nothing of it was taken. `errors` holds every one."""

    title = "The file was not imported"

    def __init__(self, errors: Sequence[RowError]) -> None:
        shown = "\n".join(str(error) for error in errors[:_SHOWN])
        more = f"\n… and {len(errors) - _SHOWN} more." if len(errors) > _SHOWN else ""
        super().__init__(shown + more, remedy="Correct the rows and import the file again.")
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; `cleaned` names each cell that was not taken as it stood."""

    file: str
    kind: str
    added: int
    changed: int
    unchanged: int
    replaced: int
    cleaned: tuple[Cleaning, ...]


def import_file(session: Session, kind: str, path: Path, now: datetime) -> ImportReport:
    """Take the file's rows into the tables, as the site's own, and say what changed.

    Raises ImportRefused with an error for every bad cell, Invalid for a file that can't be read
    as this kind; then the tables stay as they were.
    """
    if kind not in KINDS:
        raise Invalid(f"There is nothing to import as {kind!r}.", remedy=f"Use {', '.join(KINDS)}.")
    given = read_sheet(path, SORTS_OF.get(kind))
    sheet = complete(path, given, checks.REQUIRED[kind], checks.OPTIONAL[kind])
    if absent := absent_from(given, sheet):
        sheet = keep(sheet, absent, _standing(session, kind))
    entries = _entries(session, kind, path.name, sheet)
    dated = kind in ("catalogue", "hotlines") and entries
    replaced = _make_room(session, path.name, sheet, entries, now) if dated else 0
    added, changed = _write(session, entries, now)
    return ImportReport(
        file=path.name,
        kind=kind,
        added=added,
        changed=changed,
        unchanged=len(entries) - added - changed,
        replaced=replaced,
        cleaned=sheet.cleaned,
    )


def complete(path: Path, sheet: Sheet, required: Sequence[str], optional: Sequence[str]) -> Sheet:
    """Return the sheet with every column of a kind; raise Invalid when a required one lacks."""
    wanted = (*required, *optional)
    if sheet.names_nothing:
        return replace(sheet, columns=wanted)
    missing = [column for column in required if column not in sheet.columns]
    unknown = [column for column in sheet.columns if column and column not in wanted]
    if missing or unknown:
        problem = f"lacks {', '.join(missing)}" if missing else f"has unknown {', '.join(unknown)}"
        raise Invalid(
            f"{path.name}, row 1: the heading {problem}.", remedy=f"Use {', '.join(wanted)}."
        )
    lines = tuple(
        Line(line.row, {column: line.cells.get(column, "") for column in wanted})
        for line in sheet.lines
    )
    return replace(sheet, columns=wanted, lines=lines)


def absent_from(given: Sheet, sheet: Sheet) -> list[str]:
    """Return the columns of the completed sheet that its file has not."""
    return [column for column in sheet.columns if column not in given.columns]


def _standing(session: Session, kind: str) -> Standing:
    table = stored.KINDS[kind]
    names, wanted = stored.KEYS[table], (*checks.REQUIRED[kind], *checks.OPTIONAL[kind])
    every = [rows.cells_of(entry, wanted) for entry in stored.entries(session, table)]
    by_key = {tuple(cells[name] for name in names): cells for cells in every}
    return lambda cells: by_key.get(tuple(cells[name] for name in names))


def _entries(session: Session, kind: str, file: str, sheet: Sheet) -> list[Entry]:
    known = _known(session, kind, sheet)
    errors = [
        RowError(file, line.row, *finding)
        for line in sheet.lines
        for finding in checks.check_line(kind, line, known)
    ]
    if errors:
        raise ImportRefused(errors)
    entries = [rows.READERS[kind](line.cells) for line in sheet.lines]
    _refuse_doubles(file, sheet, entries)
    return entries


def _refuse_doubles(file: str, sheet: Sheet, entries: Sequence[Entry]) -> None:
    first: dict[tuple[Any, ...], int] = {}
    errors = []
    for line, entry in zip(sheet.lines, entries, strict=True):
        key = stored.key_of(entry)
        if key in first:
            column = stored.KEYS[type(entry)][0]
            problem = f"{'/'.join(map(str, key))} stands in row {first[key]} already."
            errors.append(RowError(file, line.row, column, problem, "Leave one of the two."))
        first.setdefault(key, line.row)
    if errors:
        raise ImportRefused(errors)


def _known(session: Session, kind: str, sheet: Sheet) -> Known:
    own = frozenset(line.cells.get("code", "") for line in sheet.lines)

    def codes(table: type[Entry]) -> frozenset[str]:
        return frozenset(key[0] for key in stored.by_key(session, table))

    return Known(
        districts=codes(DistrictEntry) | (own if kind == "districts" else frozenset()),
        departments=codes(DepartmentEntry),
        matters=codes(MatterEntry),
    )


def _make_room(
    session: Session, file: str, sheet: Sheet, entries: Sequence[Entry], now: datetime
) -> int:
    """End packaged entries where the file's begin; raise ImportRefused for other overlaps."""
    kind: type[Any] = type(entries[0])
    incoming: list[Any] = list(entries)
    numbers = {
        stored.key_of(entry): line.row for line, entry in zip(sheet.lines, entries, strict=True)
    }
    present = stored.by_key(session, kind)
    staying: list[SQLModel] = []
    giving_way: list[SQLModel] = []
    for key, row in present.items():
        if key not in numbers:
            (giving_way if is_packaged(row, kind) else staying).append(row)
    own = [stored.entry_of(kind, row) for row in staying]
    errors = [
        _overlap(file, numbers[stored.key_of(later)], earlier)
        for earlier, later in checks.overlaps([*own, *incoming])
        if stored.key_of(later) in numbers
    ]
    if errors:
        raise ImportRefused(errors)
    return sum(_give_way(session, row, incoming, now) for row in giving_way)


def _give_way(session: Session, row: Any, incoming: Sequence[Dated], now: datetime) -> bool:
    mine: Dated = stored.entry_of(type(incoming[0]), row)
    begins = [entry.valid_from for entry in incoming if overlap(entry, mine)]
    if not begins:
        return False
    if min(begins) <= row.valid_from:
        session.delete(row)
    else:
        row.valid_to, row.updated_at = min(begins) - timedelta(days=1), now
        session.add(row)
    return True


def _overlap(file: str, row: int, earlier: Dated) -> RowError:
    until = earlier.valid_to.isoformat() if earlier.valid_to else "open"
    return RowError(
        file,
        row,
        "valid_from",
        f"overlaps with {_named(earlier)}, {earlier.valid_from.isoformat()} to {until}.",
        "End that entry (valid_to) before this one begins.",
    )


def _named(entry: Dated) -> str:
    if isinstance(entry, HotlineEntry):
        return entry.number
    return f"{entry.department_code} for {entry.matter_code} in {entry.district_code}"


def _write(session: Session, entries: Sequence[Entry], now: datetime) -> tuple[int, int]:
    """Insert or update the rows as the site's own; return how many were added and changed."""
    if not entries:
        return 0, 0
    kind = type(entries[0])
    present = stored.by_key(session, kind)
    added = changed = 0
    for entry in entries:
        row = present.get(stored.key_of(entry))
        if row is None:
            row = stored.TABLES[kind](**stored.columns(entry), updated_at=now)
            added += 1
        elif stored.entry_of(kind, row) == entry:
            continue
        else:
            row.sqlmodel_update({**stored.columns(entry), "updated_at": now})
            if kind is not ContactEntry:  # which the package never wrote
                row.seed = ""
            changed += 1
        session.add(row)
        session.flush()
    return added, changed

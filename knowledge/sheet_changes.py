"""导入预演: what a sheet of the directory or its lines would change, row by row."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from knowledge import changing, importer, stored
from knowledge.entries import Entry
from knowledge.importer import ImportReport

KINDS = stored.KINDS


@dataclass(frozen=True, slots=True)
class Change:
    """One entry as it is and as it would be; None where it is not there."""

    before: Entry | None
    after: Entry | None


def preview(
    session: Session, kind: str, path: Path, *, now: datetime
) -> tuple[ImportReport, list[Change]]:
    """Return what importing the file would do; nothing of it stays. Raises as the import does."""
    table = KINDS[kind]
    changing.one_at_a_time(session)
    before = _entries(session, table)
    with changing.tried(session):
        report = importer.import_file(session, kind, path, now)
        after = _entries(session, table)
    keys = sorted(before.keys() | after.keys())
    changes = [Change(before.get(key), after.get(key)) for key in keys]
    return report, [each for each in changes if each.before != each.after]


def _entries(session: Session, table: type[Any]) -> dict[tuple[Any, ...], Entry]:
    session.flush()
    return {key: stored.entry_of(table, row) for key, row in stored.by_key(session, table).items()}

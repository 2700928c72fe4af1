"""值班表导入: all of a file, or nothing; of each department it is the whole roster for its span.

What stood between a department's first and last moment in the file and is not in it is taken off.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from sqlmodel import Session, col, select

from hotline.core.clock import beijing
from knowledge import changing
from knowledge.checks import RowError
from knowledge.duties import checks
from knowledge.duties.checks import Shift
from knowledge.duties.models_duties import Duty, phone_of, sealed
from knowledge.headings import SORTS_OF
from knowledge.importer import ImportRefused, ImportReport, absent_from, complete
from knowledge.models import Department
from knowledge.sheets import read_sheet

KIND = "rosters"
Told = list[tuple[int, Shift]]


def take_in(session: Session, path: Path, now: datetime) -> ImportReport:
    """Take the file's shifts in; raise ImportRefused with an error for every bad cell."""
    given = read_sheet(path, SORTS_OF[KIND])
    sheet = complete(path, given, checks.REQUIRED, checks.OPTIONAL)
    known = set(session.exec(select(Department.code)))
    errors = [
        RowError(path.name, line.row, *found)
        for line in sheet.lines
        for found in checks.check_line(line.cells, known)
    ]
    if errors:
        raise ImportRefused(errors)
    told = [(line.row, checks.read(line.cells)) for line in sheet.lines]
    changing.one_at_a_time(session)
    present = _present(session, told)
    if absent_from(given, sheet):
        told = _noted(told, present)
    errors = [RowError(path.name, *found) for found in _overlaps(told, present)]
    if errors:
        raise ImportRefused(sorted(errors, key=lambda each: each.row))
    gone = _gone(told, present)
    for row in gone:
        session.delete(row)
    session.flush()
    added, changed = _write(session, told, present, now)
    unchanged = len(told) - added - changed
    return ImportReport(path.name, KIND, added, changed, unchanged, len(gone), sheet.cleaned)


def lines(session: Session) -> list[dict[str, str]]:
    """Return every shift as a line that `take_in` takes again without a change."""
    order = (col(Duty.department_code), col(Duty.starts_at), col(Duty.role))
    return [
        {
            "department_code": row.department_code,
            "role": row.role,
            "starts_at": _written(row.starts_at),
            "ends_at": _written(row.ends_at),
            "person": row.person,
            "phone": phone_of(row),
            "note": row.note,
        }
        for row in session.exec(select(Duty).order_by(*order))
    ]


def _written(moment: datetime) -> str:
    return f"{beijing(moment):%Y-%m-%d %H:%M}"


def _present(session: Session, told: Told) -> list[Duty]:
    """Return what the tables have of the file's departments around its span."""
    if not told:
        return []
    first = min(shift.starts_at for _, shift in told)
    mine = {shift.department for _, shift in told}
    asked = select(Duty).where(col(Duty.department_code).in_(mine), Duty.ends_at > first)
    return list(session.exec(asked))


def _noted(told: Told, present: Sequence[Duty]) -> Told:
    """Return the lines of a file without notes with the notes that stand here."""
    notes = {_key(row): row.note for row in present}
    return [(row, replace(shift, note=notes.get(shift.key, ""))) for row, shift in told]


def _gone(told: Told, present: Sequence[Duty]) -> list[Duty]:
    kept = {shift.key for _, shift in told}
    spans: dict[str, tuple[datetime, datetime]] = {}
    for _, shift in told:
        first, last = spans.get(shift.department, (shift.starts_at, shift.ends_at))
        spans[shift.department] = min(first, shift.starts_at), max(last, shift.ends_at)
    return [
        row
        for row in present
        if _key(row) not in kept
        and spans[row.department_code][0] <= row.starts_at < spans[row.department_code][1]
    ]


def _overlaps(told: Told, present: Sequence[Duty]) -> list[tuple[int, str, str, str]]:
    """Return what is wrong with lines that name a second person for a role at a time."""
    gone = {row.id for row in _gone(told, present)}
    own = {shift.key for _, shift in told}
    staying = [
        (_key(row), row.starts_at, row.ends_at, 0)
        for row in present
        if row.id not in gone and _key(row) not in own
    ]
    mine = [(shift.key, shift.starts_at, shift.ends_at, row) for row, shift in told]
    found = []
    ordered = sorted([*staying, *mine], key=lambda each: (each[0][:2], each[1], each[3]))
    for (key, _, ends, row), (other, begins, _, later) in pairwise(ordered):
        if key[:2] == other[:2] and begins < ends:
            where = f"row {row}" if row else f"the shift from {_written(key[2])}"
            problem = f"overlaps with {where}."
            found.append((later or row, "starts_at", problem, "One person a role at a time."))
    return found


def _write(session: Session, told: Told, present: Sequence[Duty], now: datetime) -> tuple[int, int]:
    rows = {_key(row): row for row in present}
    added = changed = 0
    for _, shift in told:
        row = rows.get(shift.key)
        if row is None:
            row = Duty(
                department_code=shift.department,
                role=shift.role,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                person=shift.person,
                sealed_phone=sealed(shift.phone),
                note=shift.note,
                updated_at=now,
            )
            added += 1
        elif _says(row, shift):
            continue
        else:
            row.ends_at, row.person, row.note = shift.ends_at, shift.person, shift.note
            row.sealed_phone, row.updated_at = sealed(shift.phone), now
            changed += 1
        session.add(row)
    session.flush()
    return added, changed


def _key(row: Duty) -> tuple[str, str, datetime]:
    return row.department_code, row.role, row.starts_at


def _says(row: Duty, shift: Shift) -> bool:
    told = (row.ends_at, row.person, row.note, phone_of(row))
    return told == (shift.ends_at, shift.person, shift.note, shift.phone)

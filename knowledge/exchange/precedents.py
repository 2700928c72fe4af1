"""会商先例: what was decided elsewhere, or before this system, taken in and given out.

No precedent is changed: a line of which another basis stands here already is refused.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session, col, select

from knowledge import stored
from knowledge.checks import Finding, RowError
from knowledge.directory import Directory
from knowledge.entries import ANY_MATTER
from knowledge.headings import SORTS_OF
from knowledge.importer import ImportRefused, ImportReport, complete
from knowledge.models import Precedent
from knowledge.precedents import WITHHELD
from knowledge.sheets import read_sheet

KIND = "precedents"
REQUIRED = ("matter_code", "district_code", "department_code", "ticket", "basis", "decided_on")
Key = tuple[str, ...]


def take_in(session: Session, path: Path, now: datetime) -> ImportReport:
    """Add the file's decisions; raise ImportRefused with an error for every bad cell."""
    sheet = complete(path, read_sheet(path, SORTS_OF[KIND]), REQUIRED, ())
    known, bases = stored.current(session), _bases(session)
    errors = [
        RowError(path.name, line.row, *found)
        for line in sheet.lines
        for found in _check(line.cells, known, bases)
    ]
    if errors:
        raise ImportRefused(errors)
    added = 0
    for line in sheet.lines:
        key = _key(line.cells)
        if key not in bases:
            session.add(_row(line.cells, now))
            bases[key] = line.cells["basis"]
            added += 1
    session.flush()
    return ImportReport(path.name, KIND, added, 0, len(sheet.lines) - added, 0, sheet.cleaned)


def lines(session: Session) -> list[dict[str, str]]:
    """Return every decision that was not withdrawn, without those of a sealed ticket (密件)."""
    order = (col(Precedent.decided_on), col(Precedent.id))
    rows = list(session.exec(select(Precedent).order_by(*order)))
    withdrawn = {(row.ticket, row.matter_code, row.district_code) for row in rows if not row.basis}
    return [
        {
            "matter_code": row.matter_code,
            "district_code": row.district_code,
            "department_code": row.department_code,
            "ticket": row.ticket,
            "basis": row.basis,
            "decided_on": row.decided_on.isoformat(),
        }
        for row in rows
        if row.basis not in ("", WITHHELD)
        and (row.ticket, row.matter_code, row.district_code) not in withdrawn
    ]


def _check(
    cells: Mapping[str, str], known: Directory, bases: Mapping[Key, str]
) -> Iterator[Finding]:
    empty = [column for column in REQUIRED if not cells[column]]
    yield from ((column, "is empty.", "Fill it in.") for column in empty)
    if empty:
        return
    matters = known.matters.keys() - {ANY_MATTER}
    for column, codes in (
        ("matter_code", matters),
        ("district_code", known.districts),
        ("department_code", known.departments),
    ):
        yield from _refers(column, cells[column], codes)
    try:
        date.fromisoformat(cells["decided_on"])
    except ValueError:
        yield "decided_on", f"{cells['decided_on']!r} is no date.", "Write it as 2026-01-31."
    if bases.get(_key(cells), cells["basis"]) != cells["basis"]:
        yield "basis", "stands here otherwise.", "Decide anew: no precedent is changed."


def _refers(column: str, code: str, codes: Collection[str]) -> Iterator[Finding]:
    if code not in codes:
        yield column, f"{code!r} is not known.", "Import the directory first."


def _bases(session: Session) -> dict[Key, str]:
    rows = session.exec(select(Precedent).where(Precedent.basis != ""))
    return {
        (
            *(row.matter_code, row.district_code, row.department_code),
            *(row.ticket, row.decided_on.isoformat()),
        ): row.basis
        for row in rows
    }


def _key(cells: Mapping[str, str]) -> Key:
    return tuple(cells[name] for name in REQUIRED if name != "basis")


def _row(cells: Mapping[str, str], now: datetime) -> Precedent:
    day = date.fromisoformat(cells["decided_on"])
    return Precedent(
        matter_code=cells["matter_code"],
        district_code=cells["district_code"],
        department_code=cells["department_code"],
        ticket=cells["ticket"],
        basis=cells["basis"],
        decided_on=day,
        valid_from=day,
        updated_at=now,
    )

"""Rows of the packaged tables and of imported files, from cells of text to entries."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from importlib.resources import files
from typing import Any

from knowledge.entries import (
    ContactEntry,
    DepartmentEntry,
    DistrictEntry,
    Entry,
    HotlineEntry,
    MatterEntry,
    ResponsibilityEntry,
)
from knowledge.line_words import MODE_WORDS

Cells = Mapping[str, str]
TRUE = frozenset({"1", "true", "yes", "是"})
FALSE = frozenset({"0", "false", "no", "否"})


def packaged(name: str) -> Iterator[Cells]:
    """Yield the rows of `knowledge/data/{name}.csv`."""
    with files("knowledge").joinpath(f"data/{name}.csv").open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def district(row: Cells) -> DistrictEntry:
    return DistrictEntry(
        code=row["code"],
        parent=row["parent"],
        level=row["level"],
        name_zh=row["name_zh"],
        name_bo=row["name_bo"],
        aliases=parted(row["aliases"]),
        source=row["source"],
    )


def department(row: Cells) -> DepartmentEntry:
    return DepartmentEntry(
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        aliases=parted(row["aliases"]),
        district_code=row["district_code"],
        kind=row["kind"] or "organ",
        accepts=truth(row["accepts"]),
        source=row["source"],
    )


def matter(row: Cells) -> MatterEntry:
    return MatterEntry(
        code=row["code"],
        l1=row["l1"],
        l2=row["l2"],
        l3=row["l3"],
        keywords=parted(row["keywords"]),
    )


def responsibility(row: Cells) -> ResponsibilityEntry:
    return ResponsibilityEntry(
        matter_code=row["matter_code"],
        district_code=row["district_code"],
        department_code=row["department_code"],
        legal_basis=row["legal_basis"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        source=row["source"],
    )


def contact(row: Cells) -> ContactEntry:
    return ContactEntry(row["code"], row["contact"], row["telephone"])


def hotline(row: Cells) -> HotlineEntry:
    return HotlineEntry(
        number=row["number"],
        name=row["name"],
        mode=MODE_WORDS[row["mode"]].value if row["mode"] else "",
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        aliases=parted(row["aliases"]),
        department_code=row["department_code"],
        hours=row["hours"],
        answered_by=row["answered_by"],
        legal_basis=row["legal_basis"],
        source=row["source"],
    )


READERS: Mapping[str, Callable[[Cells], Entry]] = {
    "districts": district,
    "departments": department,
    "matters": matter,
    "catalogue": responsibility,
    "contacts": contact,
    "hotlines": hotline,
}


def cells_of(entry: Any, columns: Sequence[str]) -> dict[str, str]:
    """Return the entry as the cells that its reader in `READERS` reads."""
    values = {one.name: getattr(entry, one.name) for one in fields(entry)}
    return {name: _cell(values[name]) for name in columns}


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return joined(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value or "")


def parted(cell: str) -> tuple[str, ...]:
    """Return the parts of a `|`-parted cell, without empty ones."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def joined(parts: tuple[str, ...]) -> str:
    """Return the parts as one cell."""
    return "|".join(parts)


def truth(cell: str) -> bool:
    """Return what 是/否, 1/0 or yes/no says, 是 when empty; raise ValueError for anything else."""
    word = cell.strip().lower()
    if word in FALSE:
        return False
    if word in TRUE or not word:
        return True
    raise ValueError(cell)

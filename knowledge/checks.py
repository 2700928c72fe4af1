"""Checks of an imported file: every bad cell found at once, each with what to do about it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from knowledge import rows
from knowledge.entries import HotlineEntry, ResponsibilityEntry, overlap
from knowledge.line_words import MODE_WORDS
from knowledge.sheets import Line
from telephony.line_modes import ANSWERED, OWN_NUMBER, Mode, is_own

D = TypeVar("D", ResponsibilityEntry, HotlineEntry)

DISTRICT_LEVELS = ("region", "prefecture", "county")
DEPARTMENT_KINDS = ("organ", "enterprise", "desk")
_CODE_REMEDY = "Write the six digits of GB/T 2260."


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one cell, and the remedy."""

    file: str
    row: int
    column: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, column {self.column}: {self.problem} {self.remedy}"


@dataclass(frozen=True, slots=True)
class Known:
    """The codes an import may refer to: those in the tables and those of the file itself."""

    districts: frozenset[str]
    departments: frozenset[str]
    matters: frozenset[str]


Finding = tuple[str, str, str]  # column, problem, remedy
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "districts": ("code", "level", "name_zh"),
    "departments": ("code", "name", "district_code"),
    "catalogue": (
        "matter_code",
        "district_code",
        "department_code",
        "legal_basis",
        "valid_from",
    ),
    "contacts": ("code",),
    "hotlines": ("number", "name", "valid_from"),
}
OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "districts": ("parent", "name_bo", "aliases", "source"),
    "departments": ("short_name", "aliases", "kind", "accepts", "source"),
    "catalogue": ("valid_to", "source"),
    "contacts": ("contact", "telephone"),
    "hotlines": (
        *("mode", "aliases", "department_code", "hours", "answered_by"),
        *("legal_basis", "valid_to", "source"),
    ),
}
_NUMBER = re.compile(r"\+?[0-9]{3,16}")
_ALIAS = re.compile(r"\+?[0-9][0-9 \-]{2,24}")


def check_line(kind: str, line: Line, known: Known) -> Iterator[Finding]:
    """Yield what is wrong with one row of a file of this kind."""
    missing = [column for column in REQUIRED[kind] if not line.cells[column]]
    for column in missing:
        yield column, "is empty.", "Fill it in."
    if not missing:
        yield from _CHECKS[kind](line.cells, known)


def _district(cells: Mapping[str, str], known: Known) -> Iterator[Finding]:
    if not _is_code(cells["code"]):
        yield "code", f"{cells['code']!r} is no district code.", _CODE_REMEDY
    if cells["level"] not in DISTRICT_LEVELS:
        yield "level", f"{cells['level']!r} is no level.", f"Use {_either(DISTRICT_LEVELS)}."
    if cells["parent"] and cells["parent"] not in known.districts:
        yield "parent", f"no district {cells['parent']!r} is known.", "Add it above this row."
    if cells["parent"] == cells["code"]:
        yield "parent", "is the district itself.", "Name the one above it."


def _department(cells: Mapping[str, str], known: Known) -> Iterator[Finding]:
    yield from _refers("district_code", cells, known.districts, "districts")
    if cells["kind"] not in ("", *DEPARTMENT_KINDS):
        yield "kind", f"{cells['kind']!r} is no kind.", f"Use {_either(DEPARTMENT_KINDS)}."
    try:
        rows.truth(cells["accepts"])
    except ValueError:
        yield "accepts", f"{cells['accepts']!r} is neither yes nor no.", "Write 是 or 否."


def _responsibility(cells: Mapping[str, str], known: Known) -> Iterator[Finding]:
    yield from _refers("matter_code", cells, known.matters, "matters")
    yield from _refers("district_code", cells, known.districts, "districts")
    yield from _refers("department_code", cells, known.departments, "departments")
    yield from _days(cells)


def _contact(cells: Mapping[str, str], known: Known) -> Iterator[Finding]:
    yield from _refers("code", cells, known.departments, "departments")


def _hotline(cells: Mapping[str, str], known: Known) -> Iterator[Finding]:
    mode = cells["mode"]
    if not _NUMBER.fullmatch(cells["number"]):
        yield "number", f"{cells['number']!r} is no telephone number.", "Write its digits."
    if mode and mode not in MODE_WORDS:
        yield "mode", f"{mode!r} is no way of merging.", f"Use {_either(MODE_WORDS)}."
    for alias in rows.parted(cells["aliases"]):
        if not _ALIAS.fullmatch(alias):
            yield "aliases", f"{alias!r} is no telephone number.", "Part numbers by |."
    if MODE_WORDS.get(mode) in ANSWERED:
        yield from _not_ours(cells)
    if cells["aliases"] and MODE_WORDS.get(mode) is Mode.LINKED:
        yield "aliases", "a line that was not merged has none here.", "Leave it empty."
    if cells["department_code"]:
        yield from _refers("department_code", cells, known.departments, "departments")
    yield from _days(cells)


def _not_ours(cells: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the numbers by which calls to the hotline itself would become the line's."""
    given = [("number", cells["number"])]
    given += [("aliases", alias) for alias in rows.parted(cells["aliases"])]
    for column, number in given:
        if is_own(re.sub(r"[^0-9+]", "", number)):
            problem = f"{number!r} and {OWN_NUMBER} end alike: its calls can't be told apart."
            yield column, problem, "Leave it out; calls to the hotline need no line."


def _days(cells: Mapping[str, str]) -> Iterator[Finding]:
    days: dict[str, date] = {}
    for column in ("valid_from", "valid_to"):
        if cells[column]:
            try:
                days[column] = date.fromisoformat(cells[column])
            except ValueError:
                yield column, f"{cells[column]!r} is no date.", "Write it as 2026-01-31."
    if len(days) == 2 and days["valid_to"] < days["valid_from"]:
        yield "valid_to", "lies before valid_from.", "Exchange or correct the two days."


_CHECKS: Mapping[str, Callable[[Mapping[str, str], Known], Iterator[Finding]]] = {
    "districts": _district,
    "departments": _department,
    "catalogue": _responsibility,
    "contacts": _contact,
    "hotlines": _hotline,
}


def overlaps(entries: Iterable[D]) -> Iterator[tuple[D, D]]:
    """Yield each pair (earlier, later) that speaks of one thing on a common day."""
    cells: dict[tuple[str, ...], list[D]] = {}
    for entry in entries:
        cell = cells.setdefault(entry.about, [])
        yield from ((other, entry) for other in cell if overlap(entry, other))
        cell.append(entry)


def _refers(
    column: str, cells: Mapping[str, str], codes: frozenset[str], table: str
) -> Iterator[Finding]:
    if cells[column] not in codes:
        yield column, f"{cells[column]!r} is not among the {table}.", f"Import the {table} first."


def _is_code(text: str) -> bool:
    return len(text) == 6 and text.isascii() and text.isdigit()


def _either(words: Iterable[str]) -> str:
    return ", ".join(words)

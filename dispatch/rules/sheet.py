"""Reading a CSV file of rules: every bad line is named, and one bad line refuses the file."""

import csv
import io
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from hotline.core.errors import HotlineError, Invalid

Line = Mapping[str, str]
BOM = "\ufeff"
_CONTRADICTED = "Keep the one that is right."
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class BadLine:
    """What is wrong in one line (1 is the header) and one column, and what to write instead."""

    file: str
    line: int
    column: str
    detail: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, column {self.column}: {self.detail} {self.remedy}"


class BadSheet(Invalid):
    """The file was refused whole; `lines` holds one BadLine a bad line."""

    title = "File not accepted"

    def __init__(self, lines: Sequence[BadLine]) -> None:
        super().__init__("\n".join(map(str, lines)), remedy="Nothing of the file was taken.")
        self.lines = tuple(lines)


class BadCell(Invalid):
    """One cell does not hold what its column asks for."""

    def __init__(self, column: str, detail: str, remedy: str) -> None:
        super().__init__(detail, remedy=remedy)
        self.column = column


def read_sheet(
    path: Path, columns: Sequence[str], read: Callable[[Line], T], key: Callable[[T], Hashable]
) -> tuple[T, ...]:
    """Read each line of a UTF-8 CSV file with `read`; no two lines may share a `key`.

    Blank lines are left out. Raises BadSheet with an error for every bad line.
    """
    return parse_sheet(str(path), text_of(path), columns, read, key)


def text_of(path: Path) -> str:
    """Return the text of a UTF-8 file; raise BadSheet when it can't be read as one."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _unread(str(path), error.strerror or "no answer") from error
    except UnicodeDecodeError as error:
        raise _unread(str(path), str(error)) from error


def parse_sheet(
    name: str,
    text: str,
    columns: Sequence[str],
    read: Callable[[Line], T],
    key: Callable[[T], Hashable],
) -> tuple[T, ...]:
    """Read the text of a CSV file that is called `name`, as `read_sheet` does."""
    rows: dict[Hashable, T] = {}
    bad: list[BadLine] = []
    for number, cells in _lines(name, text, columns):
        try:
            row = read(_line(cells, columns))
            earlier = rows.get(key(row))
            if earlier == row:
                raise BadCell(columns[0], "An earlier line says the same.", "Keep one of them.")
            if earlier is not None:
                raise BadCell(columns[0], "An earlier line contradicts this one.", _CONTRADICTED)
            rows[key(row)] = row
        except BadCell as wrong:
            bad.append(BadLine(name, number, wrong.column, wrong.detail, wrong.remedy))
    if bad:
        raise BadSheet(bad)
    return tuple(rows.values())


def date_or_none(line: Line, column: str) -> date | None:
    """Read an ISO date, None from an empty cell; raises BadCell."""
    return date_in(line, column) if line[column] else None


def date_in(line: Line, column: str) -> date:
    """Read an ISO date; raises BadCell."""
    try:
        return date.fromisoformat(line[column])
    except ValueError as error:
        raise BadCell(
            column, f"{line[column]!r} is no date.", "Write it like 2026-02-15."
        ) from error


def member_in(line: Line, column: str, members: type[E]) -> E:
    """Read a member of the enumeration by its value; raises BadCell naming the values."""
    try:
        return members(line[column])
    except ValueError as error:
        listed = ", ".join(member.value for member in members)
        raise BadCell(
            column, f"{line[column]!r} is not known here.", f"Write one of {listed}."
        ) from error


def parsed_in(line: Line, column: str, parse: Callable[[str], T]) -> T:
    """Read the cell with `parse`, turning its HotlineError into a BadCell."""
    try:
        return parse(line[column])
    except HotlineError as error:
        raise BadCell(column, error.detail, error.remedy) from error


def _lines(name: str, text: str, columns: Sequence[str]) -> list[tuple[int, list[str]]]:
    try:
        reader = csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), strict=True)
        lines = [(reader.line_num, cells) for cells in reader if any(cells)]
    except csv.Error as error:
        raise _unread(name, str(error)) from error
    if not lines or lines[0][1] != list(columns):
        header = BadLine(name, 1, "", "The header differs.", f"Write {','.join(columns)}.")
        raise BadSheet([header])
    return lines[1:]


def _unread(name: str, why: str) -> BadSheet:
    return BadSheet([BadLine(name, 1, "", f"Not a UTF-8 CSV file: {why}.", "Save it as one.")])


def _line(cells: Sequence[str], columns: Sequence[str]) -> Line:
    if len(cells) != len(columns):
        raise BadCell(
            columns[min(len(cells), len(columns)) - 1],
            f"The line has {len(cells)} cells.",
            f"Fill {len(columns)}; quote a text that holds a comma.",
        )
    return {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}

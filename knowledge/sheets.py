"""Sheets: a CSV, XLSX or JSON file becomes clean cells; every cell that was cleaned is noted."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotline.core.errors import Invalid
from knowledge import cleaning
from knowledge.cleaning import Sort
from knowledge.headings import HEADINGS, SORTS
from knowledge.workbooks import read_xlsx

# Spreadsheets save Chinese as UTF-8 with a mark, or in the national encoding.
_ENCODINGS = ("utf-8-sig", "gb18030")
MOST_ROWS = 20_000

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Cleaning:
    """A cell that was not taken as it stood: `was` became `now`, in this row and column."""

    row: int
    column: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file by its number there (the heading is row 1; JSON has none)."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's lines, empty ones left out, and what was cleaned in them.

    A file of JSON without an object `names_nothing`: its columns stand in its objects.
    """

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    cleaned: tuple[Cleaning, ...]
    names_nothing: bool = False


def read_sheet(path: Path, sorts: Mapping[str, Sort] | None = None) -> Sheet:
    """Return the file's rows; raise Invalid when it can't be read or two columns share a name.

    `sorts` says of columns what they hold where that is not what `headings.SORTS` says.
    """
    numbered = _rows(path)
    head, heading = next(numbered, (1, []))
    headings = [cleaning.clean(each, Sort.CODE) for each in heading]
    columns = tuple(HEADINGS.get(each, each.lower()) for each in headings)  # none: no column
    doubled = sorted({each for each in columns if each and columns.count(each) > 1})
    if doubled:
        raise Invalid(
            f"{path.name}, row {head}: the column {doubled[0]!r} occurs twice.",
            remedy="Leave each column once.",
        )
    wanted = {**SORTS, **(sorts or {})}
    lines, cleaned = [], []
    for row, values in numbered:
        if any(value.strip() for value in values):
            cells, changes = _cells(row, columns, values, wanted)
            lines.append(Line(row, cells))
            cleaned += changes
    return Sheet(columns, tuple(lines), tuple(cleaned), names_nothing=head == 0 and not columns)


def clean(cell: str, *, code: bool) -> str:
    """Return the cell without stray blanks; a code also without inner ones and full-width signs."""
    return cleaning.clean(cell, Sort.CODE if code else Sort.PROSE)


def text_of(path: Path) -> str:
    """Return the file's text, whichever way it was saved; raise Invalid."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Invalid(
            f"{path} can't be read: {error.strerror}.", remedy="Check the file's name."
        ) from error
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(f"{path.name} is neither UTF-8 nor GB 18030.", remedy="Save it as CSV UTF-8.")


def _rows(path: Path) -> Iterator[Row]:
    match path.suffix.lower():
        case ".xlsx":
            yield from read_xlsx(path, most_rows=MOST_ROWS)
        case ".json" | ".jsonl":
            yield from _json_rows(path)
        case _:
            yield from _csv_rows(path)


def _csv_rows(path: Path) -> Iterator[Row]:
    try:
        yield from enumerate(csv.reader(io.StringIO(text_of(path), newline="")), start=1)
    except csv.Error as error:
        raise Invalid(f"{path.name} is no CSV: {error}.", remedy="Save it as CSV UTF-8.") from error


def _json_rows(path: Path) -> Iterator[Row]:
    """Yield a JSON list of objects, or JSON lines, as rows below a heading."""
    objects = _objects(path)
    columns = list(dict.fromkeys(name for each in objects for name in each))
    yield 0, columns
    for number, each in enumerate(objects, start=1):
        yield number, [_cell(each.get(name)) for name in columns]


def _objects(path: Path) -> list[dict[str, Any]]:
    text = text_of(path).strip()
    try:
        if text.startswith("["):
            found = json.loads(text)
        else:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{path.name} is no JSON.", remedy="Save it anew.") from error
    if not all(isinstance(each, dict) for each in found):
        raise Invalid(f"{path.name} is no list of objects.", remedy="Write one object a line.")
    return list(found)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(map(_cell, value))
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def _cells(
    row: int, columns: Sequence[str], values: Sequence[str], sorts: Mapping[str, Sort]
) -> tuple[dict[str, str], list[Cleaning]]:
    cells, changes = {}, []
    for column, value in zip(columns, values, strict=False):
        if not column:
            continue
        plain = cleaning.bare(value)
        cells[column] = cleaning.clean(plain, sorts.get(column, Sort.PROSE))
        if cells[column] != plain:
            changes.append(Cleaning(row, column, value, cells[column]))
    return cells, changes

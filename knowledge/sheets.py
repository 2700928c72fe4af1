"""Sheets: read an imported CSV file into clean cells, noting every cell that was cleaned."""

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotline.core.errors import Invalid

# Spreadsheets save Chinese as UTF-8 with a mark, or in the national encoding.
_ENCODINGS = ("utf-8-sig", "gb18030")
_CODES = frozenset(
    {"code", "parent", "district_code", "department_code", "matter_code", "valid_from", "valid_to"}
)
# What people call the columns.
_HEADINGS: Mapping[str, str] = {
    "代码": "code",
    "部门编码": "code",
    "区划代码": "code",
    "上级代码": "parent",
    "级别": "level",
    "名称": "name",
    "部门名称": "name",
    "中文名称": "name_zh",
    "藏文名称": "name_bo",
    "简称": "short_name",
    "别名": "aliases",
    "属地代码": "district_code",
    "类别": "kind",
    "是否接单": "accepts",
    "事项编码": "matter_code",
    "承办单位编码": "department_code",
    "依据": "legal_basis",
    "生效日期": "valid_from",
    "失效日期": "valid_to",
    "来源": "source",
}


@dataclass(frozen=True, slots=True)
class Cleaning:
    """A cell that was not taken as it stood: `was` became `now`, in this row and column."""

    row: int
    column: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file by its number there (the heading is row 1)."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's lines, empty ones left out, and what was cleaned in them."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    cleaned: tuple[Cleaning, ...]


def read_sheet(path: Path) -> Sheet:
    """Return the file's rows; raise Invalid when it can't be read or two columns share a name."""
    reader = csv.reader(io.StringIO(text_of(path)))
    headings = [clean(heading, code=True) for heading in next(reader, [])]
    columns = tuple(_HEADINGS.get(heading, heading.lower()) for heading in headings)
    doubled = sorted({column for column in columns if columns.count(column) > 1})
    if doubled:
        raise Invalid(
            f"{path.name}, row 1: the column {doubled[0]!r} occurs twice.",
            remedy="Leave each column once.",
        )
    lines, cleaned = [], []
    for row, values in enumerate(reader, start=2):
        if any(value.strip() for value in values):
            cells, changes = _cells(row, columns, values)
            lines.append(Line(row, cells))
            cleaned += changes
    return Sheet(columns, tuple(lines), tuple(cleaned))


def clean(cell: str, *, code: bool) -> str:
    """Return the cell without stray blanks; a code also without inner ones and full-width signs.

    Prose keeps its full-width punctuation: only its digits and letters become half-width.
    """
    if code:
        return "".join(unicodedata.normalize("NFKC", cell).split())
    narrowed = "".join(
        unicodedata.normalize("NFKC", sign)
        if "\uff10" <= sign <= "\uff5a" and sign.isalnum()
        else sign
        for sign in cell.replace("\u3000", " ")
    )
    return " ".join(narrowed.split())


def _cells(
    row: int, columns: Sequence[str], values: Sequence[str]
) -> tuple[dict[str, str], list[Cleaning]]:
    cells, changes = {}, []
    for column, value in zip(columns, values, strict=False):
        cells[column] = clean(value, code=column in _CODES)
        if cells[column] != value:
            changes.append(Cleaning(row, column, value, cells[column]))
    return cells, changes


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

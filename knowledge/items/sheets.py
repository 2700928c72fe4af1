"""Items as rows of cells: what the columns are called, and how a file's cells are cleaned.

Every cell that was not taken as it stood is kept as a `Cleaning`: what it was and what it became.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hotline.core.errors import Invalid
from knowledge.cleaning import bare
from knowledge.items.content import TWELVE
from knowledge.sheets import Cleaning, Line, Sheet, clean, text_of

Row = tuple[int, list[str]]
REQUIRED = ("code", "district", "name", "kind", "department", "valid_from")
COLUMNS = (
    *("code", "district", "name", "kind", "basis", "authority", "time_limit", "conditions"),
    *("steps", "materials", "forms", "fee", "outcome", "department", "matters", "aliases"),
    *("windows", "across", "valid_from", "valid_to", "source", "unknown_code"),
)
LISTS = frozenset(
    {"basis", "conditions", "steps", "materials", "forms", "matters", "aliases"}
    | {"windows", "across"}
)
_CODES = frozenset({"code", "district", "department", "valid_from", "valid_to", "unknown_code"})
_DIGITS = frozenset({"district", "valid_from", "valid_to"})
# What people call the columns.
HEADINGS: Mapping[str, str] = {
    **{label: name for name, label in TWELVE.items()},
    **{"事项编码": "code", "事项名称": "name", "事项类型": "kind", "区划代码": "district"},
    **{"主管部门编码": "department", "诉求分类": "matters", "别名": "aliases", "窗口": "windows"},
    **{"跨省通办": "across", "生效日期": "valid_from", "失效日期": "valid_to", "来源": "source"},
}
MOST_LINES = 5000
_WINDOW = ("name", "address", "phone", "hours")
_ACROSS = ("place", "way", "code")
# What recognisers of print take for digits.
_MISREAD = str.maketrans({"O": "0", "o": "0", "〇": "0", "l": "1", "I": "1", "|": "1"})
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:T00:00:00)?")


def csv_rows(path: Path) -> Iterator[Row]:
    """Yield a CSV file's rows by their number; raise Invalid when it can't be read."""
    try:
        yield from enumerate(csv.reader(io.StringIO(text_of(path), newline="")), start=1)
    except csv.Error as error:
        raise Invalid(f"{path.name} is no CSV: {error}.", remedy="Save it as CSV UTF-8.") from error


def json_rows(path: Path) -> Iterator[Row]:
    """Yield a JSON list of objects, or JSON lines, as rows below a heading; raise Invalid."""
    objects = _objects(path)
    columns = list(dict.fromkeys(name for each in objects for name in each if name in COLUMNS))
    yield 0, columns if objects else list(REQUIRED)
    for number, each in enumerate(objects, start=1):
        yield number, [_cell(each.get(name)) for name in columns]


def sheet_of(file: str, rows: Iterable[Row]) -> Sheet:
    """Return the rows cleaned, empty ones left out; raise Invalid for a heading of another kind."""
    numbered = iter(rows)
    head, heading = next(numbered, (1, []))
    columns = tuple(_column(each) for each in heading)
    _require(file, head, columns)
    lines: list[Line] = []
    cleaned: list[Cleaning] = []
    for row, values in numbered:
        if any(value.strip() for value in values):
            cells, changes = _cells(row, columns, values)
            lines.append(Line(row, cells))
            cleaned += changes
        if len(lines) > MOST_LINES:
            raise Invalid(f"{file} has more than {MOST_LINES} lines.", remedy="Send it in parts.")
    return Sheet(columns, tuple(lines), tuple(cleaned))


def _require(file: str, row: int, columns: Sequence[str]) -> None:
    missing = [each for each in REQUIRED if each not in columns]
    unknown = [each for each in columns if each and each not in COLUMNS]
    doubled = sorted({each for each in columns if each and columns.count(each) > 1})
    for problem, names in (("lacks", missing), ("has unknown", unknown), ("doubles", doubled)):
        if names:
            raise Invalid(
                f"{file}, row {row}: the heading {problem} {', '.join(names)}.",
                remedy=f"Use {', '.join(COLUMNS)}.",
            )


def _column(heading: str) -> str:
    plain = clean(heading, code=True)
    return HEADINGS.get(plain, plain.lower())


def _cells(
    row: int, columns: Sequence[str], values: Sequence[str]
) -> tuple[dict[str, str], list[Cleaning]]:
    cells, changes = dict.fromkeys(COLUMNS, ""), []
    for column, value in zip(columns, values, strict=False):
        if not column:
            continue
        plain = bare(value)
        cells[column] = _clean(column, plain)
        if cells[column] != plain:
            changes.append(Cleaning(row, column, value, cells[column]))
    return cells, changes


def _clean(column: str, value: str) -> str:
    if column in LISTS:
        parts = (clean(each, code=False) for each in re.split(r"[|｜\n]", value))
        return "|".join(filter(None, parts))
    cleaned = clean(value, code=column in _CODES)
    if column in _DIGITS:
        cleaned = cleaned.translate(_MISREAD)
        if day := _DAY.fullmatch(cleaned):
            return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
    return cleaned


def _objects(path: Path) -> list[dict[str, Any]]:
    text = text_of(path).strip()
    try:
        if text.startswith("["):
            found = json.loads(text)
        else:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{path.name} is no JSON: {error}.", remedy="Save it anew.") from error
    if not all(isinstance(each, dict) for each in found):
        raise Invalid(f"{path.name} is no list of objects.", remedy="Write one object an item.")
    return list(found)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(_cell(each) for each in value)
    if isinstance(value, dict):
        names = _ACROSS if "place" in value else _WINDOW
        return ";".join(str(value.get(name) or "") for name in names).rstrip(";")
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else str(value)

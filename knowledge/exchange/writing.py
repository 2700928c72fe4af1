"""Lines of cells as a file that `knowledge.sheets` reads again without a change."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from enum import StrEnum

from openpyxl import Workbook

from knowledge.cleaning import as_cell

BOM = "\ufeff"  # by which spreadsheets know the letters of a CSV
Lines = Sequence[dict[str, str]]


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"

    @property
    def kind(self) -> str:
        """The media type."""
        return _KINDS[self]


_KINDS = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}


def written(lines: Lines, columns: Sequence[str], format: Format) -> bytes:
    """Return the file; a sheet's cells are such that nothing in them is reckoned with."""
    if format is Format.JSON:
        return json.dumps(list(lines), ensure_ascii=False, indent=1).encode()
    rows = [list(columns), *([as_cell(each[name]) for name in columns] for each in lines)]
    return _csv(rows) if format is Format.CSV else _xlsx(rows)


def _csv(rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return (BOM + text.getvalue()).encode()


def _xlsx(rows: Iterable[list[str]]) -> bytes:
    book, made = Workbook(write_only=True), io.BytesIO()
    page = book.create_sheet()
    for row in rows:
        page.append(row)
    book.save(made)
    return made.getvalue()

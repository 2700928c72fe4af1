"""导出: what holds on a day as a file that `importing` takes in again without a change."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from openpyxl import Workbook
from sqlmodel import Session

from knowledge.cleaning import as_cell
from knowledge.items import finding
from knowledge.items.content import content_of
from knowledge.items.lines import written
from knowledge.items.sheets import COLUMNS

BOM = "\ufeff"  # by which spreadsheets know the letters of a CSV
Lines = list[dict[str, str]]


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


def export(session: Session, format: Format, *, on: date) -> bytes:
    """Return the file with every item as it holds on the day."""
    told = finding.everything(session, on=on)
    lines = [written(finding.key_of(item), content_of(version)) for item, version in told]
    return _WRITERS[format](lines)


def _csv(lines: Lines) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(_rows(lines))
    return (BOM + text.getvalue()).encode()


def _xlsx(lines: Lines) -> bytes:
    book, made = Workbook(write_only=True), io.BytesIO()
    page = book.create_sheet("政务服务事项")
    for row in _rows(lines):
        page.append(row)
    book.save(made)
    return made.getvalue()


def _json(lines: Lines) -> bytes:
    return json.dumps(lines, ensure_ascii=False, indent=1).encode()


def _rows(lines: Lines) -> Iterable[list[str]]:
    yield list(COLUMNS)
    for each in lines:
        yield [as_cell(each[name]) for name in COLUMNS]


_WRITERS = {Format.CSV: _csv, Format.XLSX: _xlsx, Format.JSON: _json}

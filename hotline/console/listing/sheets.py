"""A list as a file: CSV or XLSX, whose first line says who took it, when and why.

No cell is a formula: what begins like one is made text (OWASP, "CSV Injection").
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from openpyxl import Workbook

from knowledge.cleaning import as_cell

IN_MEMORY = 2**20  # a larger file waits on disk
CHUNK = 2**16
LONGEST_HEADER = 120  # letters; spreadsheets refuse more than 255, codes included
BOM = "\ufeff"  # by which spreadsheets know the letters of a CSV


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"

    @property
    def kind(self) -> str:
        """The media type."""
        return _KINDS[self]


_KINDS = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Sheet:
    """What a file holds: the mark above all else, the columns' names, the lines."""

    title: str
    mark: str
    head: Sequence[str]
    lines: Iterable[Sequence[str]]


def write(sheet: Sheet, format: Format) -> IO[bytes]:
    """Return the file, at its beginning; whoever reads it closes it."""
    made: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    _WRITERS[format](sheet, made)
    made.seek(0)
    return made


def chunks(made: IO[bytes]) -> Iterator[bytes]:
    """Yield the file in pieces, and close it."""
    with made:
        while piece := made.read(CHUNK):
            yield piece


def _write_csv(sheet: Sheet, made: IO[bytes]) -> None:
    text = io.TextIOWrapper(made, encoding="utf-8", newline="", write_through=True)
    text.write(BOM)
    writer = csv.writer(text)
    for line in ([sheet.mark], sheet.head, *sheet.lines):
        writer.writerow([as_cell(each) for each in line])
    text.detach()


def _write_xlsx(sheet: Sheet, made: IO[bytes]) -> None:
    book = Workbook(write_only=True)
    book.properties.creator = book.properties.description = as_cell(sheet.mark)
    page = book.create_sheet(sheet.title)
    page.freeze_panes = "A3"
    # Printed on every sheet of paper; `&` begins a code there.
    page.oddHeader.center.text = sheet.mark[:LONGEST_HEADER].replace("&", "&&")
    for line in ([sheet.mark], sheet.head):
        page.append([as_cell(each) for each in line])
    for line in sheet.lines:
        page.append([as_cell(each) for each in line])
    book.save(made)


_WRITERS = {Format.CSV: _write_csv, Format.XLSX: _write_xlsx}

"""XLSX: a sheet's rows as text, read one at a time with openpyxl.

A cell that the sheet shows as a date is written as ISO 8601; `moment_of` reads it, and the bare
serial number of a date too.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException

from hotline.core.errors import Invalid

_LONGEST = 256 << 20
_WIDEST = 256  # columns that are read where rows are counted: a sheet may claim 16,384 of a million
_ANEW = "Save it anew as .xlsx, or as CSV UTF-8."
# What openpyxl and the libraries below it raise for a file that is broken, locked or no workbook;
# with or without lxml it is a SyntaxError where XML is none.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, InvalidFileException, SyntaxError),
    *(ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError),
)
_SERIAL = re.compile(r"[0-9]{4,6}(\.[0-9]+)?")


class UnreadFile(Invalid):
    title = "File not accepted"


def read_xlsx(
    path: Path, sheet: str = "", *, most_rows: int | None = None
) -> Iterator[tuple[int, list[str]]]:
    """Yield the sheet's rows that are not empty, each with its number; raise UnreadFile.

    With `most_rows` for one with more rows, and then no more of it is read than so many rows.
    """
    try:
        _require_small(path)
        # Given a path, openpyxl leaves the file of a broken workbook open.
        with (
            path.open("rb") as file,
            closing(load_workbook(file, read_only=True, data_only=True)) as book,
        ):
            yield from _rows(book, sheet, most_rows)
    except _UNREADABLE as error:
        raise UnreadFile(
            f"{path.name} is no XLSX workbook that can be read.", remedy=_ANEW
        ) from error


def _rows(book: Workbook, sheet: str, most: int | None = None) -> Iterator[tuple[int, list[str]]]:
    if sheet and sheet not in book.sheetnames:
        raise UnreadFile(f"The workbook has no sheet {sheet!r}.", remedy="Mend `sheet`.")
    bounds = {"max_row": most + 1, "max_col": _WIDEST} if most else {}
    rows = book[sheet or book.sheetnames[0]].iter_rows(values_only=True, **bounds)
    for number, row in enumerate(rows, start=1):
        cells = [_text(cell) for cell in row]
        if not any(map(str.strip, cells)):
            continue
        if most and number > most:
            raise UnreadFile(f"The sheet has more than {most} rows.", remedy="Send it in parts.")
        yield number, cells


def _require_small(path: Path) -> None:
    """Raise UnreadFile for a workbook whose parts are too long once they are unpacked.

    No more than that is ever unpacked of a part, whatever it holds.
    """
    with zipfile.ZipFile(path) as parts:
        if sum(part.file_size for part in parts.infolist()) > _LONGEST:
            raise UnreadFile(
                f"{path.name} holds more than {_LONGEST >> 20} MB.", remedy="Save it as CSV UTF-8."
            )


def moment_of(text: str) -> datetime | None:
    """Return the moment on the wall that a date's cell stands for; None for anything else."""
    if _SERIAL.fullmatch(text):
        moment = from_excel(float(text))
        return moment if isinstance(moment, datetime) else None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # a telephone number is no power of ten
    return cell.isoformat() if isinstance(cell, datetime) else str(cell)

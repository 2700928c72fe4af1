"""XLSX: a sheet's rows as text, read one at a time with openpyxl.

A cell that the sheet shows as a date is written as ISO 8601; `moment_of` reads it, and the bare
serial number of a date too.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException

from hotline.core.errors import Invalid

_SERIAL = re.compile(r"[0-9]{4,6}(\.[0-9]+)?")


class UnreadFile(Invalid):
    title = "File not accepted"


def read_xlsx(path: Path, sheet: str = "") -> Iterator[tuple[int, list[str]]]:
    """Yield the sheet's rows that are not empty, each with its number; raise UnreadFile."""
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise UnreadFile(
            f"{path.name} is no XLSX workbook that can be read.",
            remedy="Save it anew as .xlsx, or as CSV UTF-8.",
        ) from error
    try:
        if sheet and sheet not in book.sheetnames:
            raise UnreadFile(f"The workbook has no sheet {sheet!r}.", remedy="Mend `sheet`.")
        rows = book[sheet or book.sheetnames[0]].iter_rows(values_only=True)
        for number, row in enumerate(rows, start=1):
            cells = [_text(cell) for cell in row]
            if any(map(str.strip, cells)):
                yield number, cells
    finally:
        book.close()


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

"""他系统的表: the rows of a CSV or XLSX file, one at a time, however long the file is."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from knowledge.workbooks import UnreadFile as UnreadFile
from knowledge.workbooks import read_xlsx

# Spreadsheets save Chinese as UTF-8 with a mark, or in the national encoding.
_ENCODINGS = ("utf-8-sig", "gb18030")
_CHUNK = 1 << 20
XLSX = ".xlsx"

Row = tuple[int, list[str]]


def read_rows(path: Path, sheet: str = "") -> Iterator[Row]:
    """Yield each row that is not empty with its number in the file; the heading is row 1.

    `sheet` names an XLSX file's sheet, its first where empty. Raises UnreadFile.
    """
    try:
        yield from read_xlsx(path, sheet) if path.suffix.lower() == XLSX else _csv(path)
    except OSError as error:
        raise UnreadFile(
            f"{path} can't be read: {error.strerror}.", remedy="Check the file's name."
        ) from error


def _csv(path: Path) -> Iterator[Row]:
    with path.open(encoding=_encoding(path), newline="") as lines:
        reader = csv.reader(lines, strict=True)
        row = 0
        try:
            for row, cells in enumerate(reader, start=1):
                if any(map(str.strip, cells)):
                    yield row, cells
        except csv.Error as error:
            raise UnreadFile(
                f"{path.name}, row {row + 1}: {error}.", remedy="Save it as CSV UTF-8 anew."
            ) from error


def _encoding(path: Path) -> str:
    """Return the encoding in which the whole file reads."""
    for encoding in _ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as content:
                while chunk := content.read(_CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise UnreadFile(f"{path.name} is neither UTF-8 nor GB 18030.", remedy="Save it as CSV UTF-8.")

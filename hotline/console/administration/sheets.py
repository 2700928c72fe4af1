"""导入: a sheet is sent or pasted, tried out, and only what was seen then goes live.

The text stands in the page from then on, so that what was typed is there to be mended.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import Depends, File, Form, UploadFile

from dispatch.rules.sheet import BadSheet
from hotline.console.administration.frame import Refusal, sentence
from hotline.console.faults import Misfilled
from hotline.console.words import reading, say, words_of
from hotline.core.errors import HotlineError, Invalid
from knowledge.importer import ImportRefused
from knowledge.workbooks import read_xlsx

MOST_LETTERS = 400_000
_MOST_BYTES = 4 << 20
_MOST_ROWS = 20_000  # of a workbook, which can claim a million of nothing
_ENCODINGS = ("utf-8-sig", "gb18030")
_QUOTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True)
class Given:
    """A sheet as it was sent: its text, and of which text the sender saw the preview."""

    name: str = ""
    text: str = ""
    note: str = ""
    checked: str = ""
    version: str = ""

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Bad:
    """What is wrong where, and what to write instead; row 0 is the whole file."""

    row: int
    column: str
    problem: str
    remedy: str


def given(
    text: Annotated[str, Form(max_length=MOST_LETTERS)] = "",
    name: Annotated[str, Form(max_length=64)] = "",
    note: Annotated[str, Form(max_length=500)] = "",
    checked: Annotated[str, Form(max_length=64)] = "",
    version: Annotated[str, Form(max_length=64)] = "",
    sheet: Annotated[UploadFile | None, File()] = None,
) -> Given:
    """Read the form; a file that was chosen stands for what the field held before."""
    kept = Given(name.replace("\0", ""), _plain(text), note.replace("\0", ""), checked, version)
    if sheet is None or not sheet.filename:
        return kept
    stem = Path(sheet.filename.replace("\\", "/").replace("\0", "")).stem[:50]
    return replace(kept, name=f"{stem or 'sheet'}.csv", text=_plain(_text_of(sheet)))


Sent = Annotated[Given, Depends(given)]


@contextmanager
def as_file(sheet: Given) -> Iterator[Path]:
    """Yield the sheet as a file that is gone afterwards, for those who read files."""
    stem = re.sub(r"[^\w.-]", "_", Path(sheet.name).stem)[:50].lstrip(".")
    with TemporaryDirectory(prefix="hotline-sheet-") as folder:
        path = Path(folder, f"{stem or 'sheet'}.csv")
        path.write_text(sheet.text, encoding="utf-8")
        yield path


def require_text(sheet: Given) -> None:
    """Raise Misfilled for a sheet that is none."""
    if not sheet.text.strip():
        raise Misfilled(say("sheet.empty"))


def require_seen(sheet: Given) -> None:
    """Raise Misfilled unless the sheet is the one that was tried out."""
    require_text(sheet)
    if sheet.checked != sheet.digest:
        raise Misfilled(say("sheet.unseen"))


def tried(act: Callable[[], None]) -> tuple[Refusal | None, list[Bad]]:
    """Do it; return why the sheet was refused as a whole, or what is wrong in which cells."""
    try:
        act()
    except Misfilled as error:
        return Refusal(error.detail, error.status), []
    except BadSheet as error:
        bad = [_bad(each.line, each.column, each.detail, each.remedy) for each in error.lines]
    except ImportRefused as error:
        bad = [_bad(each.row, each.column, each.problem, each.remedy) for each in error.errors]
    except HotlineError as error:
        if not isinstance(error, Invalid):
            return Refusal(sentence(error), error.status), []
        bad = [_bad(0, "", error.detail, error.remedy)]
    else:
        return None, []
    return Refusal(say("sheet.bad", count=len(bad)), Invalid.status), bad


def _bad(row: int, column: str, problem: str, remedy: str) -> Bad:
    return Bad(row, column, _said(problem, "sheet_problem"), _said(remedy, "sheet_remedy"))


def _said(text: str, section: str) -> str:
    """Return the sentence in the reader's words; as it is where none is known."""
    if reading().code == "en":
        return text
    for part, words in words_of(section).items():
        if part in text:
            quoted = _QUOTED.search(text)
            rest = text.partition(part)[2].strip(" .:")
            return words.format(value=quoted[1] if quoted else "", rest=rest)
    return text


def _plain(text: str) -> str:
    """Return the text with one kind of line end, as files have it."""
    return text.replace("\0", "").replace("\r\n", "\n").removeprefix("\ufeff")


def _text_of(upload: UploadFile) -> str:
    content = upload.file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise Misfilled(say("sheet.too_long"))
    text = _workbook(content) if content[:2] == b"PK" else _decoded(content)
    if len(text) > MOST_LETTERS:
        raise Misfilled(say("sheet.too_long"))
    return text


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Misfilled(say("sheet.no_text"))


def _workbook(content: bytes) -> str:
    """Return the first sheet of a workbook as CSV, a row a line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    with TemporaryDirectory(prefix="hotline-sheet-") as folder:
        path = Path(folder, "sheet.xlsx")
        path.write_bytes(content)
        width = 0  # of the heading; a sheet may be formatted far beyond what is written in it
        for _, cells in read_xlsx(path, most_rows=_MOST_ROWS):
            filled = max(place for place, cell in enumerate(cells, 1) if cell.strip())
            width = width or filled
            writer.writerow(cells[: max(width, filled)])
            if out.tell() > MOST_LETTERS:
                raise Misfilled(say("sheet.too_long"))
    return out.getvalue()

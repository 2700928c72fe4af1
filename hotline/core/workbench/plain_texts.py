"""Plain text: nothing but letters, kept as UTF-8."""

import codecs
import re
from typing import BinaryIO

from hotline.core.workbench.kinds import TAKEN, Kind
from hotline.core.workbench.refusals import Refused

_PIECE = 1 << 16
_CODES = ("utf-8-sig", "gb18030")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\x80-\x9f]")
# What a browser, an office program or a shell takes for something else than text.
_MARKUP = re.compile(
    r"(?i)<\s*(!doctype|!entity|html|head|body|script|svg|iframe|object|embed|img|meta|link|style)"
    r"|<\s*\?\s*(xml|php|=)|<%|javascript:|\A\s*(#!|\{\\rtf|%!ps|mime-version:|content-type:)"
)
_OVERLAP = 64


def copy_text(source: BinaryIO, out: BinaryIO) -> Kind:
    """Write the text as UTF-8; raise Refused for what is no text, or is one of markup."""
    for code in _CODES:
        source.seek(0)
        out.seek(0)
        out.truncate()
        if _copied(source, out, code):
            return Kind.TEXT
    raise Refused("A file of this kind is not taken.", remedy=f"Taken are {TAKEN}.")


def _copied(source: BinaryIO, out: BinaryIO, code: str) -> bool:
    """Write the text and return True; return False where it is not written in this code."""
    reader = codecs.getincrementaldecoder(code)()
    before, last = "", False
    while not last:
        piece = source.read(_PIECE)
        last = not piece
        try:
            letters = reader.decode(piece, final=last)
        except UnicodeDecodeError:
            return False
        _require_plain(before + letters)
        out.write(letters.encode())
        before = (before + letters)[-_OVERLAP:] if before or letters else ""
    return True


def _require_plain(letters: str) -> None:
    if _CONTROLS.search(letters):
        raise Refused("The file holds signs that are no text.", remedy=f"Taken are {TAKEN}.")
    if _MARKUP.search(letters):
        raise Refused(
            "The text is a page, a picture or a program that some program would run.",
            remedy="Send plain text, or a PDF of it.",
        )

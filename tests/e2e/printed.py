"""What a PDF that Chromium has printed says, page by page, as whoever copies its text reads it.

Chromium (Skia) names a resource after its object, `/F12` and `/X7`, writes text as glyph numbers,
and tells in each font's ToUnicode table which letters these are.
"""

import re
import zlib

_OBJECT = re.compile(rb"(?<=\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_STEP = re.compile(rb"/F(\d+) [\d.]+ Tf|/X(\d+) Do|<([0-9A-Fa-f]+)> ?(?=Tj|-?[\d.]|\]|<)")
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")

Font = dict[int, str]


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page, in the order in which it was painted, without its spaces."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    found = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    return ["".join(_text(objects, ref, {})) for body in found for ref in _refs(body, b"Contents")]


def _refs(body: bytes, name: bytes) -> list[int]:
    return [int(each) for each in re.findall(rb"/" + name + rb" (\d+) 0 R", body)]


def _text(objects: dict[int, bytes], stream: int, fonts: dict[int, Font]) -> list[str]:
    said: list[str] = []
    font: Font = {}
    for chosen, form, glyphs in _STEP.findall(_content(objects[stream])):
        if chosen:
            font = fonts.setdefault(int(chosen), _font(objects, int(chosen)))
        elif form:
            said += _text(objects, int(form), fonts)
        else:
            places = range(0, len(glyphs), 4)
            said += [font.get(int(glyphs[at : at + 4], 16), "") for at in places]
    return [letter for letter in said if letter.strip()]


def _font(objects: dict[int, bytes], number: int) -> Font:
    (table,) = _refs(objects[number], b"ToUnicode")
    font: Font = {}
    for kind, block in _BLOCK.findall(_content(objects[table])):
        codes = [each.decode() for each in _HEX.findall(block)]
        if kind == b"bfchar":
            for glyph, letter in zip(codes[::2], codes[1::2], strict=True):
                font[int(glyph, 16)] = _letter(letter)
            continue
        for first, last, letter in zip(codes[::3], codes[1::3], codes[2::3], strict=True):
            for more in range(int(last, 16) - int(first, 16) + 1):
                font[int(first, 16) + more] = chr(int(letter, 16) + more)
    return font


def _letter(code: str) -> str:
    return bytes.fromhex(code).decode("utf-16-be")


def _content(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None:
        return b""
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]

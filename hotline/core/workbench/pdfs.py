"""PDF: one document from its first byte to its last, that does nothing by itself.

What would act (scripts, programs, forms that send, files within) is refused, not cut out: to cut
it out safely is to write the whole document anew. Names are looked for in the bytes as they lie
and in whatever unpacks, so that a wrong table of contents hides nothing.
"""

import re
import zlib
from collections.abc import Iterator

from hotline.core.workbench.kinds import Kind
from hotline.core.workbench.refusals import BEHIND_ITS_END, Limits, Refused, require_no_archive

_BLANK = b"\r\n\t\f \0"
_REF = rb"\d+\s+\d+\s+R"
_ENDS = rb"(?![A-Za-z0-9])"
_ACTS: dict[bytes, str] = {
    rb"/(?:JavaScript|OnInstantiate)" + _ENDS: "a script",
    rb"/XFA\s*(?:\[|" + _REF + rb")": "a form with scripts (XFA)",
    rb"/Launch" + _ENDS: "a program to be started",
    rb"/(?:SubmitForm|ImportData)" + _ENDS: "a form that sends or fetches data",
    rb"/GoTo[RE]" + _ENDS: "a way into another file",
    rb"/(?:EmbeddedFiles?|FileAttachment)" + _ENDS: "another file",
    rb"/EF\s*(?:<<|" + _REF + rb")": "another file",
    rb"/(?:RichMedia|Rendition|Movie|Sound)" + _ENDS: "sound or film",
}
_ACTING = [(re.compile(name), what) for name, what in _ACTS.items()]
_LOCKED = re.compile(rb"/Encrypt" + _ENDS)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)?")
# Objects packed into a stream; some readers unpack one that does not say so, by its `/First`.
_PACKED = re.compile(rb"/ObjStm" + _ENDS + rb"|/First\s+\d+\s*(?=[/>])")
_BEFORE = re.compile(rb"\bobj\b")
_PLAIN_DICTIONARY = re.compile(rb"\s*<<[^()<>%]*(?:<<[^()<>%]*>>[^()<>%]*)?>>\s*")
_ONLY_FLATE = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])" + _ENDS)
_CODED = re.compile(rb"/(?:Predictor\s+(?!1\b)|DecodeParms\s+\d|DP\b|F\b|FFilter\b)")
_NEAR = 8192  # bytes; the longest dictionary of packed objects that is taken
_PIECE = 1 << 18
_OVERLAP = 64
_MOST_STREAMS = 200_000
_ANEW = "Print it to a new PDF and send that."


def require_harmless(data: bytes, limits: Limits) -> Kind:
    """Return PDF for a whole document that does nothing by itself; raise Refused."""
    _require_whole(data)
    if _LOCKED.search(data):
        raise Refused("The PDF is locked, so nobody can look into it.", remedy=_ANEW)
    _require_still(data)
    _require_packed_plainly(data)
    left = limits.unpacked_mb << 20
    for count, found in enumerate(_STREAM.finditer(data)):
        for piece in _unpacked(data, found.end()):
            left -= len(piece)
            _require_still(piece)
            if left < 0:
                raise Refused(
                    f"The PDF unpacks to more than {limits.unpacked_mb} MB.", remedy=_ANEW
                )
        if count > _MOST_STREAMS:
            raise Refused("The PDF has too many parts.", remedy=_ANEW)
    return Kind.PDF


def _require_whole(data: bytes) -> None:
    end = data.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in data:
        raise Refused("The PDF is broken or cut off.", remedy=_ANEW)
    if data[end + 5 :].strip(_BLANK):
        raise Refused(BEHIND_ITS_END, remedy=_ANEW)
    require_no_archive(data)


def _require_still(data: bytes) -> None:
    """Raise Refused where a name stands that makes a reader act, spelt out or by codes."""
    spelt = _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), data) if b"#" in data else data
    for name, what in _ACTING:
        if name.search(spelt):
            raise Refused(f"The PDF holds {what}.", remedy=_ANEW)
    if len(_PACKED.findall(spelt)) != len(_PACKED.findall(data)):
        raise Refused("The PDF hides the names of its parts.", remedy=_ANEW)


def _require_packed_plainly(data: bytes) -> None:
    """Raise Refused unless every packed object can be unpacked, and so looked through, here."""
    for found in _PACKED.finditer(data):
        head = data[max(0, found.start() - _NEAR) : found.start()]
        begins = [each.end() for each in _BEFORE.finditer(head)]
        stream = _STREAM.search(data, found.end(), found.end() + _NEAR)
        if not begins or stream is None:
            if found[0].startswith(b"/ObjStm"):
                raise Refused("The PDF hides some of its parts.", remedy=_ANEW)
            continue
        words = head[begins[-1] :] + data[found.start() : stream.start()]
        if b"endobj" in words and not found[0].startswith(b"/ObjStm"):
            continue  # `/First` of an outline, which has no stream of its own
        plainly = _PLAIN_DICTIONARY.fullmatch(words) and not _CODED.search(words)
        coded = b"/Filter" in words
        if not plainly or (coded and not _flate(data, stream.end(), words)):
            raise Refused("The PDF hides some of its parts.", remedy=_ANEW)


def _flate(data: bytes, start: int, words: bytes) -> bool:
    """Return whether the stream is packed by Flate alone and unpacks to its end."""
    if not _ONLY_FLATE.search(words) or words.count(b"/Filter") != 1:
        return False
    unpacker, place = zlib.decompressobj(), start
    try:
        while not unpacker.eof and place < len(data):
            piece = unpacker.unconsumed_tail or data[place : place + _PIECE]
            place += 0 if unpacker.unconsumed_tail else _PIECE
            unpacker.decompress(piece, _PIECE)
    except zlib.error:
        return False
    return unpacker.eof


def _unpacked(data: bytes, start: int) -> Iterator[bytes]:
    """Yield what unpacks from here, in pieces that overlap; nothing where nothing is packed."""
    if data[start : start + 1] == b"" or (data[start] & 0x0F) != 8:
        return
    unpacker, place, before = zlib.decompressobj(), start, b""
    while not unpacker.eof and place < len(data):
        piece = unpacker.unconsumed_tail or data[place : place + _PIECE]
        place += 0 if unpacker.unconsumed_tail else _PIECE
        try:
            made = unpacker.decompress(piece, _PIECE)
        except zlib.error:
            return
        yield before + made
        before = made[-_OVERLAP:]

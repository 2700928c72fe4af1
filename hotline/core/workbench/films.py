"""MP4 and M4A: boxes in boxes; what tells of a place, a name or a maker is blanked out.

Lengths stay as they were, so that no table of places in the file has to be written anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hotline.core.workbench.kinds import Kind
from hotline.core.workbench.refusals import Refused, require_no_archive

_ANEW = "Save it anew as MP4 (H.264)."
_TOP = frozenset(
    {b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"ssix", b"prft", b"pdin"}
)
_BLANK = frozenset({b"free", b"skip", b"wide", b"udta", b"meta", b"uuid", b"emsg", b"iods"})
_INSIDE = frozenset({b"moov", b"trak", b"mdia", b"moof", b"traf"})
_SHOWN = frozenset({b"vide", b"soun"})  # of a track; a telephone's place is a third one
_MOST_BOXES = 100_000


@dataclass(frozen=True)
class Box:
    """One box: its name and where it, its content and its end lie."""

    name: bytes
    start: int
    inside: int
    end: int


def blank(data: bytearray, kind: Kind) -> Kind:
    """Blank out, in place, all but sound, picture and their tables; raise Refused."""
    tops = list(_boxes(data, 0, len(data)))
    names = [box.name for box in tops]
    if names[:1] != [b"ftyp"] or b"moov" not in names or not {b"mdat", b"moof"} & set(names):
        raise Refused("The film is broken or cut off.", remedy=_ANEW)
    for box in tops:
        if box.name not in _TOP | _BLANK:
            raise Refused("The film holds something that is no film.", remedy=_ANEW)
        _clean(data, box)
    require_no_archive(bytes(data[-(1 << 17) :]))
    return kind


def _clean(data: bytearray, box: Box) -> None:
    if box.name in _BLANK or (box.name == b"trak" and not _shown(data, box)):
        data[box.inside : box.end] = bytes(box.end - box.inside)
        data[box.start + 4 : box.start + 8] = b"free"
    elif box.name in _INSIDE:
        for each in _boxes(data, box.inside, box.end):
            _clean(data, each)


def _shown(data: bytearray, track: Box) -> bool:
    media = _named(data, track, b"mdia")
    handler = _named(data, media, b"hdlr") if media else None
    return handler is not None and bytes(data[handler.inside + 8 : handler.inside + 12]) in _SHOWN


def _named(data: bytearray, within: Box, name: bytes) -> Box | None:
    found = (each for each in _boxes(data, within.inside, within.end) if each.name == name)
    return next(found, None)


def _boxes(data: bytearray, place: int, end: int) -> Iterator[Box]:
    """Yield the boxes that fill this stretch; raise Refused where they do not fill it exactly."""
    count = 0
    while place < end:
        size, inside = int.from_bytes(data[place : place + 4], "big"), place + 8
        name = bytes(data[place + 4 : place + 8])
        if size == 1:
            size, inside = int.from_bytes(data[place + 8 : place + 16], "big"), place + 16
        if size == 0 and name == b"mdat" and end == len(data):
            size = end - place
        count += 1
        if len(name) < 4 or place + size > end or inside > place + size or count > _MOST_BOXES:
            raise Refused("The film is broken or cut off.", remedy=_ANEW)
        yield Box(name, place, inside, place + size)
        place += size

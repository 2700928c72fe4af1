"""What a file is, by its first bytes alone: neither its name nor its Content-Type is asked."""

import puremagic

from hotline.core.workbench.kinds import FORMS, TAKEN, Kind
from hotline.core.workbench.refusals import Refused

HEAD = 4096  # bytes; all that `recognise` looks at
_FIRST = {
    b"\xff\xd8\xff": Kind.JPEG,
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"%PDF-": Kind.PDF,
    b"PK\x03\x04": Kind.DOCX,  # or XLSX: its parts say which
    b"ID3": Kind.MP3,
}
_RIFF = {b"WEBP": Kind.WEBP, b"WAVE": Kind.WAV}
_SOUND_BRANDS = frozenset({b"M4A ", b"M4B "})
_FILM_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV"}
    | {b"3gp4", b"3gp5", b"3gp6", b"dash"}
)
_STILL_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})
_SURE = 0.5  # puremagic's own measure: five bytes or more agree


def recognise(head: bytes) -> Kind:
    """Return the kind that a file with this beginning must be; raise Refused for any other.

    Plain text is only guessed here: `plain_texts` reads it whole.
    """
    if not head:
        raise Refused("The file is empty.", remedy="Send it anew.")
    kind = _signed(head)
    if kind is None:
        _require_no_other(head)
        return Kind.TEXT
    expected = FORMS[kind].guessed
    if expected and not expected & {each.mime_type for each in _guesses(head)}:
        raise Refused(f"The file begins like {kind}, but is none.", remedy=f"Taken are {TAKEN}.")
    return kind


def _signed(head: bytes) -> Kind | None:
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:  # MPEG, layer III
        return Kind.MP3
    return next((kind for sign, kind in _FIRST.items() if head.startswith(sign)), None)


def _of_brand(brand: bytes) -> Kind:
    if brand in _SOUND_BRANDS:
        return Kind.M4A
    if brand in _FILM_BRANDS:
        return Kind.MP4
    if brand in _STILL_BRANDS:
        raise Refused("HEIC and AVIF pictures are not taken.", remedy="Send it as JPEG or PNG.")
    raise Refused("The film's format is not taken.", remedy="Save it as MP4 (H.264).")


def _require_no_other(head: bytes) -> None:
    sure = [each for each in _guesses(head) if each.confidence >= _SURE and each.name]
    if sure or b"\0" in head:
        what = f" It looks like: {sure[0].name}." if sure else ""
        raise Refused(f"A file of this kind is not taken.{what}", remedy=f"Taken are {TAKEN}.")


def _guesses(head: bytes) -> list[puremagic.PureMagicWithConfidence]:
    try:
        return puremagic.magic_string(head)
    except puremagic.PureError:
        return []

"""One file looked through and written clean: which way, its first bytes say."""

from collections.abc import Callable, Mapping
from typing import BinaryIO

from hotline.core.workbench import films, office, pdfs, pictures, plain_texts, sniffing, sounds
from hotline.core.workbench.kinds import Kind
from hotline.core.workbench.refusals import Limits

_Way = Callable[[BinaryIO, BinaryIO, Limits], Kind]


def inspect(source: BinaryIO, out: BinaryIO, limits: Limits) -> Kind:
    """Write to `out` what may be kept of the file, and return what it is; raise Refused."""
    kind = sniffing.recognise(source.read(sniffing.HEAD))
    source.seek(0)
    return _WAYS[kind](source, out, limits)


def _picture(kind: Kind) -> _Way:
    return lambda source, out, limits: pictures.paint_anew(source, out, kind, limits)


def _pdf(source: BinaryIO, out: BinaryIO, limits: Limits) -> Kind:
    data = source.read()
    kind = pdfs.require_harmless(data, limits)
    out.write(data)
    return kind


def _film(kind: Kind) -> _Way:
    def way(source: BinaryIO, out: BinaryIO, _limits: Limits) -> Kind:
        data = bytearray(source.read())
        films.blank(data, kind)
        out.write(data)
        return kind

    return way


_WAYS: Mapping[Kind, _Way] = {
    Kind.JPEG: _picture(Kind.JPEG),
    Kind.PNG: _picture(Kind.PNG),
    Kind.WEBP: _picture(Kind.WEBP),
    Kind.PDF: _pdf,
    Kind.DOCX: office.copy_harmless,
    Kind.TEXT: lambda source, out, _limits: plain_texts.copy_text(source, out),
    Kind.MP3: lambda source, out, _limits: sounds.copy_mp3(source.read(), out),
    Kind.WAV: lambda source, out, _limits: sounds.copy_wav(source.read(), out),
    Kind.M4A: _film(Kind.M4A),
    Kind.MP4: _film(Kind.MP4),
}

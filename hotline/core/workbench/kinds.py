"""The kinds of files that are taken; everything else is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    TEXT = "txt"
    MP3 = "mp3"
    WAV = "wav"
    M4A = "m4a"
    MP4 = "mp4"


TAKEN = ", ".join(Kind)


@dataclass(frozen=True)
class Form:
    """How a kind is called: in a download's head, at the end of a name, and by puremagic."""

    media_type: str
    suffix: str
    also: tuple[str, ...] = ()  # other ends of a name that are as right
    guessed: frozenset[str] = frozenset()  # puremagic's media types; none where it knows too little


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMS: Mapping[Kind, Form] = {
    Kind.JPEG: Form("image/jpeg", ".jpg", (".jpeg",), frozenset({"image/jpeg"})),
    Kind.PNG: Form("image/png", ".png", (), frozenset({"image/png"})),
    Kind.WEBP: Form("image/webp", ".webp", (), frozenset({"image/webp"})),
    Kind.PDF: Form("application/pdf", ".pdf", (), frozenset({"application/pdf"})),
    Kind.DOCX: Form(_WORD, ".docx", (), frozenset({_WORD, "application/zip"})),
    Kind.XLSX: Form(_EXCEL, ".xlsx", (), frozenset({_EXCEL, "application/zip"})),
    Kind.TEXT: Form("text/plain; charset=utf-8", ".txt", (".log", ".csv", ".md")),
    Kind.MP3: Form("audio/mpeg", ".mp3"),
    Kind.WAV: Form("audio/wav", ".wav", (), frozenset({"audio/wave", "audio/x-wav"})),
    Kind.M4A: Form("audio/mp4", ".m4a"),
    Kind.MP4: Form("video/mp4", ".mp4", (".m4v",)),
}

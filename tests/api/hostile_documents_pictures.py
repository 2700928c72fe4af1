"""Documents whose pictures tell where they were taken, or harm whoever paints them."""

import struct
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from PIL import Image

from tests.api.harmless_files import docx, picture, xlsx
from tests.api.hostile_file import Hostile, bare_picture
from tests.api.hostile_pictures import SCRIPT, huge_png, located, moving

_OFFICE = "application/vnd.openxmlformats-officedocument."
_DOCX: dict[str, Any] = {
    "name": "a.docx",
    "media_type": f"{_OFFICE}wordprocessingml.document",
}
_XLSX: dict[str, Any] = {"name": "a.xlsx", "media_type": f"{_OFFICE}spreadsheetml.sheet"}
_MAKER = b"SECRETMAKER"
_PLACE = {1: "N", 2: (29.0, 39.0, 0.0), 3: "E", 4: (91.0, 7.0, 0.0)}


def exif() -> Image.Exif:
    """Return what a camera writes: who made it and where."""
    told = Image.Exif()
    told[0x010F] = _MAKER.decode()
    told.get_ifd(0x8825).update(_PLACE)
    return told


def within(path: str, content: bytes, make: Callable[..., bytes] = docx) -> Callable[[], bytes]:
    return lambda: make(**{path: content})


def bare(path: str, size: tuple[int, int] = (32, 16)) -> Callable[[bytes], bool]:
    """Return whether a document holds that part as a picture of nothing but its pixels."""

    def holds(document: bytes) -> bool:
        with ZipFile(BytesIO(document)) as parts:
            kept = {name: parts.read(name) for name in parts.namelist()}
        with Image.open(BytesIO(kept[path])) as image:
            as_it_was = image.size == size
        told = any(_MAKER in each or SCRIPT in each for each in kept.values())
        return as_it_was and bare_picture(kept[path]) and not told

    return holds


def drawing(more: bytes) -> bytes:
    """Return an EMF's head with something behind."""
    head = struct.pack("<II", 1, 108) + bytes(32) + b" EMF" + bytes(64)
    return head + more


def tiff() -> bytes:
    out = BytesIO()
    Image.new("RGB", (32, 16), "red").save(out, "TIFF", exif=exif())
    return out.getvalue()


def dozens_of_large_ones() -> bytes:
    large = picture("PNG", (7000, 7000))
    return docx(**{f"word/media/{n}.png": large for n in range(6)})


_MEDIA = "word/media/image1"
WITH_PICTURES = [
    Hostile("document whose picture says where it was taken",
            within(f"{_MEDIA}.jpeg", located()), **_DOCX, defused=bare(f"{_MEDIA}.jpeg")),
    Hostile("sheet whose picture says where it was taken",
            within("xl/media/image1.jpg", located(), xlsx), **_XLSX,
            defused=bare("xl/media/image1.jpg")),
    Hostile("document whose png says where it was taken",
            within(f"{_MEDIA}.png", picture("PNG", exif=exif())), **_DOCX,
            defused=bare(f"{_MEDIA}.png")),
    Hostile("document whose tiff says where it was taken", within(f"{_MEDIA}.tiff", tiff()),
            **_DOCX, defused=lambda content: _MAKER not in tiff_of(content)),
    Hostile("document whose gif has a comment",
            within(f"{_MEDIA}.gif", picture("GIF", comment=SCRIPT)), **_DOCX,
            defused=bare(f"{_MEDIA}.gif")),
    Hostile("document whose small picture of itself says where",
            within("docProps/thumbnail.jpeg", located()), **_DOCX,
            defused=bare("docProps/thumbnail.jpeg")),
    Hostile("document whose picture has another's name", within(f"{_MEDIA}.png", located()),
            **_DOCX, defused=bare(f"{_MEDIA}.png")),
    Hostile("document whose picture is a telephone's with more behind",
            within(f"{_MEDIA}.jpg", located() + located()), **_DOCX,
            defused=bare(f"{_MEDIA}.jpg")),
    Hostile("document whose picture is a page", within(f"{_MEDIA}.png", SCRIPT), **_DOCX,
            refused="is none"),
    Hostile("document whose drawing holds a photograph",
            within(f"{_MEDIA}.emf", drawing(located())), **_DOCX, refused="hides"),
    Hostile("document whose drawing is a photograph", within(f"{_MEDIA}.wmf", located()), **_DOCX,
            refused="drawing"),
    Hostile("document whose font is a photograph", within("word/fonts/font1.odttf", located()),
            **_DOCX, refused="hides"),
    Hostile("document with a picture that nobody here can read",
            within("word/media/hdphoto1.wdp", b"II\xbc\x01" + bytes(99)), **_DOCX,
            refused="rare kind"),
    Hostile("document whose picture is cut off", within(f"{_MEDIA}.png", picture("PNG")[:60]),
            **_DOCX, refused="broken"),
    Hostile("document whose picture moves", within(f"{_MEDIA}.gif", moving("GIF")), **_DOCX,
            refused="moves"),
    Hostile("document whose picture unpacks to gigabytes",
            within(f"{_MEDIA}.png", huge_png(60_000, 60_000)), **_DOCX, refused="pixels"),
    Hostile("document of large pictures", dozens_of_large_ones, **_DOCX, refused="too many"),
]  # fmt: skip


def tiff_of(document: bytes) -> bytes:
    with ZipFile(BytesIO(document)) as parts:
        return parts.read(f"{_MEDIA}.tiff")

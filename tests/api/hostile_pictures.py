"""Pictures that mean harm, or tell more than they show."""

import gzip
import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.api.harmless_files import docx, pdf, picture, png_chunk
from tests.api.hostile_file import Hostile, bare_picture, without

SCRIPT = b"<script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
PNG_SIGN = b"\x89PNG\r\n\x1a\n"


def located() -> bytes:
    """Return a picture on its side, with the place where it was taken and who took it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90° to see it upright
    exif[0x010F] = "SECRETMAKER"
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 39.0, 0.0), 3: "E", 4: (91.0, 7.0, 0.0)})
    return picture(exif=exif)


def upright(content: bytes) -> bool:
    with Image.open(BytesIO(content)) as image:
        return image.size == (16, 32) and bare_picture(content) and b"SECRETMAKER" not in content


def moving(form: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:])
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IHDR", head) + png_chunk(b"IDAT", zlib.compress(bytes(1 << 20)))
    return PNG_SIGN + body + png_chunk(b"IEND", b"")


def huge_jpeg() -> bytes:
    plain = bytearray(picture())
    place = plain.index(b"\xff\xc0") + 5
    plain[place : place + 4] = b"\xff\xff\xff\xff"
    return bytes(plain)


def noted_png() -> bytes:
    notes = PngInfo()
    notes.add_text("Comment", SCRIPT.decode())
    return picture("PNG", pnginfo=notes)


def swollen_note() -> bytes:
    bomb = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200 << 20)))
    plain = picture("PNG")
    return plain[:33] + bomb + plain[33:]


def wrong_sum() -> bytes:
    plain = bytearray(picture("PNG"))
    plain[plain.index(b"IDAT") + 8] ^= 0xFF
    return bytes(plain)


_PNG: dict[str, Any] = {"name": "photo.png", "media_type": "image/png"}
_WEBP: dict[str, Any] = {"name": "photo.webp", "media_type": "image/webp"}
_NOT_TAKEN = "not taken"

PICTURES = [
    Hostile("scripted svg", lambda: SVG, "a.svg", "image/svg+xml", refused=_NOT_TAKEN),
    Hostile("svg that is called png", lambda: SVG, **_PNG, refused=_NOT_TAKEN),
    Hostile("svg behind blanks", lambda: b"\n" * 5000 + SVG, refused="some program would run"),
    Hostile("packed svg", lambda: gzip.compress(SVG), "a.svgz", refused=_NOT_TAKEN),
    Hostile("html as jpg", lambda: HTML, refused=_NOT_TAKEN),
    Hostile(
        "jpeg with a document behind", lambda: picture() + docx(), defused=without(b"PK", b"word/")
    ),
    Hostile("jpeg with html behind", lambda: picture() + HTML, defused=without(b"script")),
    Hostile("jpeg with pdf behind", lambda: picture() + pdf(), defused=without(b"%PDF", b"obj")),
    Hostile(
        "jpeg with php in its comment",
        lambda: picture(comment=b"<?php system($_GET[0]); ?>"),
        defused=without(b"<?php", b"system"),
    ),
    Hostile("place, maker and turn in exif", located, defused=upright),
    Hostile(
        "jpeg with xmp", lambda: picture(xmp=b"<x:xmpmeta>SECRETNAME</x:xmpmeta>"),
        defused=without(b"xmpmeta", b"SECRETNAME"),
    ),
    Hostile(
        "jpeg with a colour profile of its own",
        lambda: picture(icc_profile=b"SECRETPROFILE" * 99),
        defused=without(b"SECRETPROFILE"),
    ),
    Hostile("png with a script in its notes", noted_png, **_PNG, defused=without(b"script")),
    Hostile("png with an archive behind", lambda: picture("PNG") + docx(), **_PNG,
            defused=without(b"PK", b"word/")),
    Hostile("png whose note unpacks to 200 MB", swollen_note, **_PNG, refused="broken"),
    Hostile("png with a wrong sum", wrong_sum, **_PNG, refused="broken"),
    Hostile("cut off png", lambda: picture("PNG", (400, 400))[:200], **_PNG, refused="broken"),
    Hostile("cut off jpeg", lambda: picture(size=(400, 400))[:900], refused="broken"),
    Hostile("cut off webp", lambda: picture("WEBP", (400, 400))[:120], **_WEBP, refused="broken"),
    Hostile("jpeg in its first bytes only", lambda: b"\xff\xd8\xff\xe0" + HTML, refused="broken"),
    Hostile("pixel flood in png", lambda: huge_png(60_000, 60_000), **_PNG, refused="pixels"),
    Hostile("pixel flood in jpeg", huge_jpeg, refused="pixels"),
    Hostile("pixel flood in webp", lambda: picture("WEBP", (16_383, 4_000), lossless=True),
            **_WEBP, refused="pixels"),
    Hostile("png of 4 thousand million", lambda: huge_png(2**32 - 1, 2**32 - 1), **_PNG,
            refused="pixels"),
    Hostile("png whose first part is 4 GB", lambda: PNG_SIGN + b"\xff\xff\xff\xffIHDR" + bytes(99),
            **_PNG, refused="broken"),
    Hostile("png without size", lambda: huge_png(0, 0), **_PNG, refused="broken"),
    Hostile("moving png", lambda: moving("PNG"), **_PNG, refused="moves"),
    Hostile("moving webp", lambda: moving("WEBP"), **_WEBP, refused="moves"),
    Hostile("gif", lambda: picture("GIF"), "a.gif", "image/gif", refused=_NOT_TAKEN),
    Hostile("gif that is an archive (gifar)", lambda: picture("GIF") + docx(), refused=_NOT_TAKEN),
    Hostile("tiff", lambda: picture("TIFF"), "a.tif", "image/tiff", refused=_NOT_TAKEN),
    Hostile("heic", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99), "a.heic",
            refused="HEIC"),
    Hostile("pdf that is a jpeg too", lambda: b"%PDF-1.4\n" + picture(), refused="broken"),
    Hostile("postscript as jpg", lambda: b"%!PS-Adobe-3.0\n(%pipe%id) (w) file", refused="not"),
]  # fmt: skip

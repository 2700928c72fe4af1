"""DOCX and XLSX: a ZIP file of known parts, without programs, files within or ways out.

It is packed anew: only its parts are kept, pictures among them painted anew.
"""

import zipfile
import zlib
from typing import IO, BinaryIO
from xml.parsers.expat import ExpatError

from hotline.core.workbench import office_parts
from hotline.core.workbench.kinds import Kind
from hotline.core.workbench.office_pictures import Painter
from hotline.core.workbench.refusals import BEHIND_ITS_END, ZIP_END, Limits, Refused

_MOST_PARTS = 3000
_MOST_TIMES = 300  # how often smaller a part may be packed; sheets of zeros reach some two hundred
_SMALL = 1 << 20  # bytes; below this it does not matter
_PIECE = 1 << 18
_LOCAL, _DESCRIPTOR = 30, 24
_LAST_RECORD = 22
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, ExpatError)
_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ANEW = "Save it anew as .docx or .xlsx, or send a PDF of it."


def copy_harmless(source: BinaryIO, out: BinaryIO, limits: Limits) -> Kind:
    """Write what may be kept; return DOCX or XLSX. Raise Refused.

    No more than the limit is ever unpacked.
    """
    try:
        with zipfile.ZipFile(source) as parts:
            _require_bounded(parts, limits)
            _require_one_after_another(parts, source)
            office_parts.require_known(parts.namelist())
            _pack_anew(parts, out, Painter(limits))
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


def _pack_anew(parts: zipfile.ZipFile, out: BinaryIO, painter: Painter) -> None:
    """Unpack each part to its end, which checks its sum, and write what may be kept of it."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as anew:
        for part in parts.infolist():
            bare = zipfile.ZipInfo(part.filename)  # neither its moment nor whose it was
            bare.compress_type = zipfile.ZIP_DEFLATED
            reader = office_parts.reader_of(part.filename)
            if reader:
                with parts.open(part) as content, anew.open(bare, "w") as into:
                    _copy_read(content, into, reader)
            elif not part.is_dir():
                anew.writestr(bare, painter.cleaned(part.filename, parts.read(part)))


def _copy_read(content: IO[bytes], into: IO[bytes], reader: office_parts.Reader) -> None:
    while piece := content.read(_PIECE):
        reader.feed(piece)
        into.write(piece)
    reader.finish()

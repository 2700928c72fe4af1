"""Why a file is not taken, told to who sent it; what its name was is not repeated."""

from dataclasses import dataclass

from hotline.core.errors import Invalid


class Refused(Invalid):
    """The file is not kept; nothing was done."""

    title = "File not accepted"


@dataclass(frozen=True)
class Limits:
    """How much a file may hold once it is unpacked."""

    megapixels: int = 50
    unpacked_mb: int = 512


REFUSED = 3  # the workbench's exit status, with why as JSON
BEHIND_ITS_END = "The file goes on behind its end: it is two files in one."
ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 22 + 0xFFFF  # a ZIP file's last record and the comment that may follow it


def require_no_archive(tail: bytes) -> None:
    """Raise Refused when the file, of which this is the end, is an archive too (a polyglot)."""
    if ZIP_END in tail[-_ZIP_TAIL:]:
        raise Refused(BEHIND_ITS_END, remedy="Send each file by itself.")

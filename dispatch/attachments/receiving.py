"""A file that was sent: copied piece by piece, examined, named and scanned; not yet kept."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dispatch.attachments import examining, file_names, scanners
from dispatch.attachments.nameless import nameless, reached_by
from dispatch.attachments.scanners import Scanner, Verdict
from hotline.core.errors import HotlineError, Unavailable
from hotline.core.settings import Settings
from hotline.core.workbench.kinds import Kind
from hotline.core.workbench.refusals import Limits, Refused

_PIECE = 1 << 18
INCOMING = "incoming"  # below the folder of attachments: on its disk lie files without a name


class TooLong(HotlineError):
    status = 413
    title = "Too long"


@dataclass(frozen=True)
class House:
    """Where files lie, how much is taken, and who scans them."""

    folder: Path
    most_mb: int
    most_files: int
    limits: Limits
    scanner: Scanner
    least_free_mb: int

    @property
    def incoming(self) -> Path:
        return self.folder / INCOMING


@dataclass(frozen=True)
class Received:
    """A file that may be kept: what it is, its clean content, and what tells it from others."""

    kind: Kind
    name: str
    content: Path
    fingerprint: str  # of what was sent, under the name it was sent by
    verdict: Verdict


def house_of(own: Settings) -> House:
    """Return the house that the settings describe."""
    return House(
        folder=own.attachments_dir,
        most_mb=own.attachment_mb,
        most_files=own.attachments_per_ticket,
        limits=Limits(megapixels=own.attachment_megapixels),
        scanner=scanners.scanner_of(
            own.scanner,
            timeout_s=own.scanner_timeout_s,
            folder=own.attachments_dir / INCOMING,
        ),
        least_free_mb=own.min_free_mb,
    )


@contextmanager
def received(content: BinaryIO, name: str, house: House) -> Iterator[Received]:
    """Yield the file, examined; raise Refused for what is not taken, TooLong for too much."""
    with workplace(house) as result:
        clean = reached_by(result)
        with workplace(house) as given:
            digest = _copy(content, reached_by(given), most=house.most_mb << 20)
            kind = examining.examine(given, result, house.limits)
        verdict = house.scanner.scan(clean)
        if verdict is Verdict.INFECTED:
            raise Refused("The scanner found something harmful in it.", remedy="Don't open it.")
        yield Received(kind, file_names.normalise(name, kind), clean, f"{digest} {name}", verdict)


@contextmanager
def workplace(house: House) -> Iterator[int]:
    """Yield the handle of a file without a name, gone afterwards and however we end.

    Raises Unavailable when the disk is nearly full.
    """
    house.incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(house.incoming).free < house.least_free_mb << 20:
        raise Unavailable("The disk is nearly full.", remedy="An operator must make room.")
    with nameless(house.incoming) as handle:
        yield handle


def _copy(content: BinaryIO, to: Path, *, most: int) -> str:
    """Copy the content, piece by piece, and return its digest."""
    digest, length = hashlib.sha256(), 0
    with to.open("wb") as out:
        while piece := content.read(_PIECE):
            length += len(piece)
            if length > most:
                raise TooLong(
                    f"The file has more than {most >> 20} MB.", remedy="Send a smaller one."
                )
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()

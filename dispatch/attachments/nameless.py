"""Files without a name: what is sent lies in one, and is gone with the process that holds it.

`kill -9` and a lost machine leave nothing of it that could be opened: no folder lists it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory, TemporaryFile


@contextmanager
def nameless(folder: Path) -> Iterator[int]:
    """Yield the handle of an empty file on the folder's disk; nobody else can open it."""
    with TemporaryFile(dir=folder) as file:
        yield file.fileno()


def reached_by(handle: int) -> Path:
    """Return a path that opens the file anew, in each process that holds the handle."""
    return Path(f"/proc/self/fd/{handle}")


@contextmanager
def named(content: Path, folder: Path | None) -> Iterator[Path]:
    """Yield a copy for a program that takes only names; the path itself without a folder.

    It is gone afterwards; what `kill -9` leaves of it, `sweeps.scan_waiting` removes.
    """
    if folder is None:
        yield content
        return
    with TemporaryDirectory(dir=folder) as own:
        copy = Path(own) / "clean"
        copyfile(content, copy)
        yield copy

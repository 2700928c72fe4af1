"""Where files lie: each under a random name, sealed piece by piece with its holder's own key.

A piece is bound to its file, its place and whether it is the last: none can be left out, moved or
put into another file.
"""

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from hotline.core import privacy, vault
from hotline.core.errors import NotFound
from hotline.core.privacy import KeyHolder

PIECE = 1 << 18  # bytes in the clear
_TAG = 16
_SEALED = vault.NONCE_BYTES + PIECE + _TAG
PARTIAL = ".partial"


def path_of(folder: Path, name: uuid.UUID) -> Path:
    """Return where the file of this name lies."""
    return folder / name.hex[:2] / name.hex


def write(folder: Path, name: uuid.UUID, holder: KeyHolder, content: BinaryIO) -> int:
    """Seal the content under this name, whole or not at all; return its length in bytes."""
    path = path_of(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(PARTIAL)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    size = 0
    with open(handle, "wb") as out:
        for sealed, length in _sealed(name, holder, content):
            out.write(sealed)
            size += length
        out.flush()
        os.fsync(handle)
    partial.rename(path)
    _sync(path.parent)
    return size


def read(folder: Path, name: uuid.UUID, holder: KeyHolder) -> Iterator[bytes]:
    """Return the content, piece by piece; raise NotFound at once when the file is not there.

    Raises Unreadable where a piece was changed, moved or cut off.
    """
    try:
        content = path_of(folder, name).open("rb")
    except FileNotFoundError as error:
        raise NotFound("The file's content is not there.", remedy="Ask for it again.") from error
    return _unsealed(name, holder, content)


def remove(folder: Path, name: uuid.UUID) -> None:
    """Delete the file, if it is there."""
    path_of(folder, name).unlink(missing_ok=True)


def _sealed(name: uuid.UUID, holder: KeyHolder, content: BinaryIO) -> Iterator[tuple[bytes, int]]:
    key = privacy.own_key(holder)
    piece, place = content.read(PIECE), 0
    while True:
        following = content.read(PIECE)
        purpose = _purpose(name, holder, place, last=not following)
        yield vault.encrypt(key, piece, purpose), len(piece)
        if not following:
            return
        piece, place = following, place + 1


def _unsealed(name: uuid.UUID, holder: KeyHolder, content: BinaryIO) -> Iterator[bytes]:
    key = privacy.own_key(holder)
    with contextlib.closing(content):
        sealed, place = content.read(_SEALED), 0
        while True:
            following = content.read(_SEALED)
            purpose = _purpose(name, holder, place, last=not following)
            yield vault.decrypt(key, sealed, purpose)
            if not following:
                return
            sealed, place = following, place + 1


def _purpose(name: uuid.UUID, holder: KeyHolder, place: int, *, last: bool) -> str:
    return f"attachment:{holder.id}:{name}:{place}:{'last' if last else 'more'}"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

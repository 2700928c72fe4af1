"""Files sealed piece by piece with a key, so that any part can be read without the rest.

A piece is bound to the file's name, its place and whether it is the last: none can be left out,
moved, or put into another file.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from hotline.core.ciphers import NONCE_BYTES, decrypt, encrypt

PIECE = 1 << 16  # bytes in the clear: four seconds of a telephone's sound
_SEALED = NONCE_BYTES + PIECE + 16  # and GCM's tag


def write(path: Path, key: bytes, name: str, content: BinaryIO) -> int:
    """Seal the content into the file, whole or not at all; return its length in bytes."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)  # of a process that died and had our number
    size = place = 0
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        piece = content.read(PIECE)
        while True:
            following = content.read(PIECE)
            out.write(encrypt(key, piece, _purpose(name, place, last=not following)))
            size, place = size + len(piece), place + 1
            if not following:
                break
            piece = following
        out.flush()
        os.fsync(out.fileno())
    partial.rename(path)
    _sync(path.parent)
    return size


def length(path: Path) -> int:
    """Return how many bytes the file holds in the clear."""
    sealed = path.stat().st_size
    pieces = max(1, -(-sealed // _SEALED))
    return sealed - pieces * (_SEALED - PIECE)


def read(
    path: Path, key: bytes, name: str, start: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """Yield the bytes in [start, end); raise Unreadable where one was changed, moved or cut off."""
    with path.open("rb") as content:
        size = os.fstat(content.fileno()).st_size
        last = max(1, -(-size // _SEALED)) - 1
        until = length(path) if end is None else end
        for place in range(start // PIECE, last + 1):
            begins = place * PIECE
            if begins >= until and place > start // PIECE:
                return
            content.seek(place * _SEALED)
            purpose = _purpose(name, place, last=place == last)
            piece = decrypt(key, content.read(_SEALED), purpose)
            yield piece[max(0, start - begins) : until - begins]


def _purpose(name: str, place: int, *, last: bool) -> str:
    return f"file:{name}:{place}:{'last' if last else 'more'}"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

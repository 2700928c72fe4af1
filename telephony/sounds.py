"""What a recording sounds like, in whichever of its forms it lies there: as a file, and as PCM.

A tape (`.tape`) is heard as WAV, what was sealed after its call (`.flac.sealed`, an earlier
version's `.wav.sealed`) as it was encoded. Any part of it is read without the rest.
"""

import io
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hotline.core import sealed_files
from hotline.core.keyring import Keyring
from telephony import flac, tapes

SEALED = ".sealed"
ENCODED = ".flac"
WAV, FLAC = "audio/wav", "audio/flac"
_HEAD = 44  # bytes of a WAV's


@dataclass(frozen=True)
class Sound:
    """`read` yields the bytes in [start, end) of `length`; they are a file of `media_type`."""

    media_type: str
    length: int
    read: Callable[[int, int], Iterator[bytes]]

    def stereo(self) -> Iterator[bytes]:
        """Yield interleaved 16-bit PCM at 8 kHz: left the caller, right whoever talks to them.

        What an earlier version recorded of both together is on both sides.
        """
        return flac.decode(io.BufferedReader(_File(self), sealed_files.PIECE))

    def sides(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield (left, right), 16-bit mono PCM at 8 kHz each."""
        return map(tapes.split, self.stereo())


def of_tape(path: Path, ring: Keyring) -> Sound:
    """Return a tape as a WAV file; it may still be growing."""
    size = tapes.pcm_bytes(path)
    head = _wav_head(size)

    def read(start: int, end: int) -> Iterator[bytes]:
        yield head[start:end]
        yield from tapes.pcm(path, ring, max(0, start - _HEAD), max(0, end - _HEAD))

    return Sound(WAV, _HEAD + size, read)


def of_sealed(path: Path, key: bytes, name: str) -> Sound:
    """Return what was sealed with the caller's key into this file."""
    kind = FLAC if path.stem.endswith(ENCODED) else WAV

    def read(start: int, end: int) -> Iterator[bytes]:
        return sealed_files.read(path, key, name, start, end)

    return Sound(kind, sealed_files.length(path), read)


def of_plain(path: Path) -> Sound:
    """Return a WAV that an earlier version wrote."""

    def read(start: int, end: int) -> Iterator[bytes]:
        with path.open("rb") as content:
            content.seek(start)
            while start < end and (part := content.read(min(sealed_files.PIECE, end - start))):
                yield part
                start += len(part)

    return Sound(WAV, path.stat().st_size, read)


class _File(io.RawIOBase):
    """A sound as a file that can be read and sought in."""

    def __init__(self, sound: Sound) -> None:
        self._sound, self._at = sound, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        from_where = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._sound.length}
        self._at = max(0, from_where[whence] + offset)
        return self._at

    def readinto(self, into: "memoryview", /) -> int:  # type: ignore[override]
        end = min(self._at + len(into), self._sound.length)
        data = b"".join(self._sound.read(self._at, end)) if self._at < end else b""
        into[: len(data)] = data
        self._at += len(data)
        return len(data)


def _wav_head(size: int) -> bytes:
    rate, width = tapes.RATE, 4
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", size + _HEAD - 8, b"WAVE", b"fmt ", 16, 1, 2),
        *(rate, rate * width, width, 16, b"data", size),
    )

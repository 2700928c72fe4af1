"""A tape: a call's sound as it is recorded, sealed every 100 ms, in a file that only grows.

After a head of 48 bytes come blocks of five stereo frames, each sealed by the tape's own key for
its place. All are equally long but the last, so any of them is found without the others; one that
a crash cut off does not open, and the tape ends before it. Left is the caller, right whoever talks
to them. Only the site's master key opens a tape; its writer forgets the key (`tape_keys`).
"""

import os
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hotline.core.ciphers import Unreadable
from hotline.core.keyring import Keyring
from telephony.syncing import Syncing
from telephony.tape_keys import ID_BYTES, PUBLIC_BYTES, key_of, new_key, pair_id

SUFFIX = ".tape"
RATE = 8000
FRAME_BYTES = 640  # 20 ms of 16-bit stereo
BLOCK_BYTES = 5 * FRAME_BYTES
BYTES_A_SECOND = 50 * FRAME_BYTES
LOOK_S = 0.05  # how often who follows a tape looks for more

_MAGIC = b"HLTAPE1\n"
_HEAD = len(_MAGIC) + ID_BYTES + PUBLIC_BYTES
_TAG = 16
_SEALED = BLOCK_BYTES + _TAG

log = structlog.get_logger()

Sides = tuple[bytes, bytes]


class SealedTape:
    """Writes one tape. What is less than a block is sealed when the tape is closed."""

    def __init__(self, path: Path, public: bytes, syncing: Syncing | None = None) -> None:
        """Begin a file that is not there yet; raise OSError when that can't be."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key, shown = new_key(public)
        self._cipher, self._name = AESGCM(key), path.stem
        self._waiting = bytearray()
        self._blocks = self._frames = 0
        self._refused = False
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            self._put(_MAGIC + pair_id(public) + shown)
            self._synced = syncing.begin(self._file, path.parent) if syncing else lambda: None
        except OSError:
            os.close(self._file)
            raise

    @property
    def seconds(self) -> float:
        return self._frames * FRAME_BYTES / BYTES_A_SECOND

    def write(self, frames: list[bytes]) -> None:
        """Append frames; raise OSError when the disk refuses, now and ever after."""
        if self._refused:
            raise OSError("The disk refused an earlier part of this tape.")
        self._waiting += b"".join(frames)
        while len(self._waiting) >= BLOCK_BYTES:
            self._seal(bytes(self._waiting[:BLOCK_BYTES]))
            del self._waiting[:BLOCK_BYTES]
        self._frames += len(frames)

    def close(self) -> None:
        """Seal the rest and let the file go; raise OSError when the disk refused it."""
        if self._file < 0:
            return
        try:
            if self._waiting and not self._refused:
                self._seal(bytes(self._waiting))
        finally:
            file, self._file = self._file, -1
            os.close(file)
            self._synced()

    def _seal(self, plain: bytes) -> None:
        number, self._blocks = self._blocks, self._blocks + 1
        self._put(self._cipher.encrypt(_nonce(number), plain, _place(self._name, number)))

    def _put(self, data: bytes) -> None:
        """Hand the whole to the system; a tape with a hole would seal other words by one nonce."""
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError:
            self._refused = True
            raise


class Recorder:
    """Begins tapes by their path below the recordings folder, sealed by the present public half."""

    def __init__(self, folder: Path, public: bytes) -> None:
        self._folder, self._public, self._syncing = folder, public, Syncing()

    def __call__(self, path: str) -> SealedTape:
        """Return a new tape; raise OSError when it can't be begun."""
        return SealedTape(self._folder / path, self._public, self._syncing)

    def settle(self, within_s: float) -> bool:
        """Return whether every tape that was closed is on the disk, waiting so long at most."""
        return self._syncing.settle(within_s)

    def seal_by(self, public: bytes) -> None:
        """Seal the tapes that begin from now on by another pair; those that run go on as they are.

        Raises ValueError for what is no public half.
        """
        X25519PublicKey.from_public_bytes(public)
        self._public = public


def recorder(folder: Path, public: bytes) -> Recorder:
    """Return what begins the tape of a path below the recordings folder; it raises OSError."""
    return Recorder(folder, public)


def follow(path: Path, ring: Keyring, *, over: Callable[[], bool]) -> Iterator[Sides]:
    """Yield (left, right) of each 100 ms as it is written, until `over()` and all is read.

    PCM, 8 kHz, 16-bit. A block that was damaged is silence; raises Unreadable when none opens,
    FileNotFoundError for no tape.
    """
    return map(split, _blocks(path, ring, over))


def read(path: Path, ring: Keyring) -> Iterator[Sides]:
    """Yield (left, right) of each 100 ms that is there; raise as `follow` does."""
    return follow(path, ring, over=lambda: True)


def blocks(path: Path, ring: Keyring) -> Iterator[bytes]:
    """Yield the interleaved PCM of each 100 ms that is there; raise as `follow` does."""
    return _blocks(path, ring, over=lambda: True)


def pcm(path: Path, ring: Keyring, start: int, end: int) -> Iterator[bytes]:
    """Yield the interleaved PCM in [start, end) bytes, opening no block beside it."""
    with path.open("rb") as file:
        opened = _Opened(path, file, ring)
        for number in range(start // BLOCK_BYTES, -(-end // BLOCK_BYTES)):
            begins = number * BLOCK_BYTES
            yield opened.block(number)[max(0, start - begins) : end - begins]


def pcm_bytes(path: Path) -> int:
    """Return how much PCM a tape holds, by the file's size: without any key."""
    size = max(0, path.stat().st_size - _HEAD)
    whole, rest = divmod(size, _SEALED)
    return whole * BLOCK_BYTES + max(0, rest - _TAG) // FRAME_BYTES * FRAME_BYTES


def seconds(path: Path) -> float:
    """Return a tape's length, by the file's size."""
    return pcm_bytes(path) / BYTES_A_SECOND


def split(block: bytes) -> Sides:
    """Return the left and the right samples of interleaved 16-bit stereo."""
    samples = array("h", block)
    return samples[0::2].tobytes(), samples[1::2].tobytes()


class _Opened:
    """A tape's blocks by their number; `sound` and `damaged` count those that were read."""

    def __init__(self, path: Path, file: BinaryIO, ring: Keyring) -> None:
        self._file, self._name = file, path.stem
        self.sound = self.damaged = 0
        head = file.read(_HEAD)
        if not head.startswith(_MAGIC) or len(head) < _HEAD:
            raise Unreadable(f"{path.name} is no tape.", remedy="Restore it from the backup.")
        at = len(_MAGIC)
        key = key_of(ring, head[at : at + ID_BYTES], head[at + ID_BYTES :])
        self._cipher = AESGCM(key)

    @property
    def whole(self) -> int:
        """How many whole blocks there are now."""
        return (os.fstat(self._file.fileno()).st_size - _HEAD) // _SEALED

    def block(self, number: int) -> bytes:
        """Return a block's PCM: silence for a damaged one, nothing where the tape ends."""
        self._file.seek(_HEAD + number * _SEALED)
        sealed = self._file.read(_SEALED)
        try:
            plain = self._cipher.decrypt(_nonce(number), sealed, _place(self._name, number))
        except (InvalidTag, ValueError):  # ValueError: shorter than a tag
            if len(sealed) < _SEALED:
                return b""
            self.damaged += 1
            return bytes(BLOCK_BYTES)
        self.sound += 1
        return plain

    def judge(self) -> None:
        """Tell of damaged blocks; raise Unreadable when no other was there."""
        if self.damaged and not self.sound:
            raise Unreadable(
                f"No part of tape {self._name} opens.", remedy="Restore it from the backup."
            )
        if self.damaged:
            log.error("tape.damaged", tape=self._name[:8], seconds=self.damaged / 10)


def _blocks(path: Path, ring: Keyring, over: Callable[[], bool]) -> Iterator[bytes]:
    with path.open("rb") as file:
        while path.stat().st_size < _HEAD:  # its writer has only just begun, or died right then
            if over():
                return
            time.sleep(LOOK_S)
        opened, number, ends = _Opened(path, file, ring), 0, False
        while not ends:
            ends = over()  # asked first: whatever was written before it is read
            while number < opened.whole:
                yield opened.block(number)
                number += 1
            if not ends:
                time.sleep(LOOK_S)
        if last := opened.block(number):
            yield last
        opened.judge()


def _nonce(number: int) -> bytes:
    """Return a nonce that no other block of this tape has; no other tape has its key."""
    return number.to_bytes(12)


def _place(name: str, number: int) -> bytes:
    return f"tape:{name}:{number}".encode()

"""The site's master keys: the first writes, all of them read (docs/decisions/master-key.md).

During a rotation `master.key` and `master.key.next` both lie there. Every process looks at the
files several times a second, so that none of them must be restarted, and a rotation begins only
when all of them have seen its key.
"""

import contextlib
import hashlib
import os
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import structlog

from hotline.core.ciphers import KEY_BYTES, Unreadable, decrypt, encrypt
from hotline.core.errors import CannotStart
from hotline.core.settings import Settings, settings

ID_BYTES = 8
LOOK_S = 0.2  # looking takes as long as sealing; a rotation waits until everybody has looked
_RETIRED = "retired master key"

log = structlog.get_logger()

_seen: "tuple[float, Settings, Keyring] | None" = None

Stamp = tuple[int, int, int] | None


@dataclass(frozen=True)
class Keyring:
    """Master keys: `keys[0]` writes. The retired ones only open what was sealed before."""

    keys: tuple[bytes, ...]
    retired: tuple[bytes, ...] = ()

    @property
    def writes(self) -> bytes:
        """The key by which everything is sealed from now on."""
        return self.keys[0]

    @property
    def reads(self) -> tuple[bytes, ...]:
        """Every key by which something may have been sealed, the likeliest first."""
        return (*self.keys, *self.retired)


def key_id(key: bytes) -> bytes:
    """Return what names the key without telling it."""
    return hashlib.sha256(b"hotline master key" + key).digest()[:ID_BYTES]


def key_file(own: Settings) -> Path:
    """Return where the master key is kept when no setting holds it."""
    return own.data_dir / "master.key"


def next_key_file(own: Settings) -> Path:
    """Return where the new key lies while everything is sealed anew."""
    return own.data_dir / "master.key.next"


def retired_file(own: Settings) -> Path:
    """Return where earlier keys are kept, sealed by the present one."""
    return own.data_dir / "master.key.retired"


def ensure_master_key(path: Path) -> None:
    """Write a new master key, readable by its owner only, whole or not at all."""
    if not path.exists():
        write_whole(path, secrets.token_hex(KEY_BYTES))


def read_master_key(own: Settings) -> bytes:
    """Return the site's present master key; raise CannotStart for none or a malformed one."""
    return _parsed(own.secret_key or _text(key_file(own)), "HOTLINE_SECRET_KEY", key_file(own))


def read_next_key(own: Settings) -> bytes | None:
    """Return the key that takes over, while a rotation is under way."""
    text = own.secret_key_next or _text(next_key_file(own))
    return _parsed(text, "HOTLINE_SECRET_KEY_NEXT", next_key_file(own)) if text else None


def keyring() -> Keyring:
    """Return the master keys as they were at most `LOOK_S` ago."""
    global _seen
    moment = time.monotonic()
    if _seen is None or moment - _seen[0] > LOOK_S or _seen[1] is not settings():
        _seen = moment, settings(), keyring_of(settings())
    return _seen[2]


def look_again() -> None:
    """Have this process look at the files before it seals anything more."""
    global _seen
    _seen = None


def keyring_of(own: Settings) -> Keyring:
    """Return a site's master keys; raise CannotStart when there is none."""
    folder = str(own.data_dir)
    # Asked for each value that is sealed: two looks at the disk, some microseconds. The retired
    # keys change only just before the present one does.
    stamps = (_stamp(f"{folder}/master.key"), _stamp(f"{folder}/master.key.next"))
    return _read(folder, own.secret_key, own.secret_key_next, stamps)


def retire(own: Settings, old: bytes, new: bytes) -> None:
    """Keep the old key, and those before it, sealed by the new one; doing it again adds nothing."""
    opened = {line: _opened(line, (new, old)) for line in _retired_lines(own)}
    lost = [f"{line}\n" for line, key in opened.items() if key is None]  # perhaps to be mended
    known = dict.fromkeys(key for key in (*opened.values(), old) if key and key != new)
    lines = [f"{key_id(key).hex()} {encrypt(new, key, _RETIRED).hex()}\n" for key in known]
    write_whole(retired_file(own), "".join((*lost, *lines)))


def promote(own: Settings) -> None:
    """Let the new key take the old one's place, at one stroke."""
    next_key_file(own).replace(key_file(own))
    _sync(own.data_dir)
    look_again()


def write_whole(path: Path, text: str) -> None:
    """Write a file that only its owner reads: the whole of it is there, or what was before."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)  # of a process that died and had our number
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    partial.rename(path)
    _sync(path.parent)
    look_again()


@lru_cache(maxsize=8)
def _read(folder: str, present: str, following: str, _stamps: tuple[Stamp, ...]) -> Keyring:
    own = Settings(data_dir=Path(folder), secret_key=present, secret_key_next=following)
    following_key = read_next_key(own)
    present_key = read_master_key(own)  # read last: a key promoted in between is found here
    keys = tuple(dict.fromkeys(key for key in (following_key, present_key) if key))
    return Keyring(keys, tuple(key for key in _retired(own, keys) if key not in keys))


def _retired(own: Settings, keys: tuple[bytes, ...]) -> list[bytes]:
    """Return the retired keys that one of these opens."""
    opened = (_opened(line, keys) for line in _retired_lines(own))
    return list(dict.fromkeys(key for key in opened if key))


def _retired_lines(own: Settings) -> list[str]:
    return [line for line in _text(retired_file(own)).splitlines() if line.strip()]


def _opened(line: str, keys: tuple[bytes, ...]) -> bytes | None:
    """Return the key that a line holds; None, said once, when none of these opens it."""
    try:
        sealed = bytes.fromhex(line.partition(" ")[2])
    except ValueError:
        sealed = b""
    for key in keys:
        with contextlib.suppress(Unreadable):
            return decrypt(key, sealed, _RETIRED)
    _complain(line)
    return None


@lru_cache(maxsize=64)
def _complain(line: str) -> None:
    """Say once in a process that a retired key is lost: what the others seal opens all the same."""
    log.error(
        "keyring.retired_unreadable",
        line=line[: 2 * ID_BYTES],
        remedy="restore master.key.retired from the present master.key's backup, and restart",
    )


def _parsed(text: str, name: str, path: Path) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise CannotStart(
            f"No vault key: {name} or {path} must hold {2 * KEY_BYTES} hex digits.",
            remedy="`hotline up` makes one; restore it from the backup if data exists already.",
        )
    return key


def _text(path: Path) -> str:
    try:
        # What is no ASCII is no hex digit either: whoever reads it says so.
        return path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return ""


def _stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)  # a Path takes ten times as long
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

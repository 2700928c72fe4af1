"""Keys: one a person, wrapped by a master key that the database never sees.

Destroying a person's wrapped key erases everything sealed with it (个人信息保护法 art. 47).
"""

import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hotline.core.errors import CannotStart, HotlineError
from hotline.core.settings import Settings, settings

NONCE_BYTES = 12
KEY_BYTES = 32


class Unreadable(HotlineError):
    """A sealed value can't be opened: another master key, or the bytes were changed."""

    title = "The vault can't be opened"


def ensure_master_key(path: Path) -> None:
    """Write a new master key, readable by its owner only, whole or not at all."""
    if path.exists():
        return
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(secrets.token_hex(KEY_BYTES))
        out.flush()
        os.fsync(out.fileno())
    partial.rename(path)


@lru_cache
def master_key() -> bytes:
    """Return this process's master key; raise CannotStart when there is none."""
    return read_master_key(settings())


def key_file(own: Settings) -> Path:
    """Return where the master key is kept when no setting holds it."""
    return own.data_dir / "master.key"


def read_master_key(own: Settings) -> bytes:
    """Return the site's master key; raise CannotStart when there is none or it is malformed."""
    path = key_file(own)
    text = own.secret_key or (path.read_text().strip() if path.exists() else "")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise CannotStart(
            f"No vault key: HOTLINE_SECRET_KEY or {path} must hold {2 * KEY_BYTES} hex digits.",
            remedy="`hotline up` makes one; restore it from the backup if data exists already.",
        )
    return key


def encrypt(key: bytes, plain: bytes, purpose: str) -> bytes:
    """Return nonce and ciphertext (AES-256-GCM), bound to `purpose`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, purpose.encode())


def decrypt(key: bytes, sealed: bytes, purpose: str) -> bytes:
    """Return what `encrypt` was given; raise Unreadable when key, bytes or purpose differ."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
    except InvalidTag as error:
        raise Unreadable(
            f"A value sealed for {purpose!r} does not open with this key.",
            remedy="Restore the master.key that belongs to this database.",
        ) from error


def new_wrapped_key(owner: str) -> bytes:
    """Return a fresh key for `owner`, wrapped by the master key."""
    return encrypt(master_key(), secrets.token_bytes(KEY_BYTES), f"key:{owner}")


def unwrap(wrapped: bytes, owner: str) -> bytes:
    """Return the key that was wrapped for `owner`."""
    return decrypt(master_key(), wrapped, f"key:{owner}")


def blind_index(value: str) -> bytes:
    """Return a keyed digest by which equal values can be found without being read."""
    return hmac.new(master_key(), value.encode(), hashlib.sha256).digest()

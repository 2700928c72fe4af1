"""Sealing bytes with a key: AES-256-GCM, bound to what the bytes are for."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hotline.core.errors import HotlineError

NONCE_BYTES = 12
KEY_BYTES = 32


class Unreadable(HotlineError):
    """A sealed value can't be opened: another master key, or the bytes were changed."""

    title = "The vault can't be opened"


def encrypt(key: bytes, plain: bytes, purpose: str) -> bytes:
    """Return nonce and ciphertext (AES-256-GCM), bound to `purpose`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, purpose.encode())


def decrypt(key: bytes, sealed: bytes, purpose: str) -> bytes:
    """Return what `encrypt` was given; raise Unreadable when key, bytes or purpose differ."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError) as error:  # ValueError: too short for a nonce
        raise Unreadable(
            f"A value sealed for {purpose!r} does not open with this key.",
            remedy="Restore the master.key that belongs to this database.",
        ) from error

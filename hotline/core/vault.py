"""Keys: one a person, wrapped by a master key that the database never sees.

Destroying a person's wrapped key erases everything sealed with it (个人信息保护法 art. 47).
"""

import hashlib
import hmac
import secrets

from hotline.core.ciphers import KEY_BYTES as KEY_BYTES
from hotline.core.ciphers import NONCE_BYTES as NONCE_BYTES
from hotline.core.ciphers import Unreadable as Unreadable
from hotline.core.ciphers import decrypt as decrypt
from hotline.core.ciphers import encrypt as encrypt
from hotline.core.keyring import ID_BYTES, Keyring, key_id, keyring
from hotline.core.keyring import ensure_master_key as ensure_master_key
from hotline.core.keyring import key_file as key_file
from hotline.core.keyring import keyring_of as keyring_of
from hotline.core.keyring import read_master_key as read_master_key


def master_key() -> bytes:
    """Return the master key that seals from now on; raise CannotStart when there is none."""
    return keyring().writes


def wrap(plain: bytes, purpose: str) -> bytes:
    """Return bytes sealed by the master key, headed by the key's name.

    Whatever is kept so must be known to `rekeying.register`, or a rotation would leave it behind.
    """
    key = master_key()
    return key_id(key) + encrypt(key, plain, purpose)


def open_wrapped(wrapped: bytes, purpose: str, ring: Keyring | None = None) -> bytes:
    """Return what was wrapped, by whichever of our master keys; raise Unreadable."""
    keys = (ring or keyring()).reads
    for key in keys:
        if wrapped[:ID_BYTES] == key_id(key):
            return decrypt(key, wrapped[ID_BYTES:], purpose)
    return _unnamed(keys, wrapped, purpose)


def new_wrapped_key(owner: str) -> bytes:
    """Return a fresh key for `owner`, wrapped by the master key."""
    return wrap(secrets.token_bytes(KEY_BYTES), f"key:{owner}")


def unwrap(wrapped: bytes, owner: str) -> bytes:
    """Return the key that was wrapped for `owner`."""
    return open_wrapped(wrapped, f"key:{owner}")


def blind_index(value: str) -> bytes:
    """Return a keyed digest by which equal values can be found without being read."""
    return _digest(master_key(), value)


def earlier_indexes(value: str, *, retired: bool = False) -> list[bytes]:
    """Return the digests by the key that is being replaced, if one is; or by every earlier key."""
    ring = keyring()
    earlier = ring.reads if retired else ring.keys
    return [_digest(key, value) for key in earlier[1:]]


def _digest(key: bytes, value: str) -> bytes:
    return hmac.new(key, value.encode(), hashlib.sha256).digest()


def _unnamed(keys: tuple[bytes, ...], sealed: bytes, purpose: str) -> bytes:
    """Open what was sealed before keys had names."""
    for key in keys[:-1]:
        try:
            return decrypt(key, sealed, purpose)
        except Unreadable:
            continue
    return decrypt(keys[-1], sealed, purpose)

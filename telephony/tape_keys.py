"""The key pair of a site's tapes: workers get the public half, the master key gives the private.

Who writes a tape can't read it again, nor any other (docs/decisions/sealed-tapes.md).
"""

import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hotline.core.ciphers import KEY_BYTES, Unreadable
from hotline.core.keyring import Keyring

ID_BYTES = 8
PUBLIC_BYTES = 32
_PAIR = b"hotline tapes: the site's pair"
_TAPE = b"hotline tapes: one tape"


def public_half(ring: Keyring) -> str:
    """Return the public half of the pair that seals from now on, for a worker's command line."""
    return _pair(ring.writes).public_key().public_bytes_raw().hex()


def pair_id(public: bytes) -> bytes:
    """Return what names a pair in the head of its tapes."""
    return hashlib.sha256(b"hotline tape pair" + public).digest()[:ID_BYTES]


def new_key(public: bytes) -> tuple[bytes, bytes]:
    """Return a key for one tape, and the public bytes from which only the site makes it again."""
    once = X25519PrivateKey.generate()
    shown = once.public_key().public_bytes_raw()
    return _derived(once.exchange(X25519PublicKey.from_public_bytes(public)), shown, public), shown


def key_of(ring: Keyring, name: bytes, shown: bytes) -> bytes:
    """Return the key of a tape, by any master key that the site has had; raise Unreadable."""
    for master in ring.reads:
        pair = _pair(master)
        public = pair.public_key().public_bytes_raw()
        if pair_id(public) == name:
            shared = pair.exchange(X25519PublicKey.from_public_bytes(shown))
            return _derived(shared, shown, public)
    raise Unreadable(
        "A tape was sealed for another master key.",
        remedy="Restore master.key and master.key.retired that belong to these recordings.",
    )


def _pair(master: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_hkdf(master, b"", _PAIR))


def _derived(shared: bytes, shown: bytes, public: bytes) -> bytes:
    return _hkdf(shared, shown + public, _TAPE)


def _hkdf(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt or None, purpose).derive(secret)

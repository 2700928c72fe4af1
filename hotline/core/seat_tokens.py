"""What a browser shows at the audio door: whose seat it is, signed, for half a minute.

The web process signs and the door checks, both by a key that is derived from the master key: no
database, and no file, lies between them.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hotline.core.errors import NotAllowed
from hotline.core.keyring import Keyring

HOLDS = timedelta(seconds=30)
KEY_BYTES = 32
_PURPOSE = b"hotline seat token"
_LONGEST = 1000  # characters


@dataclass(frozen=True)
class SeatToken:
    """`origin`: the page that may use it; empty for a program that is no browser."""

    seat: int  # the account's id
    origin: str
    expires: int  # seconds since 1970
    once: str  # by which the door knows that it was used


def issue(ring: Keyring, seat: int, origin: str, *, now: datetime) -> tuple[str, datetime]:
    """Return a token for this seat, and until when it opens the door."""
    until = now + HOLDS
    made = SeatToken(seat, origin, int(until.timestamp()), secrets.token_urlsafe(9))
    body = json.dumps(asdict(made), separators=(",", ":")).encode()
    return f"{_text(body)}.{_text(_signature(ring.writes, body))}", until


def check(ring: Keyring, token: str, *, now: datetime) -> SeatToken:
    """Return what the token says; raise NotAllowed when it is not ours or has run out."""
    body, signature = _parts(token)
    if not any(hmac.compare_digest(_signature(key, body), signature) for key in ring.keys):
        raise NotAllowed("The token was not signed here.")
    found = SeatToken(**json.loads(body))
    if found.expires < now.timestamp():
        raise NotAllowed("The token has run out.")
    return found


def _parts(token: str) -> tuple[bytes, bytes]:
    first, dot, second = token.partition(".")
    try:
        if not dot or len(token) > _LONGEST:
            raise ValueError("no token")
        return _bytes(first), _bytes(second)
    except ValueError as error:
        raise NotAllowed("That is no token.") from error


def _signature(key: bytes, body: bytes) -> bytes:
    derived = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=_PURPOSE).derive(key)
    return hmac.new(derived, body, hashlib.sha256).digest()


def _text(data: bytes) -> str:
    """Return letters that may stand in a WebSocket's subprotocol."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)

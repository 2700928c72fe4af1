"""What a browser carries from our sign-in page to the provider and back: sealed, for minutes."""

import base64
import hashlib
import hmac
import secrets
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from json import dumps, loads

from cryptography.fernet import Fernet, InvalidToken

from hotline.core.errors import NotAllowed

LASTS_S = 600  # to sign in at the provider, with a second factor looked for in a drawer


class Unproven(NotAllowed):
    """What came back does not prove who the person is, or that they began here."""

    title = "The sign-in was not completed"


@dataclass(frozen=True)
class Flow:
    """One sign-in under way; `login` is the public id of the one session that it may open."""

    state: str
    nonce: str
    verifier: str
    login: str
    next: str


def begin(next: str) -> Flow:
    """Return a flow with secrets of its own (PKCE's verifier by RFC 7636, 4.1)."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Flow(state, nonce, verifier, str(uuid.uuid4()), next)


def seal(flow: Flow, key: bytes, *, now: datetime) -> str:
    """Return the flow as a cookie that only we can read or make."""
    sealed = _fernet(key).encrypt_at_time(dumps(asdict(flow)).encode(), int(now.timestamp()))
    return sealed.decode()


def open_sealed(cookie: str, state: str, key: bytes, *, now: datetime) -> Flow:
    """Return the flow that this state belongs to; raise Unproven when it is another or too old."""
    try:
        told = _fernet(key).decrypt_at_time(cookie.encode(), LASTS_S, int(now.timestamp()))
    except InvalidToken as error:
        raise Unproven("This sign-in began elsewhere or too long ago.", remedy=_ANEW) from error
    flow = Flow(**loads(told))
    if not hmac.compare_digest(flow.state.encode(), state.encode()):
        raise Unproven("The state is not the one that was sent.", remedy=_ANEW)
    return flow


_ANEW = "Begin again on the sign-in page."


def _fernet(key: bytes) -> Fernet:
    own = hmac.digest(key, b"hotline oidc flow", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(own))

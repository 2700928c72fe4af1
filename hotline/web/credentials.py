"""凭证: what a request carries to say who sends it; read in one place, whether counted or believed.

Two readers that differ would let somebody be one person at the counter and another at the door.
"""

import base64
import hashlib
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import HTTPConnection

from hotline.core import keys, tokens

COOKIE = "hotline_session"
KEY_HEADER = "X-API-Key"


class Kind(StrEnum):
    """What it is; whether it holds is found out later."""

    KEY = "key"  # a department's API key
    TOKEN = "token"  # noqa: S105  # a department's client's access token
    SESSION = "session"  # a person's, as a bearer token or as the cookie
    BASIC = "basic"  # a name and password, still encoded


@dataclass(frozen=True, slots=True)
class Credential:
    """The one thing of a request that may open something."""

    kind: Kind
    value: str


def of(request: HTTPConnection) -> Credential | None:
    """Return what the request is judged by, and nothing else it carries; None when it has nothing.

    A key that does not hold is never made good by a cookie beside it.
    """
    headers = request.headers
    key = headers.get(KEY_HEADER, "")
    if key:
        return Credential(Kind.KEY, key)
    scheme, _, given = headers.get("authorization", "").partition(" ")
    scheme = scheme.lower()
    if scheme == "basic":
        return Credential(Kind.BASIC, given)
    if scheme == "bearer":
        return Credential(_kind(given), given) if given else None
    token = request.cookies.get(COOKIE, "")
    return Credential(Kind.SESSION, token) if token else None


def digest(request: HTTPConnection) -> str:
    """Return by what the request's credential is counted; empty when it has none to count."""
    found = of(request)
    if found is None:
        return ""
    value = found.value.encode()
    if found.kind is Kind.BASIC:  # one password can be encoded in several ways
        try:
            value = base64.b64decode(value, validate=True)
        except ValueError:
            return ""
    return hashlib.blake2b(value, digest_size=12).hexdigest()


def _kind(bearer: str) -> Kind:
    if bearer.startswith(keys.PREFIX):
        return Kind.KEY
    return Kind.TOKEN if bearer.startswith(tokens.PREFIX) else Kind.SESSION

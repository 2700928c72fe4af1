"""统一身份认证: the site's OpenID Connect provider, asked by authorization code with PKCE.

The only file that knows authlib. What the provider says of itself and its keys are kept an hour.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.integrations.httpx_client import (  # type: ignore[import-untyped]  # ships no types
    OAuth2Client,
    OAuthError,
)
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # the same
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from hotline.core.errors import Unavailable
from hotline.core.people.oidc_flow import Flow, Unproven

TIMEOUT_S = 5.0
KEPT_S = 3600.0
LEEWAY_S = 60  # clocks of two offices
_AGAIN_AFTER_S = 30.0  # keys are asked for anew at most so often, whoever sends unknown ones
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
_NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

T = TypeVar("T")


@dataclass(frozen=True)
class Client:
    """How the site knows us and where it sends people back to."""

    id: str
    secret: str
    redirect_uri: str


class Kept:
    """One thing that is fetched and then kept for an hour."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._value: Any = None
        self._at = float("-inf")

    def get(self, fetch: Callable[[], T], *, kept_s: float = KEPT_S) -> T:
        """Return what was fetched at most `kept_s` ago, else fetch it."""
        with self._lock:
            if time.monotonic() - self._at > kept_s:
                self._value, self._at = fetch(), time.monotonic()
            value: T = self._value
            return value


class Provider:
    """The site's provider by its issuer's address; raises Unavailable while it does not answer."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._metadata, self._keys = Kept(), Kept()

    def authorization_url(self, client: Client, flow: Flow) -> str:
        """Return where the browser goes to sign in."""
        endpoint = self._described()["authorization_endpoint"]
        with _oauth(client) as oauth:
            url, _ = oauth.create_authorization_url(
                endpoint, state=flow.state, nonce=flow.nonce, code_verifier=flow.verifier
            )
        return str(url)

    def claims(self, client: Client, flow: Flow, code: str, *, wanted: str) -> dict[str, Any]:
        """Return what the provider says of who signed in; raise Unproven unless it holds.

        The claim `wanted` is asked of the userinfo endpoint when the ID token lacks it.
        """
        told = self._described()
        with _oauth(client) as oauth:
            try:
                token = oauth.fetch_token(
                    told["token_endpoint"], code=code, code_verifier=flow.verifier
                )
                claims = self._proven(token, client, flow)
                if wanted.partition(".")[0] not in claims and "userinfo_endpoint" in told:
                    claims = _userinfo(told["userinfo_endpoint"], token, claims["sub"]) | claims
            except OAuthError as error:
                raise Unproven(f"The provider refused: {error.error}.", remedy=_ANEW) from error
            except httpx.HTTPError as error:
                raise _away(self._issuer) from error
        return claims

    def sign_out_url(self, client: Client, back: str) -> str | None:
        """Return where one also leaves the provider; None when it has no such place.

        Raises Unavailable for a place that is not https: one can still sign in and out here.
        """
        endpoint = self._described().get("end_session_endpoint")
        if not endpoint:
            return None
        _require_safe(str(endpoint))
        asked = urlencode({"client_id": client.id, "post_logout_redirect_uri": back})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{asked}"

    def _described(self) -> Mapping[str, str]:
        return self._metadata.get(lambda: _discover(self._issuer))

    def _proven(self, token: Mapping[str, Any], client: Client, flow: Flow) -> dict[str, Any]:
        try:
            read = self._decoded(str(token.get("id_token", "")))
            params = {
                "nonce": flow.nonce,
                "client_id": client.id,
                "access_token": token.get("access_token"),
            }
            options = {
                "iss": {"essential": True, "value": self._described()["issuer"]},
                "aud": {"essential": True, "value": client.id},
            }
            claims = CodeIDToken(read.claims, read.header, options, params)
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, ValueError) as error:
            raise Unproven(f"The ID token does not hold: {error}.", remedy=_ANEW) from error
        return dict(read.claims)

    def _decoded(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._key_set(KEPT_S), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):  # signed with a key that is newer than what we keep?
            return jwt.decode(token, self._key_set(_AGAIN_AFTER_S), algorithms=_ALGORITHMS)

    def _key_set(self, kept_s: float) -> KeySet:
        uri = self._described()["jwks_uri"]
        return self._keys.get(lambda: _keys(uri, self._issuer), kept_s=kept_s)


_ANEW = "Begin again on the sign-in page."


def _oauth(client: Client) -> Any:
    return OAuth2Client(
        client.id,
        client.secret,
        scope="openid profile",
        redirect_uri=client.redirect_uri,
        code_challenge_method="S256",
        timeout=TIMEOUT_S,
    )


def _discover(issuer: str) -> Mapping[str, str]:
    _require_safe(issuer)
    told = _json(f"{issuer.rstrip('/')}/.well-known/openid-configuration", issuer)
    missing = [name for name in _NEEDED if not isinstance(told.get(name), str)]
    if missing or told["issuer"] != issuer:
        raise Unavailable(
            f"What {issuer} says of itself does not fit: {', '.join(missing) or 'issuer'}.",
            remedy="Set HOTLINE_OIDC_ISSUER to the issuer of its discovery document.",
        )
    for name in _NEEDED[1:]:
        _require_safe(told[name])
    if "userinfo_endpoint" in told:  # a role may come from there
        _require_safe(str(told["userinfo_endpoint"]))
    return told


def _userinfo(endpoint: str, token: Mapping[str, Any], subject: str) -> dict[str, Any]:
    bearer = {"Authorization": f"Bearer {token.get('access_token', '')}"}
    told = httpx.get(endpoint, headers=bearer, timeout=TIMEOUT_S).raise_for_status().json()
    if not isinstance(told, dict) or told.get("sub") != subject:
        raise Unproven("The provider's userinfo is somebody else's.", remedy=_ANEW)
    return told


def _json(url: str, issuer: str) -> dict[str, Any]:
    try:
        told = httpx.get(url, timeout=TIMEOUT_S).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise _away(issuer) from error
    if not isinstance(told, dict):
        raise _away(issuer)
    return told


def _keys(uri: str, issuer: str) -> KeySet:
    try:
        return KeySet.import_key_set(cast(KeySetSerialization, _json(uri, issuer)))
    except (JoseError, KeyError, ValueError) as error:
        raise _away(issuer) from error


def _away(issuer: str) -> Unavailable:
    return Unavailable(
        f"The sign-in provider {issuer} gave no answer that can be read.",
        remedy="Try again in a minute, or sign in with a password.",
    )


def _require_safe(url: str) -> None:
    """Raise Unavailable for an address over which anybody could answer in the provider's name."""
    parts = urlsplit(url)
    here = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not here and not (parts.scheme == "https" and parts.hostname):
        raise Unavailable(f"{url} is not https.", remedy="Set HOTLINE_OIDC_ISSUER to https://….")

"""A small OpenID Connect provider of its own process, as a site might run one; it can misbehave.

`python -m tests.people.provider` prints its address and serves until it is ended. Who signs in,
and what is wrong with what it answers, is told to it by POST /control.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "hotline", "between us"
FAULTS = ("nonce", "audience", "issuer", "expired", "unsigned", "other_key", "no_nonce")


class State:
    """Whom it knows and what it gave out."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.who: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.fault = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.began: list[dict[str, str]] = []
        self.asked: dict[str, int] = {}


STATE = State()


class Handler(BaseHTTPRequestHandler):
    """Discovery, keys, authorize, token, userinfo and control."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        STATE.asked[path] = STATE.asked.get(path, 0) + 1
        if path == "/.well-known/openid-configuration":
            self._answer(described())
        elif path == "/keys":
            self._answer(KeySet([STATE.key]).as_dict(private=False))
        elif path == "/asked":
            self._answer(STATE.asked)
        elif path == "/userinfo":
            self._answer(STATE.userinfo)
        elif path == "/again":
            self._again(self._fields(urlsplit(self.path).query)["state"])
        elif path == "/authorize":
            self._authorize(self._fields(urlsplit(self.path).query))
        else:
            self._answer({"error": "unknown"}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        if self.path == "/control":
            told = json.loads(body)
            STATE.who, STATE.fault = told.get("who", {}), told.get("fault", "")
            STATE.userinfo = told.get("userinfo", {})
            if told.get("new_key"):
                STATE.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})
            self._answer({})
        elif self.path == "/token":
            self._token(self._fields(body))
        else:
            self._answer({"error": "unknown"}, 404)

    def _authorize(self, asked: dict[str, str]) -> None:
        """Sign in whoever is set, without a page: that is the provider's own affair."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        STATE.codes[code] = asked
        STATE.began.append(asked)
        back = urlencode({"code": code, "state": asked["state"]})
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{back}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _again(self, state: str) -> None:
        """Give out one more code for a request that was made before."""
        (asked,) = [each for each in STATE.began if each["state"] == state]
        code = secrets.token_urlsafe(16)
        STATE.codes[code] = asked
        self._answer({"code": code})

    def _token(self, given: dict[str, str]) -> None:
        asked = STATE.codes.pop(given.get("code", ""), None)  # a code is good for one time
        expected = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '%20')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        sent = self.headers.get("authorization", "").removeprefix("Basic ")
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        fits = (
            asked
            and proven == asked["code_challenge"]
            and given["redirect_uri"] == asked["redirect_uri"]
            and sent in (expected, plain)
        )
        if asked is None or not fits:
            self._answer({"error": "invalid_grant"}, 400)
        else:
            token = {"access_token": "at", "token_type": "Bearer", "expires_in": 60}
            self._answer({**token, "id_token": id_token(asked["nonce"])})

    def _fields(self, text: str) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(text).items()}

    def _answer(self, body: object, status: int = 200) -> None:
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def described() -> dict[str, str]:
    """Return the discovery document."""
    at = STATE.issuer
    return {
        "issuer": at,
        "authorization_endpoint": f"{at}/authorize",
        "token_endpoint": f"{at}/token",
        "jwks_uri": f"{at}/keys",
        "userinfo_endpoint": f"{at}/userinfo",
        "end_session_endpoint": f"{at}/end",
    }


def id_token(nonce: str) -> str:
    """Return what it says of who signed in, wrong where it was told to be."""
    now, fault = int(time.time()), STATE.fault
    age = 7200 if fault == "expired" else 0
    claims = {
        "iss": "https://elsewhere.example" if fault == "issuer" else STATE.issuer,
        "aud": "another client" if fault == "audience" else CLIENT,
        "iat": now - age,
        "exp": now - age + 300,
        "nonce": "another" if fault == "nonce" else nonce,
        **STATE.who,
    }
    if fault == "no_nonce":
        del claims["nonce"]
    if fault == "unsigned":
        parts = ({"alg": "none"}, claims)
        encoded = [
            base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in parts
        ]
        return f"{encoded[0].decode()}.{encoded[1].decode()}."
    key = (
        RSAKey.generate_key(2048, {"kid": str(STATE.key.kid)})
        if fault == "other_key"
        else STATE.key
    )
    return jwt.encode({"alg": "RS256", "kid": STATE.key.kid}, claims, key)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    STATE.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    sys.stdout.write(STATE.issuer + "\n")
    sys.stdout.flush()
    server.serve_forever()

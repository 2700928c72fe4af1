"""How a department's system says who it is: an API key, or a client's identifier and secret."""

import threading
import time
from collections.abc import Callable, Generator
from urllib.parse import quote

import httpx

from hotline_client.errors import error_of

EARLY_S = 30  # a token is renewed before it runs out under way
TOKEN = "/api/v1/oauth/token"  # noqa: S105  # a path


class ApiKey(httpx.Auth):
    """A department's API key (`hk_…`)."""

    def __init__(self, key: str) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-API-Key"] = self._key
        yield request


class ClientCredentials(httpx.Auth):
    """OAuth2 client credentials (RFC 6749 §4.4): a token is got when needed, and again at 401."""

    requires_response_body = True

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        scopes: tuple[str, ...] = (),
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._basic = httpx.BasicAuth(quote(client_id, safe=""), quote(client_secret, safe=""))
        self._scopes, self._clock = scopes, clock
        self._token, self._until = "", 0.0
        self._lock = threading.Lock()

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        with self._lock:
            if self._clock() >= self._until:
                yield from self._renew(request)
            token = self._token
        request.headers["Authorization"] = f"Bearer {token}"
        answer = yield request
        if answer.status_code == 401:
            with self._lock:
                if token == self._token:
                    yield from self._renew(request)
                request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _renew(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        form = {"grant_type": "client_credentials"}
        if self._scopes:
            form["scope"] = " ".join(self._scopes)
        asked = httpx.Request("POST", request.url.copy_with(raw_path=TOKEN.encode()), data=form)
        answer = yield next(self._basic.auth_flow(asked))
        answer.read()
        if answer.is_error:
            raise error_of(answer.status_code, _body_of(answer))
        body = answer.json()
        self._token = str(body["access_token"])
        self._until = self._clock() + max(0, int(body["expires_in"]) - EARLY_S)


def _body_of(answer: httpx.Response) -> dict[str, str]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}

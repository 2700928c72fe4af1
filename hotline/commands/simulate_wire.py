"""What a simulated department sends and is answered: each exchange is told as one line."""

import json
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import httpx

from hotline.core.errors import HotlineError

API = "/api/v1"
DROP_WITHIN_S = 5.0


class Refused(HotlineError):
    """The hotline does not let this department in."""

    title = "Not let in"


@dataclass
class Wire:
    """One department's connection, which never tries anything again by itself."""

    http: httpx.Client
    tell: Callable[[str], None]
    unexpected: int = 0
    credentials: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, *, expect: tuple[int, ...] = (200,), **params: Any) -> httpx.Response:
        """Return the answer to a GET below the API."""
        answer = self.http.get(f"{API}{path}", params=params, headers=self.credentials)
        return self._told("GET", path, answer, expect)

    def post(
        self,
        path: str,
        body: object = None,
        *,
        expect: tuple[int, ...] = (200,),
        key: str = "",
        if_match: int | None = None,
    ) -> httpx.Response:
        """Return the answer to a POST; one that is not expected is counted and said so."""
        headers = {**self.credentials, "Idempotency-Key": key or str(uuid4())}
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        answer = self.http.post(f"{API}{path}", json=body, headers=headers)
        return self._told("POST", path, answer, expect)

    def drop(self, path: str, body: object, *, key: str) -> None:
        """Send half of a POST and hang up, as a line that breaks does."""
        target = urlsplit(str(self.http.base_url))
        secure = target.scheme == "https"
        text = json.dumps(body).encode()
        lines = [
            f"POST {API}{path} HTTP/1.1",
            f"Host: {target.netloc}",
            "Content-Type: application/json",
            f"Content-Length: {len(text)}",
            f"Idempotency-Key: {key}",
            *(f"{name}: {value}" for name, value in self.credentials.items()),
        ]
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        where = (target.hostname or "", target.port or (443 if secure else 80))
        with socket.create_connection(where, DROP_WITHIN_S) as plain:
            line = plain
            if secure:
                context = ssl.create_default_context()
                line = context.wrap_socket(plain, server_hostname=target.hostname)
            line.sendall(head + text[: len(text) // 2])
        self.tell(f"POST {path} → hung up after half of it")

    def _told(
        self, method: str, path: str, answer: httpx.Response, expect: tuple[int, ...]
    ) -> httpx.Response:
        said = f"{method} {path} → {answer.status_code} {_gist(answer)}".rstrip()
        if answer.status_code not in expect:
            self.unexpected += 1
            wanted = " or ".join(str(each) for each in expect)
            said += f"   !! {wanted} was expected"
        self.tell(said)
        return answer


def by_key(http: httpx.Client, key: str, tell: Callable[[str], None]) -> Wire:
    """Return a wire that signs in with an API key."""
    return Wire(http, tell, credentials={"X-API-Key": key})


def by_client(http: httpx.Client, client: str, secret: str, tell: Callable[[str], None]) -> Wire:
    """Return a wire with an access token for these client credentials; raise Refused."""
    answer = http.post(
        f"{API}/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(quote(client, safe=""), quote(secret, safe="")),
    )
    if answer.is_error:
        raise Refused(f"{answer.status_code}: {answer.text}", remedy="Check client and secret.")
    body = answer.json()
    tell(f"POST /oauth/token → 200 {body['scope']}, {body['expires_in']} s")
    return Wire(http, tell, credentials={"Authorization": f"Bearer {body['access_token']}"})


def _gist(answer: httpx.Response) -> str:
    """Return what matters of an answer, without anybody's words."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    if answer.is_error:
        return f"{body.get('title', '')}: {body.get('detail', '')}"
    if "status" in body:
        return f"{body['status']} v{body.get('version', '')}"
    return f"{len(body['items'])} items" if "items" in body else ""

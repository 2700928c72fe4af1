"""One request, sent until it is answered: the same key each time, so that it happens once."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import httpx

from hotline_client.errors import Unavailable, error_of

AGAIN = {429, 502, 503, 504}
LONGEST_WAIT_S = 60.0


class Sender:
    """Sends requests and tries again where that is safe: reads, and writes that carry a key."""

    def __init__(
        self,
        http: httpx.Client,
        *,
        tries: int = 5,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http, self._tries, self._sleep = http, tries, sleep

    def get(self, path: str, params: dict[str, Any] | None = None) -> httpx.Response:
        """Return the answer to a GET; raise HotlineError."""
        given = {name: value for name, value in (params or {}).items() if value is not None}
        return self._send("GET", path, {}, params=given)

    def post(
        self,
        path: str,
        body: Any = None,
        *,
        if_match: int | None = None,
        key: str | None = None,
        files: Any = None,
    ) -> httpx.Response:
        """Return the answer to a POST; raise HotlineError. It is done once, however often sent."""
        headers = {"Idempotency-Key": key or str(uuid4())}
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        if files is not None:
            return self._send("POST", path, headers, files=files)
        return self._send("POST", path, headers, json=body)

    def _send(self, method: str, path: str, headers: dict[str, str], **what: Any) -> httpx.Response:
        last: Exception | None = None
        for tried in range(self._tries):
            try:
                answer = self._http.request(method, path, headers=headers, **what)
            except httpx.TransportError as error:
                last, wait = error, _pause(tried)
            else:
                if answer.is_success:
                    return answer
                failed = error_of(answer.status_code, _problem(answer))
                if answer.status_code not in AGAIN:
                    raise failed
                last, wait = failed, _told(answer, tried)
            if tried + 1 < self._tries:
                self._sleep(wait)
        if isinstance(last, Unavailable):
            raise last
        raise Unavailable(0, "No answer", str(last)) from last


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _told(answer: httpx.Response, tried: int) -> float:
    """Return the seconds that `Retry-After` asks for, in either of its two forms (RFC 9110)."""
    said = answer.headers.get("Retry-After", "")
    if said.isdigit():
        return min(float(said), LONGEST_WAIT_S)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return _pause(tried)
    return min(max(0.0, (until - datetime.now(UTC)).total_seconds()), LONGEST_WAIT_S)


def _pause(tried: int) -> float:
    """Return half a second, doubled for each try, and never the same for two systems."""
    return min(0.5 * 2.0**tried, LONGEST_WAIT_S) * random.uniform(0.5, 1.0)  # noqa: S311  # no secret

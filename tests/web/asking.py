"""How tests of limits ask: again and again, and from elsewhere."""

from collections.abc import Callable

from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

Limit = Callable[..., None]


def asked(client: TestClient, times: int, path: str = "/api/v1/tickets") -> list[int]:
    return [client.get(path).status_code for _ in range(times)]


def wrong(client: TestClient, times: int, **given: str) -> list[int]:
    body = {"username": "agent-1", "password": "wrong", **given}
    return [client.post("/api/v1/sessions", json=body).status_code for _ in range(times)]


def at(app: ASGIApp, host: str) -> ASGIApp:
    """Return the app as somebody at this address meets it."""

    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "client": (host, 1)}, receive, send)

    return moved

"""Of who is not known, no more than a form is read: the credential is judged before the body."""

import asyncio
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message

from hotline.web import strangers

BIG = {"/api/v1/tickets": 2 << 20, "/api/v1/imports/tickets": 16 << 20}
JSON, IMPORT = BIG
PIECE = 8 << 10
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'


def ask(
    app: ASGIApp, headers: dict[str, str], *, announced: bool, path: str = JSON
) -> tuple[int, int]:
    """Send as much as the path takes; return the status, and how many bytes were read."""
    big = BIG.get(path, 16 << 20)
    taken, told = 0, 0
    sent = {"content-type": "application/json", **headers}
    if announced:
        sent["content-length"] = str(big)

    async def receive() -> Message:
        nonlocal taken
        head = b"" if taken or path == JSON else PART
        taken += PIECE
        return {"type": "http.request", "body": head.ljust(PIECE), "more_body": taken < big}

    async def send(message: Message) -> None:
        nonlocal told
        told = message.get("status", told)

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("198.51.100.9", 1),
        "server": ("testserver", 80),
    }

    async def run() -> None:
        await app(scope, receive, send)

    asyncio.run(run())
    return told, taken


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 413),
        ({"x-api-key": "hk_made-up"}, 401),
        ({"authorization": "Bearer hk_made-up"}, 401),
        ({"authorization": "Bearer ht_made-up"}, 401),
        ({"authorization": "Bearer made-up"}, 401),
        ({"cookie": "hotline_session=made-up"}, 401),
        ({"authorization": "Basic bm9ib2R5Ong="}, 401),
        ({"authorization": "Basic ???"}, 401),
        ({"content-type": "multipart/form-data; boundary=x"}, 413),
        ({"content-type": "multipart/form-data; boundary=x", "x-api-key": "hk_made-up"}, 401),
    ],
)
@pytest.mark.parametrize("announced", [True, False])
def test_nothing_long_is_read_of_who_is_not_known(
    anonymous: TestClient, headers: dict[str, str], status: int, announced: bool
) -> None:
    path = IMPORT if "content-type" in headers else JSON
    told, taken = ask(anonymous.app, headers, announced=announced, path=path)
    assert told == status
    assert taken <= (0 if announced else strangers.MOST + PIECE)


def test_an_upload_of_who_is_not_known_never_reaches_the_disk(anonymous: TestClient) -> None:
    path = "/api/v1/work-orders/261125000017-1/attachments"
    headers = {"content-type": "multipart/form-data; boundary=x", "x-api-key": "hk_made-up"}
    assert ask(anonymous.app, headers, announced=True, path=path) == (401, 0)


def test_who_is_known_is_read_to_the_end(client: TestClient) -> None:
    key = {"authorization": client.headers["Authorization"]}
    told, taken = ask(client.app, key, announced=True)
    assert told not in (401, 413)
    assert taken == BIG[JSON]


def test_what_anybody_may_send_is_as_long_as_a_form(anonymous: TestClient) -> None:
    long = b'{"username": "' + b"a" * strangers.MOST + b'"}'
    kind = {"Content-Type": "application/json"}
    answer = anonymous.post("/api/v1/sessions", content=long, headers=kind)
    assert answer.status_code == 413
    answer = anonymous.post("/api/v1/sessions", content=long[2000:], headers=kind)
    assert answer.status_code == 422  # as if it were read

"""What every answer tells the browser, and how much a request may hold."""

import contextlib
import re
import time
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from hotline.web import bodies, devices
from hotline.web.bodies import (
    DEEPEST,
    ELSE_MB,
    HEAD_BYTES,
    _is_json,
    _require_shallow,
    depth,
)
from hotline.web.rate_limits import COOKIE
from tests.apps import fresh_app

PATHS = ["/openapi.json", "/console/sign-in", "/static/none.js", "/api/v1/tickets", "/no/such/page"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_strict(anonymous: TestClient, path: str) -> None:
    answer = anonymous.get(path, follow_redirects=False)
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    allowed = re.findall(r"([\w-]+)=\(([^)]*)\)", answer.headers["Permissions-Policy"])
    assert [name for name, who in allowed if who] == ["microphone"]
    assert ("microphone", "self") in allowed


@pytest.mark.parametrize("path", ["/api/v1/sessions", "/console/sign-in"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_cookie_is_for_https_when_the_site_is(client: TestClient, path: str, scheme: str) -> None:
    given = {"username": "agent-1", "password": "secret-word"}
    asking = TestClient(client.app, base_url=f"{scheme}://hotline.example", follow_redirects=False)
    sent = {"json": given} if "api" in path else {"data": given}
    answer = asking.post(path, **sent)  # type: ignore[arg-type]  # either of the two
    cookies = answer.headers.get_list("set-cookie")
    assert [each.partition("=")[0] for each in cookies] == [COOKIE, devices.COOKIE]
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert ("; secure" in cookie.lower()) is (scheme == "https")
    assert ("strict-transport-security" in answer.headers) is (scheme == "https")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "app.localhost", "[::1]:8000"])
def test_a_developers_machine_is_not_bound_to_https(host: str) -> None:
    client = TestClient(fresh_app(), base_url="https://x")
    answer = client.get("/openapi.json", headers={"Host": host})
    assert "strict-transport-security" not in answer.headers


def post(client: TestClient, body: bytes, kind: str = "application/json") -> int:
    headers = {"Content-Type": kind}
    return client.post("/api/v1/sessions", content=body, headers=headers).status_code


def test_a_body_that_is_too_long_is_refused_announced_or_not(
    anonymous: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "_MB", 1000)
    long = b'{"username": "' + b"a" * 1000 * ELSE_MB + b'"}'
    assert post(anonymous, long) == 413

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(long), 100):
            yield long[start : start + 100]

    answer = anonymous.post(
        "/api/v1/sessions", content=pieces(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    data = {"username": "a" * 1000 * ELSE_MB, "password": "x"}
    assert anonymous.post("/console/sign-in", data=data).status_code == 413


@pytest.mark.parametrize("kind", ["application/json", "application/problem+json"])
def test_json_that_is_too_deep_is_refused(anonymous: TestClient, kind: str) -> None:
    for levels in (DEEPEST + 1, 1000, 100_000):
        assert post(anonymous, b"[" * levels + b"]" * levels, kind) in (413, 422)
        assert post(anonymous, b'{"a":' * levels + b"1" + b"}" * levels, kind) in (413, 422)


@pytest.mark.parametrize(
    ("kind", "is_json"),
    [
        ("", True),
        ("application/json", True),
        ("Application/JSON ; charset=utf-8", True),
        ("application/merge-patch+json", True),
        ("multipart/form-data; boundary=json", False),
        ("application/x-www-form-urlencoded; was=application/json", False),
        ("text/json-like", False),
    ],
)
def test_json_is_what_is_parsed_as_json(kind: str, is_json: bool) -> None:
    assert _is_json(kind) is is_json


@pytest.mark.parametrize(
    "json",
    [
        b"[]" * (1 << 20),
        b'"["[]' * 200_000,
        b"[" * (2 << 20),
        b"]" * (2 << 20) + b"[" * 40,
        (b"[" * 32 + b"]" * 32) * 15_000,
        b'"' * (2 << 20) + b"[" * 40,
    ],
)
def test_no_brackets_hold_up_the_others(json: bytes) -> None:
    def look() -> None:
        with contextlib.suppress(HTTPException):
            _require_shallow(json)

    assert _least_s(look) < 4 * _least_s(_walk)  # one that knows strings takes twice that and more


def _walk() -> int:
    """Walk over brackets in Python, letter by letter: how fast this machine is."""
    deep = 0
    for each in b"[]" * (1 << 20):
        if each == ord("["):
            deep += 1
        elif each == ord("]"):
            deep -= 1
    return deep


def _least_s(act: Callable[[], object]) -> float:
    """Return the least that it takes of this thread, whatever else the machine does."""
    took = []
    for _ in range(3):
        began = time.thread_time()
        act()
        took.append(time.thread_time() - began)
    return min(took)


def test_json_in_another_encoding_hides_no_depth(anonymous: TestClient) -> None:
    deep = '["∀",' * (DEEPEST + 1) + "1" + "]" * (DEEPEST + 1)
    assert post(anonymous, deep.encode("utf-16")) == 422


def test_a_head_that_is_too_long_is_refused(anonymous: TestClient) -> None:
    answer = anonymous.get("/openapi.json", headers={"X-Long": "a" * HEAD_BYTES})
    assert answer.status_code == 431


JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
)


@given(JSON, st.integers(0, 40))
def test_depth_is_that_of_the_parsed_value(value: object, more: int) -> None:
    import json

    for _ in range(more):
        value = [value, ']}[{"\\']
    text = json.dumps(value).encode()
    found = depth(text)
    assert (found > DEEPEST) == (_parsed_depth(value) > DEEPEST)


def _parsed_depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_parsed_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_parsed_depth, value), default=0)
    return 0

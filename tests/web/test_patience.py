"""Whoever sends slowly, or too long a head, holds nothing up."""

import socket
import time

import pytest

from hotline.web.bodies import HEAD_BYTES
from hotline.web.patience import Impatient
from tests.web.conftest import Serve

HEAD = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n"
# A sign-in's body is read before anything is asked of a database.
POST = b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

WAITS_S = 60.0  # a busy machine is slow, and a connection that is kept is kept for ever


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Impatient, "head_s", 0.5)
    monkeypatch.setattr(Impatient, "body_s", 1.0)


def trickle(address: tuple[str, int], begin: bytes, *, seconds: float) -> float:
    """Send a byte every 50 ms; return after how many seconds the web closed the connection."""
    began = time.monotonic()
    with socket.create_connection(address, timeout=0.05) as line:
        line.sendall(begin)
        while time.monotonic() - began < seconds:
            try:
                line.sendall(b"x")
                if line.recv(4096) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    return time.monotonic() - began


def test_a_head_that_never_ends_is_cut(serve: Serve) -> None:
    assert trickle(serve(), HEAD + b"X-Slow: ", seconds=WAITS_S) < WAITS_S


def test_a_body_that_never_ends_is_cut(serve: Serve) -> None:
    begin = POST + b"Content-Length: 100000\r\n\r\n"
    assert 0.9 < trickle(serve(), begin, seconds=WAITS_S) < WAITS_S


def test_a_connection_that_says_nothing_is_cut(serve: Serve) -> None:
    with socket.create_connection(serve(), timeout=WAITS_S) as line:
        assert line.recv(1) == b""


def test_a_slow_second_request_on_a_kept_connection_is_cut_too(serve: Serve) -> None:
    with socket.create_connection(serve(), timeout=WAITS_S) as line:
        line.sendall(HEAD + b"\r\n")
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += line.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200")
        length = int(answer.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        body = answer.partition(b"\r\n\r\n")[2]
        while len(body) < length:
            body += line.recv(65536)
        time.sleep(0.8)  # idle between two requests is no sin
        began = time.monotonic()
        line.sendall(HEAD)
        assert line.recv(1) == b""
        assert time.monotonic() - began > 0.3


def test_a_head_that_is_too_long_is_refused(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Impatient, "head_s", WAITS_S)
    with socket.create_connection(serve(), timeout=WAITS_S) as line:
        line.sendall(HEAD + b"X-Long: " + b"a" * HEAD_BYTES + b"\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 431")


def test_more_connections_than_there_may_be_are_told_so(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Impatient, "head_s", WAITS_S)
    address = serve(http_connections=3)
    held = [socket.create_connection(address, timeout=WAITS_S) for _ in range(3)]
    try:
        with socket.create_connection(address, timeout=WAITS_S) as line:
            line.sendall(HEAD + b"\r\n")
            assert line.recv(4096).startswith(b"HTTP/1.1 503")
    finally:
        for each in held:
            each.close()

"""The audio door in a thread of the tests, and browsers that come to it."""

import asyncio
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from hotline.core import seat_tokens
from hotline.core.clock import now
from hotline.core.keyring import keyring
from hotline.core.settings import Settings
from hotline.switch import seats
from hotline.switch.seat_browsers import PROTOCOL
from hotline.web import audio_door
from telephony.seat_protocol import FRAME_BYTES

WITHIN_S = 60
SEAT = 7
PAGE = "https://hotline.example"


def frame(number: int) -> bytes:
    return number.to_bytes(2, "little") * (FRAME_BYTES // 2)


def soon(ask: Callable[[], Any]) -> Any:
    end = time.monotonic() + WITHIN_S
    while not (answer := ask()):
        assert time.monotonic() < end
        time.sleep(0.005)
    return answer


@contextmanager
def running(given: Settings) -> Iterator[None]:
    """Run the door in a thread of its own."""
    loop, stop, failed = asyncio.new_event_loop(), asyncio.Event(), []

    def run() -> None:
        try:
            loop.run_until_complete(seats.serve(given, stop))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    before = given.seats_note.stat().st_mtime_ns if given.seats_note.exists() else 0
    thread.start()
    try:
        soon(lambda: failed or (given.seats_note.exists() and fresh(given, before)))
        assert not failed
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(WITHIN_S)
        loop.close()
    assert not failed


def fresh(given: Settings, before: int) -> bool:
    return given.seats_note.stat().st_mtime_ns != before and given.seats_socket.exists()


def token_for(seat: int = SEAT, *, origin: str = "", ago: float = 0) -> str:
    moment = now() - timedelta(seconds=ago)
    return seat_tokens.issue(keyring(), seat, origin, now=moment)[0]


def enter(
    door: Settings,
    token: str | None = None,
    *,
    origin: str | None = None,
    tls: ssl.SSLContext | None = None,
) -> Any:
    """Come in as a browser."""
    return connect(
        f"{'wss' if tls else 'ws'}://127.0.0.1:{audio_door.port(door)}/",
        subprotocols=[PROTOCOL, token or token_for()],  # type: ignore[list-item]  # a NewType
        origin=origin,  # type: ignore[arg-type]  # the same
        compression=None,
        proxy=None,
        ssl=tls,
    )


def note(line: ClientConnection) -> dict[str, Any]:
    """Return the next note, whatever sound comes before it."""
    while not isinstance(message := line.recv(WITHIN_S), str):
        pass
    return dict(json.loads(message))


def close_code(line: ClientConnection) -> int | None:
    """Return why the door closed this line."""
    try:
        while True:
            line.recv(WITHIN_S)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None

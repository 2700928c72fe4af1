"""The audio door's outer side: agents' browsers, by WebSocket, none of them trusted.

A browser shows its token as a subprotocol: it can set no header, and an address would be logged.
"""

import asyncio
import json
import logging
import socket
import ssl
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from hotline.core import seat_tokens
from hotline.core.clock import now
from hotline.core.errors import NotAllowed
from hotline.core.keyring import keyring
from hotline.core.seat_tokens import SeatToken
from hotline.core.settings import Settings
from hotline.switch.seat_places import End, Place, Places, sending
from hotline.web.transport import is_loopback
from telephony.seat_protocol import FRAME_BYTES

PROTOCOL = Subprotocol("seat.hotline")
MOST_BYTES = 1024  # of a message: a frame has 320
MOST_BROWSERS = 2000
HANDSHAKE_S, PING_S, SILENT_S = 5, 5, 10  # a browser that is gone is known to be so after 15 s
IDLE_S = 150  # a page in the background may have a timer a minute
UNSENT = 2048  # bytes that wait here for a slow browser, then the oldest frames are let go
# A frame comes every 20 ms; after a stall many come at once.
PER_S, BURST = 60.0, 300.0

TOO_FAST, NO_FRAME, MALFORMED, TAKEN_OVER, IDLE = 1008, 1003, 1007, 4001, 4008
MOST = 1e15  # of a number in a note
PAGE_COUNTS = ("gaps", "dropped", "repeated", "depth_ms", "round_trip_ms")

log = structlog.get_logger()


@dataclass
class Pace:
    """How fast one browser sends."""

    _left: float = BURST
    _at: float = field(default_factory=time.monotonic)

    def allows(self) -> bool:
        """Take note of a message; return False when they come too fast for too long."""
        moment = time.monotonic()
        self._left = min(BURST, self._left + PER_S * (moment - self._at)) - 1
        self._at = moment
        return self._left > 0

    def silent_s(self) -> float:
        """Return how long ago the last message came."""
        return time.monotonic() - self._at


class Browsers:
    """Every browser that has been let in."""

    def __init__(self, own: Settings, places: Places) -> None:
        self._own = own
        self._places = places
        self._let_in: WeakKeyDictionary[ServerConnection, SeatToken] = WeakKeyDictionary()
        self._used: dict[str, int] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._count = 0

    async def listen(self, port: socket.socket, tls: ssl.SSLContext | None) -> Server:
        """Take connections at this socket."""
        silent = logging.getLogger("hotline.seats.websockets")
        silent.setLevel(logging.CRITICAL + 1)  # what strangers send is no news, and not for a log
        return await serve(
            self._serve,
            sock=port,
            ssl=tls,
            subprotocols=[PROTOCOL],
            process_request=self._judge,
            compression=None,
            server_header=None,
            logger=silent,
            max_size=MOST_BYTES,
            write_limit=UNSENT,
            open_timeout=HANDSHAKE_S,
            ping_interval=PING_S,
            ping_timeout=SILENT_S,
            close_timeout=PING_S,
        )

    def _judge(self, connection: ServerConnection, request: Request) -> Response | None:
        """Let in who shows a token that holds, from the page that it was given to, once."""
        try:
            self._require_safe(connection)
            found = seat_tokens.check(keyring(), _token(request), now=now())
            if request.headers.get_all("Origin") != ([found.origin] if found.origin else []):
                raise NotAllowed("The token was given to another page.")
            self._use(found)
        except NotAllowed as error:
            log.info("seats.refused", why=error.detail)
            return connection.respond(HTTPStatus.FORBIDDEN, f"{error.detail}\n")
        self._let_in[connection] = found
        return None

    def _require_safe(self, connection: ServerConnection) -> None:
        """Raise NotAllowed for who comes in the clear from elsewhere, or is one too many."""
        if not self._own.tls_cert and not is_near(str(connection.remote_address[0]), self._own):
            raise NotAllowed("This came in the clear, or through a proxy that is not named.")
        if self._count >= MOST_BROWSERS:
            raise NotAllowed("Too many browsers are here.")

    def _use(self, token: SeatToken) -> None:
        moment = now().timestamp()
        self._used = {once: until for once, until in self._used.items() if until >= moment}
        if token.once in self._used:
            raise NotAllowed("The token was used.")
        self._used[token.once] = token.expires

    async def _serve(self, connection: ServerConnection) -> None:
        async def send(what: bytes | dict[str, Any]) -> None:
            await connection.send(what if isinstance(what, bytes) else json.dumps(what))

        seat = self._let_in.pop(connection).seat
        end = End(send, lambda why: self._send_away(connection, why))
        place = self._places.seat_browser(seat, end)
        self._count += 1
        log.info("seats.browser_came", seat=seat)
        try:
            await sending(end, _receive(connection, place, end))
        except ConnectionClosed:
            pass
        finally:
            self._count -= 1
            self._places.leave(place, end)
            log.info("seats.browser_left", seat=seat, code=int(connection.close_code or 0))

    def _send_away(self, connection: ServerConnection, why: str) -> None:
        """Close without waiting: the browser that was there may be gone without a word."""
        task = asyncio.create_task(connection.close(TAKEN_OVER, why))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)


def is_near(peer: str, own: Settings) -> bool:
    """Return whether a peer in the clear is this machine or a named proxy."""
    return is_loopback(peer) or any(ip_address(peer) in each for each in own.proxy_networks)


def _token(request: Request) -> str:
    """Return what is offered beside our own protocol; empty for nothing."""
    offered = ",".join(request.headers.get_all("Sec-WebSocket-Protocol")).split(",")
    return next((each.strip() for each in offered if each.strip() != PROTOCOL), "")


async def _receive(connection: ServerConnection, place: Place, end: End) -> None:
    """Take what a browser sends until it leaves, or has to."""
    pace = Pace()
    watching = asyncio.create_task(_watch(connection, pace))
    try:
        async for message in connection:
            code, why = _take(message, place, end) if pace.allows() else (TOO_FAST, "Too fast.")
            if code:
                await connection.close(code, why)
    finally:
        watching.cancel()


async def _watch(connection: ServerConnection, pace: Pace) -> None:
    """Send a browser away that says nothing; a timer for each frame would cost more than it."""
    while True:
        left = IDLE_S - pace.silent_s()
        if left <= 0:
            break
        await asyncio.sleep(left)
    await connection.close(IDLE, "Nothing came for too long.")


def _take(message: bytes | str, place: Place, end: End) -> tuple[int, str]:
    """Take one message; return with what code the connection must be closed, 0 for none."""
    if isinstance(message, bytes):
        if len(message) != FRAME_BYTES:
            return NO_FRAME, f"A frame has {FRAME_BYTES} bytes."
        if place.browser is end:  # not one that was sent away
            place.speak(message)
        return 0, ""
    try:
        note = json.loads(message)
    except (ValueError, RecursionError):
        note = None
    if not isinstance(note, dict):
        return MALFORMED, "A text is a JSON object."
    if _is_number(note.get("ping")):
        end.tell(pong=note["ping"])
    if isinstance(page := note.get("page"), dict):
        place.page = {name: page[name] for name in PAGE_COUNTS if _is_number(page.get(name))}
    return 0, ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < MOST

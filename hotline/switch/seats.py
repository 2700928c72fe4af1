"""坐席的声音: the audio door, a process of its own, so that no other one's end cuts anybody off.

Browsers come in by WebSocket with a token of the web's, media workers by a Unix socket; whoever has
the same seat hears each other. It holds no call and no database: started again, both ends are back
within a second.
"""

import asyncio
import json
import os
import signal
import socket
import ssl
from collections.abc import Iterator

import structlog

from hotline.core import log as logging
from hotline.core.errors import CannotStart
from hotline.core.settings import Settings, settings
from hotline.switch.seat_browsers import Browsers
from hotline.switch.seat_places import Places
from hotline.switch.seat_workers import Workers
from hotline.web import audio_door

BACKLOG = 200
SEND_BUFFER = 16384  # bytes: what is older than a second must not wait in the system's hands
NEAR, TRIES = 20, 100  # ports after the web's, where the door looks for a free one

log = structlog.get_logger()


def main() -> None:
    """Run the audio door until SIGTERM."""
    own = settings()
    logging.configure("seats", as_json=own.log_json)
    asyncio.run(_run(own))


async def _run(own: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(own, stop)


async def serve(own: Settings, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; raise CannotStart when a socket can't be made."""
    places = Places()
    workers, browsers = Workers(places), Browsers(own, places)
    inner = await workers.listen(own.seats_socket)
    try:
        with bind(own) as port:
            outer = await browsers.listen(port, _tls(own))
            number = port.getsockname()[1]
            await asyncio.to_thread(_note, own, number)
            log.info("seats.ready", host=own.http_host, port=number, tls=bool(own.tls_cert))
            try:
                await stop.wait()
            finally:
                outer.close()
                await outer.wait_closed()
    finally:
        inner.close()
        await workers.close()
        await asyncio.to_thread(own.seats_socket.unlink, missing_ok=True)
    log.info("seats.stopped")


def bind(own: Settings) -> socket.socket:
    """Return a socket at the site's port, or at the last one or a free one near the web's."""
    for port in _ports(own):
        made = socket.socket(socket.AF_INET6 if ":" in own.http_host else socket.AF_INET)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        try:
            made.bind((own.http_host, port))
            made.listen(BACKLOG)
            return made
        except OSError:
            made.close()
    raise CannotStart(
        f"The audio door finds no port on {own.http_host}.",
        remedy="Set HOTLINE_SEATS_PORT to a free one.",
    )


def _ports(own: Settings) -> Iterator[int]:
    if own.seats_port:
        yield own.seats_port
        return
    if kept := audio_door.port(own):  # open pages know this one
        yield kept
    first = own.http_port + NEAR
    yield from (port for port in range(first, first + TRIES) if port <= 65535)
    yield 0


def _note(own: Settings, port: int) -> None:
    """Tell the web which port it is, and a test which process."""
    partial = own.seats_note.with_suffix(".part")
    partial.write_text(json.dumps({"pid": os.getpid(), "port": port}))
    partial.rename(own.seats_note)


def _tls(own: Settings) -> ssl.SSLContext | None:
    if own.tls_cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(own.tls_cert, own.tls_key)
    return context

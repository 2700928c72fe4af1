"""The audio door's inner side: media workers on a Unix socket that only we may open."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from hotline.core.errors import CannotStart
from hotline.switch.seat_places import End, Place, Places, sending
from telephony.seat_protocol import (
    MAX_LINE,
    Chunks,
    Malformed,
    decode_line,
    encode_chunk,
    encode_note,
)

LINE_S = 10.0
READ = 65536
UNSENT = 4096  # bytes, then the door lets the oldest frames go

log = structlog.get_logger()


class Workers:
    """Every connection of a media worker."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self, path: Path) -> asyncio.Server:
        """Open the socket; raise CannotStart when it can't be made or another door answers."""
        await _refuse_second(path)
        try:
            server = await asyncio.start_unix_server(self._open, path, limit=MAX_LINE)
            await asyncio.to_thread(path.chmod, 0o600)
        except OSError as error:
            raise CannotStart(f"The socket {path} can't be made: {error}.") from error
        return server

    async def close(self) -> None:
        """End every connection."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _open(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(LINE_S):
                call, seat = decode_line(await reader.readuntil(b"\n"))
            await self._seat(call, seat, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # it has gone, or only looked whether we are here
        except (TimeoutError, Malformed, asyncio.LimitOverrunError) as error:
            log.warning("seats.worker_refused", error=str(error))
        except Exception:
            log.exception("seats.worker_failed", remedy="report this as a bug")
        finally:
            writer.close()

    async def _seat(
        self, call: str, seat: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.transport.set_write_buffer_limits(high=UNSENT)

        async def send(what: bytes | dict[str, Any]) -> None:
            writer.write(encode_chunk(what) if isinstance(what, bytes) else encode_note(**what))
            await writer.drain()

        def send_away(why: str) -> None:
            writer.write(encode_note(over=why))
            writer.close()

        end = End(send, send_away)
        place = self._places.seat_worker(seat, call, end)
        try:
            await sending(end, _receive(reader, place, end))
        finally:
            self._places.leave(place, end)


async def _receive(reader: asyncio.StreamReader, place: Place, end: End) -> None:
    chunks = Chunks()
    while data := await reader.read(READ):
        for chunk in chunks.feed(data):
            if isinstance(chunk, bytes) and place.worker is end:
                place.hear(chunk)


async def _refuse_second(path: Path) -> None:
    """A socket that nobody answers at was left by a door that died."""
    with suppress(OSError):
        _, writer = await asyncio.open_unix_connection(path)
        writer.close()
        raise CannotStart(
            f"Another audio door answers at {path}.",
            remedy="Stop it, or give this one another HOTLINE_DATA_DIR.",
        )

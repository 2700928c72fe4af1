"""Answers connections: says who recognises, or lets a stream of sound be heard."""

import asyncio
import hmac
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from hotline.core.errors import HotlineError, Invalid, NotAllowed
from hotline.speech.hearing import Hearing, Room
from nlp.speech_protocol import encode_line

_HEADER_TIMEOUT_S = 10
# asyncio makes the transport in one turn, hands it over in the next, lets go of it in the third.
_TURNS_OF_AN_ACCEPTED_CONNECTION = 4

log = structlog.get_logger()


@dataclass(frozen=True)
class Header:
    """What a connection asks for; `rate` is 0 when it only asks who answers."""

    rate: int
    call: str
    live: bool


class Door:
    """One engine's door; it knows its connections, so that it can close."""

    def __init__(self, room: Room, token: str) -> None:
        self._room = room
        self._token = token
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._closing = False

    def open(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes a new connection; asyncio would report a task of its own as failed when closed."""
        if self._closing:
            writer.transport.abort()
            return
        task = asyncio.create_task(self._answer(reader, writer))
        self._connections[task] = writer
        task.add_done_callback(self._connections.pop)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection to its end; whatever fails is told to the client and logged."""
        try:
            await self._serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            log.info("speech.client_left")
        except HotlineError as error:
            log.warning("speech.refused", error=error.detail)
            await _tell(writer, error.detail, error.status)
        except Exception as error:
            log.exception("speech.failed")
            await _tell(writer, f"The recogniser failed: {type(error).__name__}.", 500)
        finally:
            writer.close()

    async def close(self) -> None:
        """Ends all connections; a decode that has begun is waited for.

        The server is closed before: what it had accepted by then arrives here some turns later.
        """
        self._closing = True
        connections = dict(self._connections)
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        for writer in connections.values():  # a task that had not begun has not closed its own
            writer.transport.abort()
        for _ in range(_TURNS_OF_AN_ACCEPTED_CONNECTION):
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        header = await self._read_header(reader)
        if header.rate:
            hearing = Hearing(self._room, header.rate, header.call, live=header.live)
            await hearing.run(reader, writer)
            return
        writer.write(encode_line(asdict(self._room.engine.describe())))
        await writer.drain()

    async def _read_header(self, reader: asyncio.StreamReader) -> Header:
        try:
            async with asyncio.timeout(_HEADER_TIMEOUT_S):
                line = await reader.readuntil(b"\n")
            fields = json.loads(line)
            rate = 0 if fields.get("health") else int(fields["rate"])
            header = Header(rate, _call(fields), fields.get("live") is True)
        except TimeoutError as error:
            raise Invalid("No header line came.") from error
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            asyncio.LimitOverrunError,
        ) as error:
            raise Invalid('The first line is not a JSON object with "rate" or "health".') from error
        if not hmac.compare_digest(str(fields.get("token", "")).encode(), self._token.encode()):
            raise NotAllowed("The speech process wants another token.")
        return header


def _call(fields: dict[str, Any]) -> str:
    return str(fields.get("call", ""))[:64]


async def _tell(writer: asyncio.StreamWriter, error: str, status: int) -> None:
    with suppress(ConnectionError):  # a client that has left can't be told
        writer.write(encode_line({"error": error, "status": status}))
        await writer.drain()

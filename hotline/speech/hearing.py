"""One stream of sound on its way through the recogniser.

What is cheap (resampling, telling voice from silence, cutting) runs beside the decodes, on a thread
that all streams share, so that nobody's ear waits for somebody else's words.
"""

import asyncio
from collections import deque
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

import structlog

from hotline.core.errors import Invalid
from hotline.speech.decoding import HANDICAP_S, Decodes
from nlp.speech import Piece, Segment, SpeechEngine, Stream
from nlp.speech_protocol import (
    LENGTH_BYTES,
    MAX_CHUNK,
    encode_line,
    encode_segment,
    encode_waiting,
)

_WAITING_CHUNKS = 16  # then the socket is left unread, and the sender has to wait
_WAITING_S = 60.0  # of sound that is cut and not decoded: then the same
_TELL_EVERY_S = 1.0
_TELL_AT_LEAST_S = 30.0  # so that a client knows that a silent stream is alive

log = structlog.get_logger()


@dataclass(frozen=True)
class Room:
    """Where work is done: `ears` for what is quick, `decodes` for what is not."""

    engine: SpeechEngine
    ears: Executor
    decodes: Decodes


class Hearing:
    """Takes chunks from the socket and answers with segments; decodes only in its turn."""

    def __init__(self, room: Room, rate: int, call: str, *, live: bool) -> None:
        self._room = room
        self._rate = rate
        self._call = call
        self._handicap = 0.0 if live else HANDICAP_S
        self._bytes = self._segments = 0
        self._work_s = 0.0
        self._pieces: deque[tuple[float, Piece]] = deque()  # since when each of them waits
        self._changed = asyncio.Event()
        self._ended = False

    async def run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Recognises until the client ends the sound; raises what ended it otherwise."""
        loop = asyncio.get_running_loop()
        stream = await loop.run_in_executor(
            self._room.ears, self._room.engine.open_stream, self._rate
        )
        sound: asyncio.Queue[bytes | Exception] = asyncio.Queue(_WAITING_CHUNKS)
        tasks = [
            asyncio.create_task(_receive(reader, sound)),
            asyncio.create_task(self._listen(stream, sound)),
            asyncio.create_task(self._tell(writer)),
        ]
        answering = asyncio.create_task(self._answer(writer))
        try:
            await _first_fault([tasks[1], answering], until=answering)
        finally:
            await _cancelled([*tasks, answering])  # a decode that has begun is waited for
            await loop.run_in_executor(self._room.ears, stream.close)

    @property
    def waiting_s(self) -> float:
        """How long the oldest sound that is cut has waited for its words."""
        since = self._pieces[0][0] if self._pieces else None
        return 0.0 if since is None else asyncio.get_running_loop().time() - since

    async def _listen(self, stream: Stream, sound: "asyncio.Queue[bytes | Exception]") -> None:
        loop = asyncio.get_running_loop()
        while chunk := await sound.get():
            if isinstance(chunk, Exception):
                raise chunk
            self._bytes += len(chunk)
            cut = await loop.run_in_executor(self._room.ears, stream.feed, chunk)
            self._keep(cut)
            while self._pieces and cut and cut[-1].end - self._pieces[0][1].end > _WAITING_S:
                await self._until_changed()
        self._keep(await loop.run_in_executor(self._room.ears, stream.finish))
        self._ended = True
        self._changed.set()

    def _keep(self, pieces: list[Piece]) -> None:
        now = asyncio.get_running_loop().time()
        self._pieces.extend((now, piece) for piece in pieces)
        if pieces:
            self._changed.set()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        """Sends what is heard, piece by piece, and at the end that nothing follows."""
        while self._pieces or not self._ended:
            if not self._pieces:
                await self._until_changed()
                continue
            since, piece = self._pieces[0]
            segments = await self._decoded(since, piece)
            self._pieces.popleft()
            self._changed.set()
            self._segments += sum(segment.final for segment in segments)
            for segment in segments:
                writer.write(encode_segment(segment))
            await writer.drain()
        writer.write(encode_line({"done": True, "rtf": self._rtf()}))
        await writer.drain()
        log.info("speech.heard", call=self._call, segments=self._segments, rtf=self._rtf())

    async def _decoded(self, since: float, piece: Piece) -> list[Segment]:
        def work() -> list[Segment]:
            began = perf_counter()
            segments = piece.decode()
            self._work_s += perf_counter() - began
            return segments

        return await self._room.decodes.run(since + self._handicap, work)

    async def _tell(self, writer: asyncio.StreamWriter) -> None:
        """Says each second how long words have been waiting; at times, that none have."""
        quiet_s, told = 0.0, False
        while True:
            await asyncio.sleep(_TELL_EVERY_S)
            quiet_s += _TELL_EVERY_S
            if self._pieces or told or quiet_s >= _TELL_AT_LEAST_S:
                quiet_s, told = 0.0, bool(self._pieces)
                with suppress(ConnectionError):  # whoever reads notices the same
                    writer.write(encode_waiting(self.waiting_s))

    async def _until_changed(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _rtf(self) -> float:
        """Seconds of decoding per second of sound."""
        seconds = self._bytes / 2 / self._rate
        return round(self._work_s / seconds, 3) if seconds else 0.0


async def _first_fault(tasks: "list[asyncio.Task[None]]", *, until: "asyncio.Task[None]") -> None:
    """Waits for `until`; raises at once what any of the tasks raises."""
    waiting = set(tasks)
    while not until.done():
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    until.result()


async def _cancelled(tasks: "list[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _receive(reader: asyncio.StreamReader, sound: "asyncio.Queue[bytes | Exception]") -> None:
    """Queues chunks until the empty one; a broken connection is queued behind what it brought."""
    try:
        while True:
            chunk = await _read_chunk(reader)
            await sound.put(chunk)
            if not chunk:
                return
    except (asyncio.IncompleteReadError, ConnectionError, Invalid) as error:
        await sound.put(error)


async def _read_chunk(reader: asyncio.StreamReader) -> bytes:
    length = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
    if length > MAX_CHUNK:
        raise Invalid(f"A chunk of {length} bytes is too long; {MAX_CHUNK} are allowed.")
    return await reader.readexactly(length)

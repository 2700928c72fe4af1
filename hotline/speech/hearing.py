"""One stream of sound on its way through the recogniser."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from time import perf_counter

import structlog

from hotline.core.errors import Invalid
from nlp.speech import Segment, SpeechEngine, Stream
from nlp.speech_protocol import LENGTH_BYTES, MAX_CHUNK, encode_line, encode_segment

_WAITING_CHUNKS = 16  # then the socket is left unread, and the sender has to wait

log = structlog.get_logger()


class Hearing:
    """Takes chunks from the socket and answers with segments; decodes only in `pool`."""

    def __init__(self, engine: SpeechEngine, pool: Executor, rate: int, call: str) -> None:
        self._engine = engine
        self._pool = pool
        self._rate = rate
        self._call = call
        self._bytes = 0
        self._work_s = 0.0
        self._segments = 0
        self._work: asyncio.Future[list[Segment]] | None = None

    async def run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Recognises until the client ends the sound; raises what ended it otherwise."""
        loop = asyncio.get_running_loop()
        stream = await loop.run_in_executor(self._pool, self._engine.open_stream, self._rate)
        sound: asyncio.Queue[bytes | Exception] = asyncio.Queue(_WAITING_CHUNKS)
        receiving = asyncio.create_task(_receive(reader, sound))
        try:
            await self._recognize(stream, sound, writer)
        finally:
            receiving.cancel()
            if self._work is not None and not self._work.done():
                await asyncio.wait([self._work])  # a decode can't be stopped in the middle
            await loop.run_in_executor(self._pool, stream.close)

    async def _recognize(
        self,
        stream: Stream,
        sound: "asyncio.Queue[bytes | Exception]",
        writer: asyncio.StreamWriter,
    ) -> None:
        while chunk := await sound.get():
            if isinstance(chunk, Exception):
                raise chunk
            self._bytes += len(chunk)
            await self._answer(writer, stream.feed, chunk)
        await self._answer(writer, stream.finish)
        rtf = self._rtf()
        writer.write(encode_line({"done": True, "rtf": rtf}))
        await writer.drain()
        log.info("speech.heard", call=self._call, segments=self._segments, rtf=rtf)

    async def _answer(
        self, writer: asyncio.StreamWriter, listen: Callable[..., list[Segment]], *sound: bytes
    ) -> None:
        began = perf_counter()
        loop = asyncio.get_running_loop()
        self._work = loop.run_in_executor(self._pool, listen, *sound)
        segments = await asyncio.shield(self._work)
        self._work_s += perf_counter() - began
        self._segments += sum(segment.final for segment in segments)
        for segment in segments:
            writer.write(encode_segment(segment))
        await writer.drain()

    def _rtf(self) -> float:
        """Seconds of work, and of waiting for a free recogniser, per second of sound."""
        seconds = self._bytes / 2 / self._rate
        return round(self._work_s / seconds, 3) if seconds else 0.0


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

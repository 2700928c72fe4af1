"""The speech process: one shared recogniser behind a Unix socket (`nlp.speech_protocol`)."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import structlog

from hotline.core.errors import CannotStart
from hotline.speech.decoding import Decodes
from hotline.speech.door import Door
from hotline.speech.hearing import Room
from nlp.speech import SpeechEngine
from nlp.speech_protocol import MAX_LINE

log = structlog.get_logger()


def run(socket_path: Path, engine: SpeechEngine, *, token: str = "", workers: int = 1) -> None:
    """Serves until SIGTERM or SIGINT; `workers` decodes run at a time, each on its core."""
    asyncio.run(_run(socket_path, engine, token, workers))


async def _run(socket_path: Path, engine: SpeechEngine, token: str, workers: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)
    await serve(socket_path, engine, stop, token=token, workers=workers)


async def serve(
    socket_path: Path,
    engine: SpeechEngine,
    stop: asyncio.Event,
    *,
    token: str = "",
    workers: int = 1,
) -> None:
    """Serves until `stop` is set; open streams then end at once, and their clients try again.

    Raises CannotStart when the socket can't be made or another process answers there.
    """
    await _refuse_second(socket_path)
    with (
        ThreadPoolExecutor(1, thread_name_prefix="ears") as ears,
        ThreadPoolExecutor(workers, thread_name_prefix="recognizer") as pool,
    ):
        door = Door(Room(engine, ears, Decodes(pool, workers)), token)
        server = await _listen(socket_path, door)
        log.info("speech.ready", socket=str(socket_path), **asdict(engine.describe()))
        try:
            await stop.wait()
        finally:
            server.close()
            await door.close()
            await asyncio.to_thread(socket_path.unlink, missing_ok=True)
    log.info("speech.stopped")


async def _refuse_second(socket_path: Path) -> None:
    """A socket file that nobody answers at was left by a process that died."""
    try:
        _, writer = await asyncio.open_unix_connection(socket_path)
    except OSError:
        return
    writer.close()
    await writer.wait_closed()
    raise CannotStart(
        f"Another speech process answers at {socket_path}.",
        remedy="Stop it, or give this one another HOTLINE_DATA_DIR.",
    )


async def _listen(socket_path: Path, door: Door) -> asyncio.Server:
    try:
        await asyncio.to_thread(socket_path.parent.mkdir, parents=True, exist_ok=True)
        server = await asyncio.start_unix_server(door.open, socket_path, limit=MAX_LINE)
        await asyncio.to_thread(socket_path.chmod, 0o600)
    except OSError as failure:
        raise CannotStart(f"The socket {socket_path} can't be made: {failure}.") from failure
    return server

"""A speech process in this process: its real server on a real Unix socket."""

import asyncio
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest

from hotline.speech.server import serve
from nlp.speech import Capabilities, Description, Piece, Segment, SpeechEngine
from nlp.speech_model import assemble
from nlp.speech_remote import SpeechUnavailable, health
from nlp.speech_whisper import WhisperEngine

Serving = Callable[..., AbstractContextManager[Path]]


class ScriptedStream:
    """Decodes one word for each chunk and one more at the end; waits or fails when told to."""

    def __init__(self, engine: "ScriptedEngine") -> None:
        self._engine = engine
        self._seconds = self._fed = 0.0

    def feed(self, pcm: bytes) -> list[Piece]:
        self._engine.fed.set()
        self._fed += len(pcm) / 16_000
        return [Piece(self._fed, lambda: self._decode(pcm))]

    def _decode(self, pcm: bytes) -> list[Segment]:
        self._engine.gate.wait(60)
        if self._engine.broken:
            raise RuntimeError("a secret")
        begin, self._seconds = self._seconds, self._seconds + len(pcm) / 16_000
        self._engine.heard += len(pcm)
        return [Segment(begin, self._seconds, "路灯", 0.5, final=False)]

    def finish(self) -> list[Piece]:
        return [Piece(self._fed, lambda: [Segment(0.0, self._seconds, "路灯坏了", 0.9)])]

    def close(self) -> None:
        self._engine.closed.set()


class ScriptedEngine:
    """A fake recogniser for what the server itself must do."""

    capabilities = Capabilities(partials=True)

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.closed = threading.Event()
        self.fed = threading.Event()
        self.broken = False
        self.heard = 0

    def describe(self) -> Description:
        return Description("scripted", "two words", "", partials=True)

    def open_stream(self, rate: int) -> ScriptedStream:
        assert rate > 0
        return ScriptedStream(self)


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture(scope="session")
def serving() -> Serving:
    return serve_in_thread


@contextmanager
def serve_in_thread(engine: SpeechEngine, token: str = "") -> Iterator[Path]:
    """Serves `engine` until the block ends; the folder is short, as a socket's path must be."""
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.sock"
        serving = serve(path, engine, stop, token=token)
        thread = threading.Thread(target=loop.run_until_complete, args=(serving,))
        thread.start()
        try:
            wait_for(path, token)
            yield path
        finally:
            # Connections are taken in turn: when this one is answered, none is still on its way in,
            # which asyncio (3.11) would drop unclosed if its server closed in that very turn.
            health(path, token=token)
            loop.call_soon_threadsafe(stop.set)
            thread.join(60)
            loop.close()
        assert not path.exists()


def wait_for(path: Path, token: str) -> None:
    """Asks until the process answers; gives up after a minute."""
    pause = threading.Event()
    for _ in range(6000):
        with suppress(SpeechUnavailable):
            health(path, token=token)
            return
        pause.wait(0.01)
    pytest.fail(f"no speech process answers at {path}")


@pytest.fixture(scope="session")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> WhisperEngine:
    """The packaged model, really loaded: once, as it takes seconds."""
    return WhisperEngine(assemble(tmp_path_factory.mktemp("models") / "whisper-base"))

"""What a recogniser (语音识别) is: engines, streams and the segments they hear."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from hotline.core.errors import Invalid, Unavailable

SAMPLE_RATE = 16_000  # Hz; every model hears PCM16 mono at this rate


class EngineName(StrEnum):
    VOSK = "vosk"
    WHISPER = "whisper"
    WEBSOCKET = "websocket"


class RecognizerError(Unavailable):
    """A recogniser can't be loaded, or can't decode."""

    title = "Speech recognition is not available"


class UnreadableSound(Invalid):
    """The sound handed in can't be recognised by any engine."""

    title = "This sound can't be read"


@dataclass(frozen=True)
class Segment:
    """Words heard between two moments, in seconds from the start of the stream.

    `confidence` lies in 0…1; a segment that is not `final` is replaced by the next one.
    """

    start: float
    end: float
    text: str
    confidence: float
    final: bool = True


def moved(segment: Segment, seconds: float) -> Segment:
    """Returns the segment so much later."""
    return replace(segment, start=segment.start + seconds, end=segment.end + seconds)


@dataclass(frozen=True)
class Capabilities:
    """What callers may expect of an engine, so that nobody tests its type."""

    partials: bool


@dataclass(frozen=True)
class Description:
    """Which recogniser answers, for /healthz; `sha256` is empty when the model is elsewhere."""

    engine: str
    model: str
    sha256: str
    partials: bool


@dataclass(frozen=True)
class Transcript:
    """A whole file as text (转写); `rtf` is seconds of work per second of sound."""

    file: str
    text: str
    segments: list[Segment] = field(default_factory=list)
    engine: str = ""
    rtf: float = 0.0


@dataclass(frozen=True)
class Piece:
    """Sound of a stream that waits to be decoded; it lasts until `end` s of the stream.

    `decode` may block for seconds. The pieces of one stream are decoded in their order, one at a
    time; those of others may be decoded meanwhile.
    """

    end: float
    decode: Callable[[], list[Segment]]


class Stream(Protocol):
    """One person's sound; `feed` and `finish` are quick: what takes long is left in the pieces."""

    def feed(self, pcm: bytes) -> list[Piece]:
        """Takes PCM16 mono at the stream's rate, any length, and returns what to decode now.

        Sound without a voice is in no piece.
        """
        ...

    def finish(self) -> list[Piece]:
        """Ends the sound and returns what was still kept back."""
        ...

    def close(self) -> None:
        """Lets go of what the stream holds, whether it was finished or not."""
        ...


def decoded(pieces: Iterable[Piece]) -> list[Segment]:
    """Decodes one piece after the other and returns what was heard."""
    return [segment for piece in pieces for segment in piece.decode()]


class SpeechEngine(Protocol):
    """A loaded model; streams of one engine may run in different threads."""

    @property
    def capabilities(self) -> Capabilities: ...

    def describe(self) -> Description: ...

    def open_stream(self, rate: int) -> Stream:
        """Begins a stream of sound at `rate` Hz; quick."""
        ...


def choose_engine(
    name: str,
    *,
    models_dir: Path,
    vosk_model: Path | None = None,
    whisper_model: Path | None = None,
    websocket_url: str = "",
    parallel: int = 1,
) -> SpeechEngine:
    """Loads the engine called `name`; raises RecognizerError rather than take another one.

    `models_dir` is where the packaged whisper is assembled unless `whisper_model` names a
    site's own CTranslate2 directory; `parallel` decodes run at a time.
    """
    match name:
        case EngineName.WHISPER:
            from nlp.speech_model import assemble
            from nlp.speech_whisper import WhisperEngine

            return WhisperEngine(
                whisper_model or assemble(models_dir / "whisper-base"), parallel=parallel
            )
        case EngineName.VOSK:
            from nlp.speech_vosk import VoskEngine

            return VoskEngine(vosk_model)
        case EngineName.WEBSOCKET:
            from nlp.speech_websocket import WebsocketEngine

            return WebsocketEngine(websocket_url)
    raise RecognizerError(
        f"There is no speech engine called {name!r}.",
        remedy=f"Set HOTLINE_SPEECH_ENGINE to one of: {', '.join(EngineName)}.",
    )

"""Audio in and out of a call: ports are made once and never freed (telephony.md, trap B)."""

import ctypes
import wave
from collections import deque
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pjsua2 as pj

from telephony.greeting import OF_A_SITE
from telephony.rhythm import Rhythm

RATE = 8000
FRAME_BYTES = RATE // 50 * 2  # 20 ms of 16-bit mono
SILENCE = bytes(FRAME_BYTES)
_FRAME_US = 20_000
Pull = Callable[[], bytes | None]
Push = Callable[[list[bytes]], None]
# libstdc++'s std::vector<unsigned char>: begin, end, capacity. 100 times faster than SWIG's copy.
_VECTOR = ctypes.c_void_p * 3


def _copy_out(vector: pj.ByteVector) -> bytes:
    begin, end, _ = _VECTOR.from_address(int(vector.this))
    return ctypes.string_at(begin, end - begin) if begin and end else b""


def _copy_in(vector: pj.ByteVector, data: bytes) -> None:
    vector.resize(len(data))
    ctypes.memmove(_VECTOR.from_address(int(vector.this))[0] or 0, data, len(data))


def _pcm_format() -> pj.MediaFormatAudio:
    pcm = pj.MediaFormatAudio()
    pcm.init(pj.PJMEDIA_FORMAT_PCM, RATE, 1, _FRAME_US, 16)
    return pcm


class AudioTap(pj.AudioMediaPort):  # type: ignore[misc]  # pjsua2 ships no types
    """The caller's frames, for the worker's loop to take; pjmedia's clock thread only enqueues."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.on = False
        self.rhythm = Rhythm()
        self._frames: deque[bytes] = deque()
        self.createPort(name, _pcm_format())

    def onFrameReceived(self, frame: pj.MediaFrame) -> None:
        if self.on:
            self.rhythm.beat()
            # A frame without audio (the caller's packets stopped) still is 20 ms of the call.
            voiced = frame.type == pj.PJMEDIA_TYPE_AUDIO
            self._frames.append((_copy_out(frame.buf) if voiced else b"") or SILENCE)

    def take(self) -> list[bytes]:
        """Return the frames since the last call, oldest first."""
        return [self._frames.popleft() for _ in range(len(self._frames))]


class AudioSource(pj.AudioMediaPort):  # type: ignore[misc]  # pjsua2 ships no types
    """What the caller hears, frame by frame; silence when there is nothing to say."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._frames: deque[bytes] = deque()
        self.createPort(name, _pcm_format())

    def onFrameRequested(self, frame: pj.MediaFrame) -> None:
        data = self._frames.popleft() if self._frames else SILENCE
        frame.type = pj.PJMEDIA_TYPE_AUDIO
        _copy_in(frame.buf, data)
        frame.size = len(data)

    @property
    def playing(self) -> bool:
        return bool(self._frames)

    def play(self, frames: list[bytes]) -> None:
        """Say this instead of what is being said."""
        self._frames = deque(frames)

    def stop(self) -> None:
        self._frames = deque()


class Microphone(pj.AudioMediaPort):  # type: ignore[misc]  # pjsua2 ships no types
    """What somebody says into a browser: pulled on pjmedia's clock thread, and kept for the loop.

    `heard` counts the frames that came; where none did there is silence.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.on = False
        self.pull: Pull | None = None
        self.heard = 0
        self._frames: deque[bytes] = deque()
        self.createPort(name, _pcm_format())

    def onFrameRequested(self, frame: pj.MediaFrame) -> None:
        pull = self.pull
        data = pull() if pull else None
        if data is None or len(data) != FRAME_BYTES:
            data = SILENCE
        else:
            self.heard += 1
        if self.on:
            self._frames.append(data)
        frame.type = pj.PJMEDIA_TYPE_AUDIO
        _copy_in(frame.buf, data)
        frame.size = len(data)

    def take(self) -> list[bytes]:
        """Return the frames since the last call, oldest first."""
        return [self._frames.popleft() for _ in range(len(self._frames))]


class Earpiece(pj.AudioMediaPort):  # type: ignore[misc]  # pjsua2 ships no types
    """What somebody at a browser hears, frame by frame, pushed on pjmedia's clock thread."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.push: Push | None = None
        self.createPort(name, _pcm_format())

    def onFrameReceived(self, frame: pj.MediaFrame) -> None:
        if push := self.push:
            voiced = frame.type == pj.PJMEDIA_TYPE_AUDIO
            push([(_copy_out(frame.buf) if voiced else b"") or SILENCE])


def load_prompts(shipped: Path, own: Path) -> dict[str, list[bytes]]:
    """Return every shipped prompt by name; a WAV of the same name in `own` takes its place.

    Those that a site alone can have (`greeting.OF_A_SITE`) are there if they are in `own`.
    """
    names = sorted(path.stem for path in shipped.glob("*.wav"))
    names += [name for name in OF_A_SITE if (own / f"{name}.wav").is_file()]
    chosen = {name: own / f"{name}.wav" for name in names}
    return {
        name: read_frames(path) if path.exists() else _shipped(shipped / path.name)
        for name, path in chosen.items()
    }


@cache
def _shipped(path: Path) -> list[bytes]:
    return read_frames(path)  # these don't change while we run: workers share them


def read_frames(path: Path) -> list[bytes]:
    """Return an 8 kHz mono 16-bit WAV as 20 ms frames; raise ValueError for any other format."""
    with wave.open(str(path), "rb") as sound:
        shape = (sound.getframerate(), sound.getnchannels(), sound.getsampwidth())
        if shape != (RATE, 1, 2):
            raise ValueError(
                f"{path} is {shape[0]} Hz, {shape[1]} channels, {8 * shape[2]} bit; "
                f"a prompt is {RATE} Hz mono 16-bit. Convert it: sox in.wav -r 8000 -c 1 -b 16 "
                f"{path.name}"
            )
        data = sound.readframes(sound.getnframes())
    return [
        data[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
        for at in range(0, len(data), FRAME_BYTES)
    ]

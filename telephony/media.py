"""Audio in and out of a call: ports are made once and never freed (telephony.md, trap B)."""

import ctypes
import wave
from collections import deque
from pathlib import Path

import pjsua2 as pj

RATE = 8000
FRAME_BYTES = RATE // 50 * 2  # 20 ms of 16-bit mono
SILENCE = bytes(FRAME_BYTES)
_FRAME_US = 20_000
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
        self._frames: deque[bytes] = deque()
        self.createPort(name, _pcm_format())

    def onFrameReceived(self, frame: pj.MediaFrame) -> None:
        if self.on:
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


class Channel:
    """One caller's pair of ports, from the pool."""

    def __init__(self, number: int) -> None:
        self.tap = AudioTap(f"tap-{number}")
        self.source = AudioSource(f"source-{number}")
        self._audio: pj.AudioMedia | None = None
        self._other: Channel | None = None

    def begin(self) -> None:
        """Make sure that the next caller hears nothing meant for the one before."""
        self.tap.take()
        self.source.stop()

    def connect(self, audio: pj.AudioMedia) -> None:
        """Join the ports to an active call medium; call again after each media change (trap F)."""
        self._audio = audio
        audio.startTransmit(self.tap)
        self.source.startTransmit(audio)
        self.tap.on = True
        self._couple()

    def disconnect(self) -> None:
        """Take note that the medium is gone: its place in the bridge may soon be another's."""
        self._audio = None

    def join(self, other: "Channel") -> None:
        """Let both sides hear each other, now and after each media change, until one is released.

        Nothing is undone: a leg that ends takes its medium out of the bridge.
        """
        self._other, other._other = other, self
        self._couple()

    def _couple(self) -> None:
        if self._other and self._audio and self._other._audio:
            self._audio.startTransmit(self._other._audio)
            self._other._audio.startTransmit(self._audio)

    def release(self) -> list[bytes]:
        """Return the last frames and make the channel ready for the next caller."""
        self.tap.on = False
        rest = self.tap.take()
        self.source.stop()
        self._audio = None
        if self._other:
            self._other._other = None
            self._other = None
        return rest


class Recorder:
    """A WAV file whose header is right after every write, whatever dies next."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")
        self._wave = wave.Wave_write(self._file)
        self._wave.setnchannels(1)
        self._wave.setsampwidth(2)
        self._wave.setframerate(RATE)
        self.frames = 0

    @property
    def seconds(self) -> float:
        return self.frames * _FRAME_US / 1e6

    def write(self, frames: list[bytes]) -> None:
        """Append frames and hand them to the system; raise OSError when the disk refuses."""
        if frames:
            self._wave.writeframes(b"".join(frames))
            self._file.flush()
            self.frames += len(frames)

    def close(self) -> None:
        """Let the file go, whatever happens; raise OSError when the disk refused the last of it."""
        try:
            self._wave.close()
        finally:
            self._file.close()


def load_prompts(shipped: Path, own: Path) -> dict[str, list[bytes]]:
    """Return every shipped prompt by name; a WAV of the same name in `own` takes its place."""
    names = sorted(path.stem for path in shipped.glob("*.wav"))
    chosen = {name: own / f"{name}.wav" for name in names}
    return {
        name: read_frames(path if path.exists() else shipped / path.name)
        for name, path in chosen.items()
    }


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

"""A voice on a telephone: says one tone, and keeps what it hears."""

import io
import socket
import struct
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.e2e.phone import free_udp_port
from tests.e2e.spoken import encode_alaw
from tests.e2e.tape_sound import both

RATE, FRAME = 8000, 160
_ALAW, _RTP_HEADER = 8, 12

Samples = npt.NDArray[np.float64]


class Voice:
    """The sound of one telephone, in place of sipp's: it speaks to whoever is heard first."""

    def __init__(self, hertz: float) -> None:
        self.hertz = hertz
        self.port = free_udp_port()
        self._heard: list[bytes] = []
        self._over = threading.Event()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", self.port))
        self._socket.settimeout(0.2)
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    def heard(self) -> Samples:
        """Return what was heard so far."""
        return decode_alaw(b"".join(list(self._heard)))

    def close(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                packet, other = self._socket.recvfrom(2048)
            except TimeoutError:
                continue
            except ConnectionError:
                continue  # the other side has left: its port is closed
            if packet[1] & 0x7F == _ALAW:
                self._heard.append(packet[_RTP_HEADER:])
            if len(self._threads) == 1:
                self._threads.append(
                    threading.Thread(target=self._speak, args=(other,), daemon=True)
                )
                self._threads[1].start()

    def _speak(self, other: tuple[str, int]) -> None:
        began, frame = time.monotonic(), 0
        while not self._over.wait(max(0.0, began + frame * 0.02 - time.monotonic())):
            moments = (np.arange(FRAME) + frame * FRAME) / RATE
            tone = (6000 * np.sin(2 * np.pi * self.hertz * moments)).astype(np.int16)
            head = struct.pack("!BBHII", 0x80, _ALAW, frame & 0xFFFF, frame * FRAME, 4711)
            self._socket.sendto(head + encode_alaw(tone), other)
            frame += 1


def tone(hertz: float, seconds: float) -> bytes:
    """Return a WAV of one tone."""
    moments = np.arange(int(RATE * seconds)) / RATE
    sound = io.BytesIO()
    with wave.open(sound, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(RATE)
        made.writeframes((6000 * np.sin(2 * np.pi * hertz * moments)).astype(np.int16).tobytes())
    return sound.getvalue()


@contextmanager
def voice(hertz: float) -> Iterator[Voice]:
    """Yield a voice that falls silent at the end."""
    made = Voice(hertz)
    try:
        yield made
    finally:
        made.close()


def seconds_of(samples: Samples, hertz: float) -> float:
    """Return how long a tone of this pitch is to be heard, in steps of a tenth of a second."""
    step = RATE // 10
    whole = samples[: len(samples) // step * step].reshape(-1, step)
    loud = np.abs(np.fft.rfft(whole * np.hanning(step), axis=1))[:, round(hertz / 10)]
    return float(np.sum(loud > 1000 * step / 8) / 10)


def read(tape: Path) -> Samples:
    """Return the samples of everybody on a tape."""
    return both(tape)


def decode_alaw(data: bytes) -> Samples:
    """Return the samples of G.711 A-law bytes."""
    code = np.frombuffer(data, np.uint8).astype(np.int32) ^ 0x55
    segment, mantissa = (code >> 4) & 7, code & 0x0F
    size = np.where(
        segment == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(segment - 1, 0)
    )
    return np.where(code & 0x80, size, -size).astype(np.float64)

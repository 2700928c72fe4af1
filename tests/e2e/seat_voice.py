"""An agent at a browser, as a worker sees one: the audio door is a socket that says a tone."""

import contextlib
import json
import socket
import threading
import time
from pathlib import Path

import numpy as np

from telephony.seat_protocol import Chunks, encode_chunk, encode_note
from tests.e2e.voices import FRAME, RATE, Samples


class SeatVoice:
    """Speaks and listens to the one worker that connects; `reload` is away for a while."""

    def __init__(self, door: Path, hertz: float) -> None:
        self.first_line: dict[str, object] = {}
        self._hertz = hertz
        self._heard: list[bytes] = []
        self._here = threading.Event()
        self._here.set()
        self._over = threading.Event()
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._door = door
        self._server.bind(str(door))
        self._server.listen()
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def reload(self, *, away_s: float) -> None:
        """Leave the page, and come back."""
        self._here.clear()
        time.sleep(away_s)
        self._here.set()

    def heard(self) -> Samples:
        return np.frombuffer(b"".join(self._heard), np.int16).astype(np.float64)

    def close(self) -> None:
        self._over.set()
        self._server.close()
        self._door.unlink()

    def _serve(self) -> None:
        line, _ = self._server.accept()
        with line, contextlib.suppress(OSError):
            greeting = b""
            while not greeting.endswith(b"\n"):
                greeting += line.recv(1)
            self.first_line = json.loads(greeting)
            listening = threading.Thread(target=self._listen, args=(line,), daemon=True)
            listening.start()
            self._speak(line)

    def _listen(self, line: socket.socket) -> None:
        chunks = Chunks()
        with contextlib.suppress(OSError):
            while data := line.recv(4096):
                frames = [each for each in chunks.feed(data) if isinstance(each, bytes)]
                self._heard += frames if self._here.is_set() else []

    def _speak(self, line: socket.socket) -> None:
        began, frame, there = time.monotonic(), 0, False
        while not self._over.wait(max(0.0, began + frame * 0.02 - time.monotonic())):
            if there != self._here.is_set():
                there = self._here.is_set()
                line.sendall(encode_note(browser=there))
            moments = (np.arange(FRAME) + frame * FRAME) / RATE
            tone = (6000 * np.sin(2 * np.pi * self._hertz * moments)).astype(np.int16)
            if there:
                line.sendall(encode_chunk(tone.tobytes()))
            frame += 1

"""A media worker's end of a browser seat: the agent's microphone and headset, behind the door.

The door (`hotline seats`) may be away for a moment, and the browser for longer: then the agent is
neither heard nor hears, and the call goes on.
"""

import contextlib
import os
import selectors
import socket
import threading
from collections import deque
from pathlib import Path
from typing import Any

import structlog

from telephony.jitter import Jitter
from telephony.seat_protocol import Chunks, Malformed, encode_chunk, encode_line

RETRY_S = 0.2
CONNECT_S = 2.0
WAITING = 10  # frames either way: 200 ms, then the oldest is let go
SEND_BUFFER = 16384  # bytes, of which the kernel counts some 800 for a frame
READ = 65536

log = structlog.get_logger()


class SeatAudio:
    """One seat in one call, on a thread of its own until it is closed.

    `pull` is for the thread of pjmedia's clock, and only for that one; nothing here waits.
    """

    def __init__(self, door: Path, call_id: str, seat: int) -> None:
        self._door = door
        self._call_id = call_id
        self._seat = seat
        self.connected = False  # a browser is at the other end
        self._jitter = Jitter()
        self._heard: deque[bytes] = deque(maxlen=WAITING)  # came in, and is not yet in the buffer
        self._said: deque[bytes] = deque(maxlen=WAITING)
        self._unsent = b""
        self._closed = False
        self._away = False
        self._lock = threading.Lock()  # of the pipe alone, for a moment
        self._wakes, self._waking = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        threading.Thread(target=self._run, name=f"seat-{seat}", daemon=True).start()

    def pull(self) -> bytes | None:
        """Return the next 20 ms of the agent's microphone; None when there is nothing."""
        while self._heard:
            self._jitter.put(self._heard.popleft())
        return self._jitter.take()

    def push(self, frames: list[bytes]) -> None:
        """Have the agent hear these frames; of what can't be sent in time the oldest is let go."""
        if self.connected:
            self._said.extend(frames)
            self._wake()

    def close(self) -> None:
        """Leave the seat; the thread ends by itself."""
        self._closed, self.connected = True, False
        self._wake()

    @property
    def counts(self) -> dict[str, int]:
        """What became of the agent's voice until now."""
        jitter = self._jitter
        return {"gaps": jitter.gaps, "dropped": jitter.dropped, "repeated": jitter.repeated}

    def _wake(self) -> None:
        with self._lock, contextlib.suppress(BlockingIOError):  # full: it wakes anyway
            if self._waking >= 0:
                os.write(self._waking, b"\0")

    def _run(self) -> None:
        try:
            while not self._closed:
                self._try()
                self.connected = False
                if not self._closed:
                    self._pause()
        finally:
            log.info("seat.left", call=self._call_id, seat=self._seat, **self.counts)
            with self._lock:  # its number may be another file's at once
                os.close(self._wakes)
                os.close(self._waking)
                self._waking = -1

    def _try(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            try:
                line.settimeout(CONNECT_S)
                line.connect(str(self._door))
                line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
                line.sendall(encode_line(self._call_id, self._seat))
                line.setblocking(False)
                self._said.clear()
                self._unsent, self._away = b"", False
                self._serve(line)
            except (OSError, Malformed) as error:
                if not self._away:
                    log.warning("seat.door_away", seat=self._seat, error=str(error))
                self._away = True

    def _serve(self, line: socket.socket) -> None:
        """Pass sound both ways until the connection ends or the seat is closed."""
        chunks = Chunks()
        with selectors.DefaultSelector() as ready:
            ready.register(self._wakes, selectors.EVENT_READ)
            ready.register(line, selectors.EVENT_READ)
            while not self._closed:
                for key, events in ready.select():
                    if key.fileobj is not line:
                        _drain(self._wakes)
                    elif events & selectors.EVENT_READ and not self._read(line, chunks):
                        return
                self._send(line)
                waits = selectors.EVENT_WRITE if self._unsent else 0
                ready.modify(line, selectors.EVENT_READ | waits)

    def _read(self, line: socket.socket, chunks: Chunks) -> bool:
        """Take what has come; return False at the end of the connection."""
        data = line.recv(READ)
        for chunk in chunks.feed(data):
            if isinstance(chunk, bytes):
                self._heard.append(chunk)
            else:
                self._obey(chunk)
        return bool(data)

    def _obey(self, note: dict[str, Any]) -> None:
        if "over" in note:  # somebody newer has the seat: coming back would take it from them
            self._closed = True
        self.connected = bool(note.get("browser", self.connected)) and not self._closed

    def _send(self, line: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._unsent or self._said:
                if not self._unsent:
                    self._unsent = encode_chunk(self._said.popleft())
                self._unsent = self._unsent[line.send(self._unsent) :]

    def _pause(self) -> None:
        """Wait before the next try, or until the seat is closed."""
        with selectors.DefaultSelector() as ready:
            ready.register(self._wakes, selectors.EVENT_READ)
            ready.select(RETRY_S)
        _drain(self._wakes)


def _drain(wakes: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while os.read(wakes, 4096):
            pass

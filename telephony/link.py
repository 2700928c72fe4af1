"""A worker's end of the socket to the switch: reports are kept until they are acknowledged."""

import queue
import socket
import threading
import time
from collections import deque
from dataclasses import replace
from pathlib import Path

import structlog

from telephony.commands import Ack, CallEnded, Dial, Hello, Message, decode, encode

RETRY_S = 0.5

log = structlog.get_logger()


class Link:
    """Sends reports and receives commands on threads of its own; never touches pjsua2."""

    def __init__(self, path: Path, hello: Hello) -> None:
        self._path = path
        self._hello = hello
        self._lock = threading.Lock()
        self._kept: deque[tuple[int, Message]] = deque()
        self._dials: set[str] = set()  # ordered, and not yet known to the switch as ended
        self._seq = 0
        self._socket: socket.socket | None = None
        self.inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.away_since: float | None = time.monotonic()

    def start(self) -> None:
        threading.Thread(target=self._run, name="link", daemon=True).start()

    def report(self, message: Message) -> None:
        """Send the message now if the switch is there, and again until it is acknowledged."""
        with self._lock:
            self._seq += 1
            self._kept.append((self._seq, message))
            self._send(encode(message, self._seq))

    def tell(self, message: Message) -> None:
        """Send something that the next one makes worthless; lost when the switch is away."""
        with self._lock:
            self._send(encode(message))

    def settled(self) -> bool:
        """Return whether everything reported is acknowledged."""
        with self._lock:
            return not self._kept

    def _send(self, data: bytes) -> None:
        if self._socket is None:
            return
        try:
            self._socket.sendall(data)
        except OSError:
            self._socket = None  # the reader notices the same and connects again

    def _run(self) -> None:
        while True:
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                    connection.connect(str(self._path))
                    self._meet(connection)
                    self._read(connection)
            except OSError as error:
                if self.away_since is None:
                    log.warning("switch.away", error=str(error))
            self._socket = None
            self.away_since = self.away_since or time.monotonic()
            time.sleep(RETRY_S)

    def _meet(self, connection: socket.socket) -> None:
        with self._lock:
            connection.sendall(encode(replace(self._hello, dials=tuple(self._dials))))
            for seq, message in self._kept:
                connection.sendall(encode(message, seq))
            self._socket = connection
        self.away_since = None

    def _read(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            for line in lines:
                message, _ = decode(line)
                if isinstance(message, Ack):
                    self._forget(message.upto)
                    continue
                if isinstance(message, Dial):
                    with self._lock:
                        self._dials.add(message.call_id)
                self.inbox.put(message)

    def _forget(self, seq: int) -> None:
        with self._lock:
            while self._kept and self._kept[0][0] <= seq:
                _, message = self._kept.popleft()
                if isinstance(message, CallEnded):
                    self._dials.discard(message.call_id)

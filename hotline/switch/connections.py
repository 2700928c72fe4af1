"""The workers that are connected now, and what they can be told."""

import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from telephony.commands import (
    Hello,
    Message,
    encode,
)


@dataclass(eq=False)
class Connection:
    """One worker's socket; several threads may send on it."""

    hello: Hello
    draining: bool = False
    _socket: socket.socket = field(kw_only=True)
    _lock: threading.Lock = field(default_factory=threading.Lock, kw_only=True)

    @property
    def worker(self) -> str:
        return self.hello.worker

    def send(self, message: Message) -> None:
        """Send the message whole; raise OSError when the worker is gone."""
        with self._lock:
            self._socket.sendall(encode(message))


class Connections:
    """Every connection that has introduced itself and has not ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._present: list[Connection] = []

    def meet(self, hello: Hello, line: socket.socket) -> Connection:
        """Return the worker's new connection."""
        connection = Connection(hello, _socket=line)
        with self._lock:
            self._present.append(connection)
        return connection

    def part(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        with self._lock:
            self._present.remove(connection)

    def present(self) -> Sequence[Connection]:
        """Return every connection there is."""
        with self._lock:
            return tuple(self._present)

    def of(self, worker: str) -> Connection | None:
        """Return the worker's newest connection; None while it has none."""
        return next((each for each in reversed(self.present()) if each.worker == worker), None)

    def for_dialling(self) -> Sequence[Connection]:
        """Return the workers that may place calls; the one that callers reach last comes first."""
        with self._lock:
            able = [each for each in self._present if not each.draining]
        return sorted(able, key=lambda each: each.hello.sip_port, reverse=True)

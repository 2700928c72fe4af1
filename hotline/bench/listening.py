"""Consoles that listen: open streams of a web process, what each was sent, and how late."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import datetime

HOST = "127.0.0.1"
AGAIN_S = 1.0  # as the stream tells a browser (`retry`)


@dataclass
class Console:
    """One open page of an agent; `got` are the numbers of the events it was sent, in order."""

    token: str
    district: str
    got: list[int] = field(default_factory=list)
    last_id: str = ""
    opened: int = 0


@dataclass
class Room:
    """Everybody who listens, and where; `late` are seconds from an event's moment to its arrival.

    `port` may be changed while they listen: who is cut off connects there.
    """

    consoles: list[Console]
    path: str
    port: int
    late: list[float] = field(default_factory=list)
    closing: bool = False

    @property
    def listening(self) -> int:
        """Return how many have been answered since the last `port`."""
        return sum(each.opened > 0 for each in self.consoles)

    async def listen(self) -> None:
        """Listen with all of them until cancelled, coming again as a browser does."""
        await asyncio.gather(*(self._sit(each) for each in self.consoles))

    async def _sit(self, console: Console) -> None:
        while not self.closing:
            try:
                await self._hear(console)
            except (OSError, asyncio.IncompleteReadError):
                console.opened = 0
            await asyncio.sleep(AGAIN_S)

    async def _hear(self, console: Console) -> None:
        reader, writer = await asyncio.open_connection(HOST, self.port)
        try:
            writer.write(self._asking(console))
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                raise OSError(f"A stream was answered {head[:40]!r}.")
            console.opened += 1
            while line := await reader.readline():
                self._take(console, line.decode().rstrip())
        finally:
            writer.close()

    def _asking(self, console: Console) -> bytes:
        after = f"Last-Event-ID: {console.last_id}\r\n" if console.last_id else ""
        return (
            f"GET {self.path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {console.token}\r\n"
            f"Accept: text/event-stream\r\n{after}\r\n"
        ).encode()

    def _take(self, console: Console, line: str) -> None:
        name, _, value = line.partition(": ")
        if name == "id":
            console.last_id = value
        elif name == "data":
            event = json.loads(value)
            console.got.append(event["place"])
            self.late.append(time.time() - datetime.fromisoformat(event["at"]).timestamp())

"""HTTP load over kept-alive connections: as fast as the answers come, or at a given rate."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotline.core.errors import Unavailable

HOST = "127.0.0.1"
_CREATED = b" 201 "


def post(path: str, body: Mapping[str, Any], *, token: str) -> bytes:
    """Return a POST as it goes over the wire."""
    payload = json.dumps(body, ensure_ascii=False).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload


def rate(ports: Sequence[int], requests: Iterator[bytes], *, clients: int, seconds: float) -> float:
    """Return how many requests a second so many clients get done, each waiting for its answer."""
    return asyncio.run(_closed(ports, requests, clients, seconds))


def p99_ms(
    ports: Sequence[int], requests: Iterator[bytes], *, per_s: float, seconds: float
) -> float:
    """Return the latency that 99 of 100 stay within, each counted from when it was due to start."""
    return asyncio.run(_open(ports, requests, per_s, seconds))


@dataclass
class _Pool:
    """Idle connections by port; one more is opened when all are busy."""

    ports: Sequence[int]
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)
    opened: int = 0

    async def ask(self, request: bytes) -> None:
        if not self.idle:
            port = self.ports[self.opened % len(self.ports)]
            self.opened += 1
            self.idle.append(await asyncio.open_connection(HOST, port))
        reader, writer = self.idle.pop(0)
        await _ask(reader, writer, request)
        self.idle.append((reader, writer))

    async def close(self) -> None:
        for _, writer in self.idle:
            writer.close()
            await writer.wait_closed()


async def _closed(
    ports: Sequence[int], requests: Iterator[bytes], clients: int, seconds: float
) -> float:
    began = time.perf_counter()

    async def client(port: int) -> int:
        reader, writer = await asyncio.open_connection(HOST, port)
        done = 0
        while time.perf_counter() - began < seconds:
            await _ask(reader, writer, next(requests))
            done += 1
        writer.close()
        await writer.wait_closed()
        return done

    done = await asyncio.gather(*(client(ports[each % len(ports)]) for each in range(clients)))
    return sum(done) / (time.perf_counter() - began)


async def _open(
    ports: Sequence[int], requests: Iterator[bytes], per_s: float, seconds: float
) -> float:
    pool, took, running = _Pool(ports), [], []
    began = time.perf_counter()

    async def one(due: float) -> None:
        await pool.ask(next(requests))
        took.append(time.perf_counter() - due)

    for place in range(int(per_s * seconds)):
        due = began + place / per_s
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        running.append(asyncio.create_task(one(due)))
    await asyncio.gather(*running)
    await pool.close()
    return sorted(took)[int(len(took) * 0.99)] * 1000


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    body = await reader.readexactly(length)
    if _CREATED not in head.split(b"\r\n", 1)[0]:
        raise Unavailable(f"A request was answered {head[:20]!r}: {body[:300]!r}")

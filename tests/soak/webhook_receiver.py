"""A department's system: a process of its own that takes webhooks, or fails, and writes all down.

What it has taken is in its file before it answers, so that a killed one has lost nothing.
"""

import json
import os
import random
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

from tests import forks


@dataclass(frozen=True)
class Arrival:
    """One event as it came; `took` says whether the receiver kept it, whatever it answered."""

    id: str
    order: str
    sequence: int
    took: bool


@dataclass
class Receiver:
    """Where it listens, by which secret, what it writes, and how often it fails."""

    port: int
    file: Path
    secret: str
    fails: float
    process: BaseProcess | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def start(self) -> None:
        arguments = (self.port, str(self.file), self.secret, self.fails)
        self.process = forks.context().Process(target=serve, args=arguments, daemon=True)
        self.process.start()
        _until(lambda: _listens(self.port))

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.join()

    def arrivals(self) -> list[Arrival]:
        """Return all that came, in the order in which it did."""
        if not self.file.exists():
            return []
        lines = self.file.read_text().splitlines()
        return [Arrival(**json.loads(line)) for line in lines]


def serve(port: int, file: str, secret: str, fails: float) -> None:
    """Take webhooks until killed."""
    Listener(port, file, secret, fails).serve_forever()


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, file: str, secret: str, fails: float) -> None:
        self.log = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.webhook, self.fails = Webhook(secret), fails
        self.chance = random.SystemRandom()
        super().__init__(("127.0.0.1", port), Door)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: senders that are killed hang up."""


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Verify, write down, answer; a third of the failures each refuses, forgets or hangs up."""
        assert isinstance(self.server, Listener)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = self.server.webhook.verify(body, dict(self.headers.items()))
        failing = self.server.chance.random() < self.server.fails
        how = self.server.chance.choice(("refuse", "forget", "hang_up")) if failing else ""
        line = {
            "id": self.headers["webhook-id"],
            "order": told["data"].get("order", ""),
            "sequence": told["data"]["sequence"],
            "took": how != "refuse",
        }
        os.write(self.server.log, json.dumps(line).encode() + b"\n")
        if how == "hang_up":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response_only(500 if how else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _until(met: Callable[[], bool], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)

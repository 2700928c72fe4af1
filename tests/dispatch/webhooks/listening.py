"""A receiver on loopback that answers as it is told, and remembers what it got."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Act = Callable[[BaseHTTPRequestHandler], None]


class Listener(ThreadingHTTPServer):
    """`answers` are used up one by one, then it takes everything; one may be an act of its own."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.answers: list[int | Act] = []
        self.refused: set[str] = set()  # orders of which it takes nothing
        self.headers: dict[str, str] = {}  # that its answers carry
        self.got: list[dict[str, Any]] = []
        self.heads: list[dict[str, str]] = []
        self.bodies: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    @property
    def told(self) -> list[tuple[str, int]]:
        """What came: the order and the number of each event, in this order."""
        return [(each["data"]["order"], each["data"]["sequence"]) for each in self.got]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: some senders hang up."""


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        assert isinstance(self.server, Listener)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        told = json.loads(body)
        answer = self.server.answers.pop(0) if self.server.answers else 204
        if told["data"].get("order") in self.server.refused:
            answer = 500
        self.server.got.append(told)
        self.server.heads.append({k.lower(): v for k, v in self.headers.items()})
        self.server.bodies.append(body)
        if callable(answer):
            answer(self)
            return
        self.send_response_only(answer)
        for name, value in {**self.server.headers, "Content-Length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

"""A message gateway on loopback, for what is told outside."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class Gateway(HTTPServer):
    """An SMS gateway on loopback that answers as it is told and remembers what it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.answers: list[int] = []
        self.got: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sms"


class Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Gateway)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append({**body, "key": self.headers["Idempotency-Key"]})
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a number would be in it."""

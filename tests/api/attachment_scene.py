"""What tests of files share: their addresses, one that is sent, and what a list shows."""

from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from dispatch.models import Ticket

Desk = Callable[[str], TestClient]
URBAN, OTHER = "540102-urban", "540100-urban"
SECRET = "路灯的字条".encode() * 100_000  # more than one sealed piece


def order_files(ticket: Ticket, place: int = 1) -> str:
    return f"/api/v1/work-orders/{ticket.number}-{place}/attachments"


def ticket_files(ticket: Ticket) -> str:
    return f"/api/v1/tickets/{ticket.number}/attachments"


def sent(client: TestClient, to: str, content: bytes = SECRET, **more: Any) -> Response:
    name = more.pop("name", "字条.txt")
    return client.post(to, files={"file": (name, content, "text/plain")}, **more)


def names(client: TestClient, of: str) -> list[str]:
    return [each["name"] for each in client.get(of).json()["items"]]

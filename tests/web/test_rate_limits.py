"""Whoever asks too often is told when to ask again, and nobody else notices."""

from collections.abc import Callable
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from tests.factories import create_ticket
from tests.web.asking import Limit, asked, at


def test_one_key_is_stopped_at_its_limit_and_told_when_to_ask_again(
    client: TestClient, limit: Limit
) -> None:
    limit(read=5)
    assert asked(client, 7) == [200] * 5 + [429] * 2
    refused = client.get("/api/v1/tickets")
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["title"] == "Asked too often"
    assert refused.headers["X-Content-Type-Options"] == "nosniff"


def test_another_key_goes_on_from_the_same_address(
    client: TestClient, desk: Callable[[str], TestClient], limit: Limit
) -> None:
    limit(read=3)
    assert asked(client, 4)[-1] == 429
    other = desk("540102-urban")
    client.headers["X-API-Key"] = other.headers["X-API-Key"]
    del client.headers["Authorization"]
    assert client.get("/api/v1/work-orders").status_code == 200


def test_writing_and_reading_have_limits_of_their_own(client: TestClient, limit: Limit) -> None:
    limit(write=2)
    written = [client.post("/api/v1/tickets", json={}).status_code for _ in range(3)]
    assert written == [422, 422, 429]
    assert asked(client, 2) == [200, 200]


def test_nobody_reads_person_after_person(
    client: TestClient, session: Session, now: datetime, limit: Limit
) -> None:
    limit(reveal=2)
    number = create_ticket(session, now=now).number
    path = f"/api/v1/tickets/{number}/reveal"
    body = {"reason": "to ring back"}
    told = [client.post(path, json=body).status_code for _ in range(3)]
    assert told[:2].count(429) == 0
    assert told[2] == 429


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/people/1/file"),
        ("GET", "/console/tickets/261125000011/recording/sound"),
    ],
)
def test_nobody_takes_file_after_file(
    client: TestClient, limit: Limit, method: str, path: str
) -> None:
    limit(reveal=2)
    told = [client.request(method, path, json={}).status_code for _ in range(3)]
    assert told[:2].count(429) == 0
    assert told[2] == 429
    listed = client.get("/api/v1/tickets/261125000011/attachments")
    assert listed.status_code != 429


@pytest.mark.parametrize("path", ["/t/", "/api/v1/public/tickets"])
def test_callers_ask_only_so_often_from_one_address(
    anonymous: TestClient, limit: Limit, path: str
) -> None:
    limit(door=3)
    assert 429 not in asked(anonymous, 3, path)
    assert asked(anonymous, 1, path) == [429]
    page = anonymous.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 429
    assert "过于频繁" in page.text
    elsewhere = TestClient(at(anonymous.app, "198.51.100.7"))
    assert 429 not in asked(elsewhere, 1, path)


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_health_is_always_told(anonymous: TestClient, limit: Limit, path: str) -> None:
    limit(address=1)
    assert asked(anonymous, 5, path) == [200] * 5


def test_zero_is_no_limit(client: TestClient, limit: Limit) -> None:
    limit(read=0, address=0)
    assert asked(client, 30) == [200] * 30

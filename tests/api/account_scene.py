"""What tests of accounts share: one that is made, and a browser that signs in with it."""

from fastapi.testclient import TestClient
from sqlmodel import Session

from tests.api.conftest import another


def made(boss: TestClient, username: str = "dawa", **given: str) -> str:
    """Return the password of a fresh account."""
    body = {"username": username, "role": "agent", **given}
    answer = boss.post("/api/v1/accounts", json=body)
    assert answer.status_code == 201, answer.text
    password: str = answer.json()["password"]
    return password


def entered(session: Session, username: str, password: str) -> TestClient:
    client = another(session)
    given = {"username": username, "password": password}
    answer = client.post("/api/v1/sessions", json=given, headers={"User-Agent": "Firefox"})
    assert answer.status_code == 201, answer.text
    return client

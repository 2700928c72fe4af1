"""The web app on a rolled-back database, with somebody signed in."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.app import create_app
from hotline.core import accounts, clock, keys
from hotline.core.accounts import MACHINE, Role
from hotline.web.access import open_session


@pytest.fixture
def anonymous(session: Session) -> TestClient:
    """A client nobody is signed in on. A refused request leaves nothing."""
    return another(session)


@pytest.fixture
def client(anonymous: TestClient, session: Session, now: datetime) -> TestClient:
    """A client on which an agent is signed in."""
    return sign_in(anonymous, session, Role.AGENT, now)


@pytest.fixture
def desk(session: Session) -> Callable[[str], TestClient]:
    """Return a department's system: a client that holds a key of that department."""

    def of(department: str) -> TestClient:
        _, secret = keys.issue_key(session, department, "test", actor=MACHINE, now=clock.now())
        client = another(session)
        client.headers["X-API-Key"] = secret
        return client

    return of


def another(session: Session) -> TestClient:
    """Return one more client on the same database."""
    app = create_app()

    def shared() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    app.dependency_overrides[open_session] = shared
    return TestClient(app, base_url="http://testserver")


def sign_in(client: TestClient, session: Session, role: Role, now: datetime) -> TestClient:
    """Return the client with a fresh account of this role."""
    accounts.create_account(session, f"{role}-1", "secret-word", role=role, now=now)
    session.flush()
    body = {"username": f"{role}-1", "password": "secret-word"}
    token = client.post("/api/v1/sessions", json=body).json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client

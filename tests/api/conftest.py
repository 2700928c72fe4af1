"""The web app with somebody signed in, on a rolled-back database or on one that commits."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from hotline.core import accounts, clock, keys
from hotline.core.accounts import MACHINE, Role
from hotline.core.db import transaction
from hotline.web.access import open_session
from tests import apps, committed
from tests.factories import create_ticket


@pytest.fixture
def anonymous(session: Session) -> TestClient:
    """A client nobody is signed in on. A refused request leaves nothing."""
    return another(session)


@pytest.fixture
def client(anonymous: TestClient, session: Session, now: datetime) -> TestClient:
    """A client on which an agent is signed in."""
    return sign_in(anonymous, session, Role.AGENT, now)


@pytest.fixture
def boss(anonymous: TestClient, session: Session, now: datetime) -> TestClient:
    """A client on which an administrator is signed in."""
    return sign_in(anonymous, session, Role.ADMINISTRATOR, now)


@pytest.fixture
def desk(session: Session) -> Callable[[str], TestClient]:
    """Return a department's system: a client that holds a key of that department."""

    def of(department: str) -> TestClient:
        _, secret = keys.issue_key(session, department, "test", actor=MACHINE, now=clock.now())
        client = another(session)
        client.headers["X-API-Key"] = secret
        return client

    return of


@pytest.fixture
def open_desk(engine: Engine) -> Iterator[Callable[[str], TestClient]]:
    """Return a department's system whose requests commit; what they wrote is removed afterwards."""

    def own_transaction() -> Iterator[Session]:
        with transaction(engine) as session:
            yield session

    def of(department: str) -> TestClient:
        with transaction(engine) as session:
            _, secret = keys.issue_key(session, department, "", actor=MACHINE, now=clock.now())
        app = apps.fresh_app()
        app.dependency_overrides[open_session] = own_transaction
        return TestClient(app, headers={"X-API-Key": secret})

    yield of
    committed.remove(engine)


@pytest.fixture
def number(engine: Engine) -> str:
    """The number of a committed ticket that is dispatched to one department."""
    with transaction(engine) as session:
        ticket = create_ticket(session, now=clock.now())
        urban = [Assignment("540102-urban")]
        return dispatching.dispatch(session, ticket, urban, actor=MACHINE, now=clock.now()).number


def another(session: Session) -> TestClient:
    """Return one more client on the same database."""
    app = apps.fresh_app()

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

"""The pages as a browser sees them: signed in by cookie, redirects followed."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from tests.api.conftest import anonymous, another, sign_in

__all__ = ["anonymous"]


def enter(client: TestClient, session: Session, role: Role, now: datetime) -> TestClient:
    """Return the client with somebody of this role signed in, by cookie alone."""
    sign_in(client, session, role, now)
    del client.headers["Authorization"]
    return client


@pytest.fixture
def agent(anonymous: TestClient, session: Session, now: datetime) -> TestClient:
    """A browser in which an agent is signed in."""
    return enter(anonymous, session, Role.AGENT, now)


@pytest.fixture
def lead(session: Session, now: datetime) -> TestClient:
    """A browser of its own in which a team lead is signed in."""
    return enter(another(session), session, Role.TEAM_LEAD, now)


@pytest.fixture
def auditor(session: Session, now: datetime) -> TestClient:
    """A browser of its own in which an auditor, who only looks, is signed in."""
    return enter(another(session), session, Role.AUDITOR, now)

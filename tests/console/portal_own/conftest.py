"""A department's people in their browsers, and orders that went one way or the other."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Role
from tests.api.conftest import anonymous, another

__all__ = ["anonymous"]
URBAN, CITY = "540102-urban", "540100-urban"


def of_department(
    session: Session, role: Role, department: str, now: datetime, name: str = ""
) -> TestClient:
    """Return a browser in which somebody of the department is signed in, by cookie alone."""
    username = name or f"{role}-{department}"
    made = accounts.create_account(session, username, "secret-word", role=role, now=now)
    made.department = department
    session.flush()
    client = another(session)
    body = {"username": username, "password": "secret-word"}
    assert client.post("/api/v1/sessions", json=body).status_code in (200, 201)
    return client


@pytest.fixture
def leader(session: Session, now: datetime) -> TestClient:
    return of_department(session, Role.LEADER, URBAN, now)


@pytest.fixture
def handler(session: Session, now: datetime) -> TestClient:
    return of_department(session, Role.HANDLER, URBAN, now)


@pytest.fixture
def stranger(session: Session, now: datetime) -> TestClient:
    """A leader of another department."""
    return of_department(session, Role.LEADER, CITY, now)

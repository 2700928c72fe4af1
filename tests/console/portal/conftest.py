"""A department's people in their portal, as a browser sees it."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now
from tests.api.conftest import another

URBAN, CITY = "540102-urban", "540100-urban"

Desk = Callable[..., TestClient]


@pytest.fixture
def at_desk(session: Session) -> Desk:
    """Return a browser in which somebody of the department is signed in, by its own form."""

    def of(department: str = URBAN, role: Role = Role.HANDLER) -> TestClient:
        client = another(session)
        name = f"{department}-{role}"
        person = accounts.create_account(session, name, "secret-word", role=role, now=now())
        person.department = department
        session.flush()
        given = {"username": name, "password": "secret-word"}
        answer = client.post("/console/sign-in", data=given, follow_redirects=False)
        assert answer.headers["location"] == "/portal/"
        return client

    return of

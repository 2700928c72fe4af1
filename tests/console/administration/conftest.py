"""A browser in which an administrator is signed in, and how its pages are read and sent."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from tests.api.conftest import another
from tests.console.conftest import agent, anonymous, auditor, enter, lead

__all__ = ["agent", "anonymous", "auditor", "lead"]

HOME = "/console/administration"


@pytest.fixture
def boss(session: Session, now: datetime) -> TestClient:
    """A browser in which an administrator is signed in."""
    return enter(another(session), session, Role.ADMINISTRATOR, now)


def got(client: TestClient, path: str, status: int = 200, **asked: str) -> str:
    """Return the page at this path of the room."""
    answer = client.get(f"{HOME}{path}", params=asked)
    assert answer.status_code == status, answer.text
    return answer.text


def sent(client: TestClient, path: str, status: int = 303, /, **given: str) -> str:
    """Send a form; return the page it is answered with."""
    answer = client.post(f"{HOME}{path}", data=given, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.text


def hidden(page: str, name: str) -> str:
    """Return what a hidden field of the page holds."""
    return page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]

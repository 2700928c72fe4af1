"""The console's first page and the documentation."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from tests.api.conftest import sign_in
from tests.factories import create_ticket


def test_who_is_not_signed_in_is_asked_to(anonymous: TestClient) -> None:
    page = anonymous.get("/console/")
    assert page.status_code == 200
    assert 'action="/console/sign-in"' in page.text


def test_a_wrong_password_is_said_in_chinese(anonymous: TestClient) -> None:
    form = {"username": "nobody", "password": "x"}
    page = anonymous.post("/console/sign-in", data=form)
    assert page.status_code == 401
    assert "用户名或密码不对" in page.text


def test_signing_in_leads_to_the_tickets(
    anonymous: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    client = sign_in(anonymous, session, Role.AGENT, now)
    del client.headers["Authorization"]
    client.cookies.clear()
    form = {"username": "agent-1", "password": "secret-word"}
    page = client.post("/console/sign-in", data=form)
    assert ticket.number in page.text
    assert "城关区" in page.text
    assert "13989001234" not in page.text
    assert ticket.number in client.get("/console/rows").text


def test_the_documentation_needs_no_cdn(anonymous: TestClient) -> None:
    page = anonymous.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    assert anonymous.get("/openapi.json").json()["openapi"].startswith("3.1")

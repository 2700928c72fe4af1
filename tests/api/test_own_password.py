"""修改密码 over HTTP: people choose a password of their own."""

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from tests.api.account_scene import entered, made


def test_a_new_person_chooses_a_password_before_anything_else(
    boss: TestClient, session: Session
) -> None:
    password = made(boss, display_name="达瓦")
    dawa = entered(session, "dawa", password)
    refused = dawa.get("/api/v1/tickets")
    assert refused.status_code == 403
    assert "/api/v1/me/password" in refused.json()["remedy"]
    assert dawa.get("/console/").url.path == "/console/account"
    me = dawa.get("/api/v1/me").json()
    assert (me["must_change_password"], me["may"]) == (True, ["self"])
    own = {"old": password, "new": "yak butter at dawn"}
    assert dawa.post("/api/v1/me/password", json=own).status_code == 204
    assert dawa.get("/api/v1/tickets").status_code == 200
    assert "ticket.read" in dawa.get("/api/v1/me").json()["may"]
    entered(session, "dawa", "yak butter at dawn")


@pytest.mark.parametrize("new", ["short", "password1234", "x" * 129])
def test_a_poor_password_is_refused(boss: TestClient, session: Session, new: str) -> None:
    password = made(boss)
    dawa = entered(session, "dawa", password)
    body = {"old": password, "new": new}
    assert dawa.post("/api/v1/me/password", json=body).status_code == 422


def test_a_changed_password_leaves_this_session_and_ends_the_others(
    client: TestClient, session: Session
) -> None:
    other = entered(session, "agent-1", "secret-word")
    body = {"old": "secret-word", "new": "yak butter at dawn"}
    assert client.post("/api/v1/me/password", json=body).status_code == 204
    assert client.get("/api/v1/tickets").status_code == 200
    assert other.get("/api/v1/tickets").status_code == 401


def test_a_wrong_old_password_changes_nothing(client: TestClient) -> None:
    body = {"old": "wrong", "new": "yak butter at dawn"}
    assert client.post("/api/v1/me/password", json=body).status_code == 401
    assert client.get("/api/v1/tickets").status_code == 200


def test_a_reset_password_is_shown_once_and_ends_the_sessions(
    boss: TestClient, session: Session
) -> None:
    dawa = entered(session, "dawa", made(boss))
    reset = boss.post("/api/v1/accounts/dawa/reset-password").json()
    assert reset["must_change_password"]
    assert dawa.get("/api/v1/me").status_code == 401
    entered(session, "dawa", reset["password"])

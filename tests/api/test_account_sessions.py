"""会话 over HTTP: where somebody is signed in, and who ends it."""

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core import accounts, clock
from hotline.core.accounts import Role
from tests.api.account_scene import entered, made
from tests.api.conftest import another


def test_an_administrator_sees_and_ends_anybody_s_sessions(
    boss: TestClient, session: Session
) -> None:
    password = made(boss)
    first, second = (entered(session, "dawa", password) for _ in range(2))
    path = "/api/v1/accounts/dawa/sessions"
    items = boss.get(path).json()["items"]
    assert [each["device"] for each in items] == ["Firefox", "Firefox"]
    assert "token_digest" not in items[0]
    assert boss.delete(f"{path}/{items[0]['id']}").status_code == 204
    assert boss.delete(f"{path}/{items[0]['id']}").status_code == 404
    assert sorted((first.get("/api/v1/me").status_code, second.get("/api/v1/me").status_code)) == [
        200,
        401,
    ]
    assert boss.delete(path).json() == {"ended": 1}


def test_a_person_ends_their_own_sessions_elsewhere(client: TestClient, session: Session) -> None:
    others = [entered(session, "agent-1", "secret-word") for _ in range(3)]
    items = client.get("/api/v1/me/sessions").json()["items"]
    assert len(items) == 4
    assert client.delete("/api/v1/me/sessions").json() == {"ended": 3}
    assert {each.get("/api/v1/me").status_code for each in others} == {401}
    assert client.get("/api/v1/me").status_code == 200


def test_signing_in_again_closes_the_session_the_browser_had(session: Session) -> None:
    accounts.create_account(session, "dawa", "x", role=Role.AGENT, now=clock.now())
    client = entered(session, "dawa", "x")
    old = client.cookies["hotline_session"]
    client.post("/api/v1/sessions", json={"username": "dawa", "password": "x"})
    assert client.cookies["hotline_session"] != old
    stale = another(session)
    stale.headers["Authorization"] = f"Bearer {old}"
    assert stale.get("/api/v1/me").status_code == 401

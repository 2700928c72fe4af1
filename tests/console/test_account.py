"""A person's own page: who they are, their password, where they are signed in."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core import accounts, clock
from hotline.core.accounts import Role
from tests.api.conftest import another

OWN = "/console/account"


def browser(session: Session, username: str, password: str) -> TestClient:
    client = another(session)
    given = {"username": username, "password": password}
    client.headers["User-Agent"] = "Firefox on the third seat"
    assert client.post("/console/sign-in", data=given).status_code == 200
    return client


def chosen(client: TestClient, old: str, new: str, again: str) -> str:
    given = {"old": old, "new": new, "again": again}
    return client.post(f"{OWN}/password", data=given).text


def test_the_page_tells_who_one_is_and_where_one_is_signed_in(
    agent: TestClient, session: Session
) -> None:
    browser(session, "agent-1", "secret-word")
    page = agent.get(OWN).text
    for word in ("agent-1", "话务员", "Firefox on the third seat", "本机", "退出其他所有设备"):
        assert word in page
    assert 'href="/console/account"' in agent.get("/console/").text


def test_a_handler_who_sees_no_tickets_has_the_page_too(session: Session) -> None:
    account = accounts.create_account(
        session, "pema", "secret-word", role=Role.HANDLER, now=clock.now()
    )
    account.department = "540102-urban"
    session.flush()
    page = browser(session, "pema", "secret-word").get(OWN).text
    assert "承办员" in page
    assert "城关区" in page
    assert 'id="registers"' not in page


def test_a_password_is_changed_and_the_other_devices_are_signed_out(
    agent: TestClient, session: Session
) -> None:
    other = browser(session, "agent-1", "secret-word")
    new = "yak butter at dawn"
    assert "不一样" in chosen(agent, "secret-word", new, "yak butter")
    assert "太常见" in chosen(agent, "secret-word", "password1234", "password1234")
    assert "现在的密码不对" in chosen(agent, "wrong", new, new)
    assert "密码已修改" in chosen(agent, "secret-word", new, new)
    assert agent.get("/console/").url.path == "/console/"
    assert other.get("/console/").url.path == "/console/sign-in"
    browser(session, "agent-1", new)


def test_a_password_that_an_administrator_knows_is_changed_first(
    session: Session, now: datetime
) -> None:
    account = accounts.create_account(session, "dawa", "shown once", role=Role.AGENT, now=now)
    account.must_change_password = True
    session.flush()
    client = browser(session, "dawa", "shown once")
    for path in ("/console/", "/console/callbacks"):
        assert client.get(path).url.path == OWN
    assert "管理员设的" in client.get(OWN).text
    chosen(client, "shown once", "yak butter at dawn", "yak butter at dawn")
    assert client.get("/console/").url.path == "/console/"


def test_one_device_is_signed_out(agent: TestClient, session: Session) -> None:
    other = browser(session, "agent-1", "secret-word")
    (login,) = [
        each["id"]
        for each in other.get("/api/v1/me/sessions").json()["items"]
        if each["device"] == "Firefox on the third seat"
    ]
    assert "已退出" in agent.post(f"{OWN}/sessions/{login}/end").text
    assert other.get("/console/").url.path == "/console/sign-in"


def test_all_other_devices_are_signed_out(agent: TestClient, session: Session) -> None:
    others = [browser(session, "agent-1", "secret-word") for _ in range(2)]
    agent.post(f"{OWN}/sessions/end-others")
    assert {each.get("/console/").url.path for each in others} == {"/console/sign-in"}
    assert agent.get("/console/").url.path == "/console/"

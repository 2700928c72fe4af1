"""People's accounts over HTTP."""

import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from hotline.app import create_app
from hotline.core import accounts, clock, db, events
from hotline.core import settings as core_settings
from hotline.core.accounts import Account, Role
from hotline.core.db import transaction
from hotline.core.people import passwords
from hotline.web import access
from hotline.web.access import open_session
from hotline.web.refusals import REFUSED_AFTER_S
from tests import committed
from tests.api.conftest import another, sign_in

URBAN = "540102-urban"


@pytest.fixture
def boss(anonymous: TestClient, session: Session, now: datetime) -> TestClient:
    return sign_in(anonymous, session, Role.ADMINISTRATOR, now)


def made(boss: TestClient, username: str = "dawa", **given: str) -> str:
    """Return the password of a fresh account."""
    body = {"username": username, "role": "agent", **given}
    answer = boss.post("/api/v1/accounts", json=body)
    assert answer.status_code == 201, answer.text
    password: str = answer.json()["password"]
    return password


def entered(session: Session, username: str, password: str) -> TestClient:
    client = another(session)
    given = {"username": username, "password": password}
    answer = client.post("/api/v1/sessions", json=given, headers={"User-Agent": "Firefox"})
    assert answer.status_code == 201, answer.text
    return client


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


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"role": "department_handler", "department": URBAN, "district": "540102"}, 201),
        ({"role": "department_handler"}, 422),
        ({"role": "department_leader", "department": "nobody"}, 422),
        ({"role": "agent", "department": URBAN}, 422),
        ({"role": "agent", "district": "999999"}, 422),
        ({"role": "department_system", "department": URBAN}, 422),
        ({"role": "agent", "clearance": "whatever"}, 422),
        ({"role": "agent", "username": "hotline"}, 422),
        ({"role": "agent", "username": "a:b"}, 422),
        ({"role": "agent", "username": "administrator-1"}, 409),
    ],
)
def test_an_account_s_place_must_be_one(
    boss: TestClient, given: dict[str, str], status: int
) -> None:
    answer = boss.post("/api/v1/accounts", json={"username": "dawa", **given})
    assert answer.status_code == status, answer.text


def test_a_repeated_request_makes_one_account_and_shows_no_password_again(
    boss: TestClient, session: Session
) -> None:
    body = {"username": "dawa", "role": "agent"}
    key = {"Idempotency-Key": "one"}
    first = boss.post("/api/v1/accounts", json=body, headers=key)
    second = boss.post("/api/v1/accounts", json=body, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == {**first.json(), "password": None}
    kept = session.connection().execute(text("SELECT body::text FROM kept_reply")).scalars()
    assert not any(first.json()["password"] in body for body in kept)
    other = boss.post("/api/v1/accounts", json={**body, "role": "auditor"}, headers=key)
    assert other.status_code == 422


def test_a_change_names_the_version_that_was_seen(boss: TestClient, session: Session) -> None:
    made(boss)
    seen = boss.get("/api/v1/accounts/dawa")
    path, tag = "/api/v1/accounts/dawa", {"If-Match": seen.headers["etag"]}
    moved = boss.patch(path, json={"role": "team_lead", "district": "540102"}, headers=tag)
    assert (moved.status_code, moved.json()["role"]) == (200, "team_lead")
    assert moved.headers["etag"] != seen.headers["etag"]
    assert boss.patch(path, json={"role": "agent"}, headers=tag).status_code == 412
    leader = {"role": "department_leader", "department": URBAN}
    assert boss.patch(path, json=leader).json()["department"] == URBAN
    back = boss.patch(path, json={"role": "agent"}).json()
    assert (back["department"], back["district"]) == ("", "540102")
    types = [event.type for event in events.history(session, "account:dawa")]
    assert types == ["account.created"] + ["account.changed"] * 3
    assert boss.patch(path, json={}).status_code == 422


def test_nobody_raises_themselves_and_the_last_administrator_stays(boss: TestClient) -> None:
    own = "/api/v1/accounts/administrator-1"
    assert boss.patch(own, json={"clearance": "sealed"}).status_code == 403
    assert boss.patch(own, json={"role": "agent"}).status_code == 403
    assert boss.post(f"{own}/disable").status_code == 403
    assert boss.patch(own, json={"display_name": "主任"}).status_code == 200


def test_a_disabled_person_is_out_at_once_and_their_work_stays(
    boss: TestClient, session: Session
) -> None:
    password = made(boss)
    dawa = entered(session, "dawa", password)
    off = boss.post("/api/v1/accounts/dawa/disable").json()
    assert off["disabled_at"]
    assert dawa.get("/api/v1/me").status_code == 401
    again = {"username": "dawa", "password": password}
    assert another(session).post("/api/v1/sessions", json=again).status_code == 401
    assert boss.get("/api/v1/accounts/dawa").status_code == 200
    assert [event.type for event in events.history(session, "account:dawa")][-1]
    assert boss.post("/api/v1/accounts/dawa/enable").json()["disabled_at"] is None
    entered(session, "dawa", password)


def test_a_reset_password_is_shown_once_and_ends_the_sessions(
    boss: TestClient, session: Session
) -> None:
    dawa = entered(session, "dawa", made(boss))
    reset = boss.post("/api/v1/accounts/dawa/reset-password").json()
    assert reset["must_change_password"]
    assert dawa.get("/api/v1/me").status_code == 401
    entered(session, "dawa", reset["password"])


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


def test_the_list_is_paged(boss: TestClient, session: Session) -> None:
    for number in range(5):
        made(boss, f"person-{number}")
    names, cursor = [], ""
    while True:
        page = boss.get("/api/v1/accounts", params={"limit": 2, "cursor": cursor}).json()
        names += [each["username"] for each in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert names[-5:] == [f"person-{number}" for number in range(5)]
    assert len(names) == len(set(names)) == len(session.exec(select(Account)).all())


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.SYSTEM}))
def test_only_an_administrator_manages_accounts(
    anonymous: TestClient, session: Session, now: datetime, role: Role
) -> None:
    person = sign_in(anonymous, session, role, now)
    assert person.get("/api/v1/accounts").status_code == 403
    assert person.post("/api/v1/accounts", json={}).status_code in (403, 422)
    assert person.get("/api/v1/me").json()["role"] == role


def test_basic_credentials_run_argon2_once_and_die_with_the_password(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = accounts.create_account(session, "basic", "yak", role=Role.AGENT, now=now)
    runs = []
    checked = passwords.check

    def counted(password: str, kept: str) -> passwords.Verdict:
        runs.append(kept)
        return checked(password, kept)

    monkeypatch.setattr(passwords, "check", counted)
    client = another(session)
    for _ in range(5):
        assert client.get("/api/v1/tickets", auth=("basic", "yak")).status_code == 200
    assert len(runs) == 1
    account.password_hash = passwords.hash_password("other")
    session.flush()
    assert client.get("/api/v1/tickets", auth=("basic", "yak")).status_code == 401
    assert client.get("/api/v1/tickets", auth=("basic", "other")).status_code == 200
    account.disabled_at = now
    session.flush()
    assert client.get("/api/v1/tickets", auth=("basic", "other")).status_code == 401


@pytest.fixture
def committing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A client whose requests commit, and an account to guess at from as many addresses."""
    monkeypatch.setenv("HOTLINE_RATE_SIGN_IN", "0")
    monkeypatch.setenv("HOTLINE_LOCK_AFTER_FAILURES", "5")
    core_settings.settings.cache_clear()

    def own_transaction() -> Iterator[Session]:
        yield from _as_served(engine)

    with transaction(engine) as session:
        accounts.create_account(session, "tashi", "yak", role=Role.AGENT, now=clock.now())
    app = create_app()
    app.dependency_overrides[open_session] = own_transaction
    yield TestClient(app)
    monkeypatch.undo()
    core_settings.settings.cache_clear()
    committed.remove(engine)


def _as_served(engine: Engine) -> Iterator[Session]:
    """Do what `open_session` does, on the tests' own database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "engine", lambda: engine)
        yield from access.open_session()


@pytest.mark.parametrize("door", ["json", "basic", "page"])
def test_a_name_is_closed_after_five_wrong_passwords_at_any_door(
    committing: TestClient, engine: Engine, door: str
) -> None:
    def tried(password: str) -> int:
        given = {"username": "tashi", "password": password}
        if door == "json":
            return committing.post("/api/v1/sessions", json=given).status_code
        if door == "basic":
            return committing.get("/api/v1/me", auth=("tashi", password)).status_code
        page = committing.post("/console/sign-in", data=given, follow_redirects=False)
        return page.status_code

    assert {tried("wrong") for _ in range(5)} == {401}
    assert tried("yak") == 401
    with transaction(engine) as session:
        account = accounts.find(session, "tashi")
        assert account
        assert account.locked_until
        told = [event.type for event in events.history(session, "account:tashi")]
        assert told.count("account.locked") == 1
        account.locked_until = clock.now()
    assert tried("yak") in (200, 201, 303)


@pytest.mark.usefixtures("client")
def test_no_refusal_leaves_before_half_a_second_whoever_is_named(session: Session) -> None:
    stranger = another(session)
    for name in ("agent-1", "nobody"):
        for door in ("/api/v1/sessions", "/console/sign-in"):
            given = {"username": name, "password": "wrong"}
            began = time.monotonic()
            body = {"json": given} if door.startswith("/api") else {"data": given}
            assert stranger.post(door, **body).status_code == 401  # type: ignore[arg-type]
            assert time.monotonic() - began >= REFUSED_AFTER_S
        began = time.monotonic()
        assert stranger.get("/api/v1/me", auth=(name, "wrong")).status_code == 401
        assert time.monotonic() - began >= REFUSED_AFTER_S

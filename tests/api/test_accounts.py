"""People's accounts over HTTP: made, changed and closed by an administrator."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlmodel import Session, select

from hotline.core import events
from hotline.core.accounts import Account, Role
from tests.api.account_scene import entered, made
from tests.api.conftest import another, sign_in

URBAN = "540102-urban"


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

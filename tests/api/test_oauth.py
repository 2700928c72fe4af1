"""Client credentials (RFC 6749 §4.4): who gets a token, what it opens, and how it ends."""

from base64 import b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from hotline.core import clients, events, tokens
from hotline.core.accounts import MACHINE, Role
from hotline.core.clients import ApiClient
from hotline.core.clock import now
from hotline.core.settings import settings
from hotline.core.tokens import AccessToken
from tests.api.conftest import another, sign_in
from tests.api.dispatched_scene import dispatched

CLIENTS = "/api/v1/departments/540102-urban/clients"
TOKEN = "/api/v1/oauth/token"  # noqa: S105  # a path


@pytest.fixture
def boss(session: Session) -> TestClient:
    return sign_in(another(session), session, Role.ADMINISTRATOR, now())


def ask(client: TestClient, made: dict[str, Any], **form: str) -> Any:
    body = {"grant_type": "client_credentials", **form}
    return client.post(TOKEN, data=body, auth=(made["client_id"], made["client_secret"]))


def test_a_client_gets_a_token_and_works_with_it(
    boss: TestClient, anonymous: TestClient, session: Session
) -> None:
    number = f"{dispatched(session).number}-1"
    made = boss.post(CLIENTS, json={"label": "OA"}).json()
    answer = ask(anonymous, made)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", settings().oauth_token_s)
    anonymous.headers["Authorization"] = f"Bearer {body['access_token']}"
    (mine,) = anonymous.get("/api/v1/work-orders").json()["items"]
    assert mine["number"] == number
    assert anonymous.post(f"/api/v1/work-orders/{number}/accept").status_code == 200


def test_credentials_come_in_the_header_or_in_the_form_but_not_in_both(
    boss: TestClient, anonymous: TestClient
) -> None:
    made = boss.post(CLIENTS).json()
    form = {key: made[key] for key in ("client_id", "client_secret")}
    body = {"grant_type": "client_credentials", **form}
    assert anonymous.post(TOKEN, data=body).status_code == 200
    both = anonymous.post(TOKEN, data=body, auth=(form["client_id"], form["client_secret"]))
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")
    encoded = ":".join(quote_plus(each) for each in form.values()).encode()
    header = {"Authorization": f"Basic {b64encode(encoded).decode()}"}
    plain = {"grant_type": "client_credentials"}
    assert anonymous.post(TOKEN, data=plain, headers=header).status_code == 200


def test_a_token_opens_no_more_than_its_scopes(
    boss: TestClient, anonymous: TestClient, session: Session
) -> None:
    number = f"{dispatched(session).number}-1"
    made = boss.post(CLIENTS, json={"scopes": ["orders.read", "orders.write"]}).json()
    refused = ask(anonymous, made, scope="orders.read webhooks.manage")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")
    narrow = ask(anonymous, made, scope="orders.read").json()
    assert narrow["scope"] == "orders.read"
    anonymous.headers["Authorization"] = f"Bearer {narrow['access_token']}"
    assert anonymous.get(f"/api/v1/work-orders/{number}").status_code == 200
    assert anonymous.post(f"/api/v1/work-orders/{number}/accept").status_code == 403
    del anonymous.headers["Authorization"]
    assert ask(anonymous, made).json()["scope"] == "orders.read orders.write"


def test_a_key_too_is_let_do_its_scopes_only(
    boss: TestClient, anonymous: TestClient, session: Session
) -> None:
    number = f"{dispatched(session).number}-1"
    keys = "/api/v1/departments/540102-urban/api-keys"
    made = boss.post(keys, json={"scopes": ["orders.read"]}).json()
    assert made["scopes"] == ["orders.read"]
    anonymous.headers["X-API-Key"] = made["key"]
    assert anonymous.get("/api/v1/work-orders").status_code == 200
    assert anonymous.post(f"/api/v1/work-orders/{number}/accept").status_code == 403
    unknown = boss.post(keys, json={"scopes": ["tickets.read"]})
    assert unknown.status_code == 422


@pytest.mark.parametrize(
    ("form", "headers", "status", "error"),
    [
        ("grant_type=client_credentials", {}, 401, "invalid_client"),
        ("grant_type=client_credentials&client_id=hc_1&client_secret=x", {}, 401, "invalid_client"),
        ("grant_type=client_credentials", {"Authorization": "Basic %%%"}, 401, "invalid_client"),
        ("grant_type=client_credentials", {"Authorization": "Basic YTpi"}, 401, "invalid_client"),
        ("client_id=hc_1&client_secret=x", {}, 400, "invalid_request"),
        ("grant_type=a&grant_type=b", {}, 400, "invalid_request"),
        ("grant_type=%FF&client_id=hc_1&client_secret=x", {}, 400, "invalid_request"),
        ("client_id=%00&client_secret=x&grant_type=a", {}, 400, "invalid_request"),
        ("x" * 9000, {}, 400, "invalid_request"),
        ('{"grant_type": "x"}', {"Content-Type": "application/json"}, 400, "invalid_request"),
    ],
)
def test_a_wrong_request_is_answered_as_the_standard_says(
    anonymous: TestClient, form: str, headers: dict[str, str], status: int, error: str
) -> None:
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    answer = anonymous.post(TOKEN, content=form, headers=sent)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]
    assert answer.headers["Cache-Control"] == "no-store"
    asked = status == 401 and "Authorization" in headers
    assert ("WWW-Authenticate" in answer.headers) == asked


def test_another_grant_is_not_given(boss: TestClient, anonymous: TestClient) -> None:
    made = boss.post(CLIENTS).json()
    answer = ask(anonymous, made, grant_type="password")
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_client_moves_to_its_next_secret_without_a_pause(
    boss: TestClient, anonymous: TestClient
) -> None:
    made = boss.post(CLIENTS).json()
    path = f"{CLIENTS}/{made['client_id']}"
    old = ask(anonymous, made).json()["access_token"]
    secret = boss.post(f"{path}/secrets").json()["client_secret"]
    assert boss.post(f"{path}/secrets").status_code == 409  # two hold already
    renewed = {**made, "client_secret": secret}
    new = ask(anonymous, renewed).json()["access_token"]
    assert ask(anonymous, made).status_code == 200
    first = boss.get(CLIENTS).json()["items"][0]["secrets"][0]
    assert boss.delete(f"{path}/secrets/{first['id']}").json()["revoked_at"]
    assert ask(anonymous, made).status_code == 401
    assert _status(anonymous, old) == 401  # what was given for it ends with it
    assert _status(anonymous, new) == 200
    assert boss.delete(f"{path}/secrets/{first['id'] + 100}").status_code == 404


def test_a_revoked_client_is_out_at_once(boss: TestClient, anonymous: TestClient) -> None:
    made = boss.post(CLIENTS).json()
    token = ask(anonymous, made).json()["access_token"]
    assert _status(anonymous, token) == 200
    path = f"{CLIENTS}/{made['client_id']}"
    gone = boss.delete(path).json()["revoked_at"]
    assert gone
    assert boss.delete(path).json()["revoked_at"] == gone
    assert _status(anonymous, token) == 401
    assert ask(anonymous, made).status_code == 401
    assert boss.post(f"{path}/secrets").status_code == 409
    elsewhere = path.replace("540102-urban", "540100-urban")
    assert boss.delete(elsewhere).status_code == 404


def test_a_token_runs_out_and_is_forgotten(session: Session) -> None:
    moment = now()
    client, secret = clients.create_client(session, "540102-urban", "", actor=MACHINE, now=moment)
    known, kept = tokens.check_client(session, client.client_id, secret)
    _, token = tokens.issue_token(session, known, kept, "", seconds=60, now=moment)
    assert tokens.token_actor(session, token, now=moment + timedelta(seconds=59))
    assert tokens.token_actor(session, token, now=moment + timedelta(seconds=60)) is None
    tokens.issue_token(session, known, kept, "", seconds=60, now=moment + timedelta(seconds=61))
    assert len(session.exec(select(AccessToken)).all()) == 1


def test_nothing_that_is_kept_opens_anything(boss: TestClient, session: Session) -> None:
    made = boss.post(CLIENTS, json={"label": "OA"}).json()
    listed = boss.get(CLIENTS).text
    assert made["client_secret"] not in listed
    rows = [
        *session.exec(select(ApiClient)).all(),
        *session.exec(select(clients.ClientSecret)).all(),
    ]
    assert made["client_secret"] not in str([row.model_dump() for row in rows])


def test_who_made_and_ended_a_client_is_in_the_log(boss: TestClient, session: Session) -> None:
    made = boss.post(CLIENTS).json()
    boss.delete(f"{CLIENTS}/{made['client_id']}")
    told = events.history(session, f"client:{made['client_id']}")
    assert [each.type for each in told] == ["key.issued", "key.revoked"]
    assert {each.actor for each in told} == {"administrator-1"}


def test_only_an_administrator_makes_clients_and_of_departments_that_there_are(
    client: TestClient, boss: TestClient
) -> None:
    assert client.post(CLIENTS).status_code == 403
    assert boss.post("/api/v1/departments/nowhere/clients").status_code == 404
    unknown = boss.post(CLIENTS, json={"scopes": ["nothing"]})
    assert unknown.status_code == 422
    assert "orders.read" in unknown.json()["remedy"]


def _status(client: TestClient, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return client.get("/api/v1/work-orders", headers=headers).status_code

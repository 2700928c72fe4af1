"""接口密钥: a leader's own department's, shown once, audited, and no other department's."""

import re
from datetime import datetime
from html import unescape

from fastapi.testclient import TestClient
from sqlmodel import Session, select

from hotline.core import clients, events, keys
from hotline.core.accounts import MACHINE, Account, Role
from hotline.core.audited import AUDITED
from hotline.core.clients import ApiClient
from hotline.core.clock import now as clock
from hotline.core.confidentiality import Confidentiality
from hotline.core.event_types import EventType
from hotline.core.keys import ApiKey
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.console.portal_own.conftest import CITY, URBAN

PAGE = "/portal/keys"
SECRET = re.compile(r'<output class="secret">([^<]+)</output>')


def sent(client: TestClient, path: str = "", status: int = 303, **given: object) -> str:
    answer = client.post(f"{PAGE}{path}", data=given, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.text


def test_a_key_is_shown_once_works_at_once_and_is_worthless_once_revoked(
    leader: TestClient, session: Session
) -> None:
    made = sent(leader, status=200, label="<b>OA</b>", scope=["orders.read", "orders.write"])
    (secret,) = SECRET.findall(made)
    assert "&lt;b&gt;OA&lt;/b&gt;" in made
    assert secret not in leader.get(PAGE).text
    desk = another(session)
    desk.headers["X-API-Key"] = secret
    assert desk.get("/api/v1/work-orders").status_code == 200
    assert desk.get("/api/v1/webhooks").status_code == 403  # not among its scopes
    (row,) = session.exec(select(ApiKey)).all()
    assert (row.department, row.created_by) == (URBAN, f"{Role.LEADER}-{URBAN}")
    sent(leader, f"/{row.id}/revoke")
    assert desk.get("/api/v1/work-orders").status_code == 401
    told = [event.type for event in events.history(session, f"key:{row.id}")]
    assert told == [EventType.KEY_ISSUED, EventType.KEY_REVOKED]
    assert set(told) <= AUDITED


def test_a_client_moves_to_its_next_secret_without_a_gap(
    leader: TestClient, session: Session
) -> None:
    made = sent(leader, "/clients", 200, label="OA", scope="all")
    name, first = map(unescape, SECRET.findall(made))
    door = f"/clients/{name}"
    _, second = SECRET.findall(sent(leader, f"{door}/secrets", 200))
    assert "已有两个有效的密钥" in sent(leader, f"{door}/secrets", 422)
    desk = another(session)
    for secret in (first, second):
        given = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
        assert desk.post("/api/v1/oauth/token", data=given).status_code == 200
    client = session.exec(select(ApiClient)).one()
    old = clients.secrets_of(session, client)[0]
    sent(leader, f"{door}/secrets/{old.id}/revoke")
    given = {"grant_type": "client_credentials", "client_id": name, "client_secret": first}
    assert desk.post("/api/v1/oauth/token", data=given).status_code == 401
    sent(leader, f"{door}/revoke")
    assert client.revoked_at
    assert f"{name}</span>" in leader.get(PAGE).text  # among what was revoked


def test_nobody_reaches_another_department_s(
    leader: TestClient, stranger: TestClient, handler: TestClient, session: Session
) -> None:
    row, _ = keys.issue_key(session, URBAN, "theirs", actor=MACHINE, now=clock())
    client, _ = clients.create_client(session, URBAN, "theirs", actor=MACHINE, now=clock())
    assert "theirs" in leader.get(PAGE).text
    assert "theirs" not in stranger.get(PAGE).text
    sent(stranger, f"/{row.id}/revoke", 404)
    for path in ("secrets", "revoke", "secrets/1/revoke"):
        sent(stranger, f"/clients/{client.client_id}/{path}", 404)
    assert handler.get(PAGE).status_code == 403
    api = f"/api/v1/departments/{URBAN}"
    for door in (f"{api}/api-keys", f"{api}/clients"):
        assert leader.get(door).status_code == 200
        assert stranger.get(door).status_code == 404
        assert stranger.post(door, json={}).status_code == 404
        assert handler.get(door).status_code == 403
    assert stranger.delete(f"{api}/api-keys/{row.id}").status_code == 404
    assert stranger.delete(f"{api}/clients/{client.client_id}").status_code == 404
    assert row.revoked_at is None
    assert client.revoked_at is None


def test_who_may_read_less_than_a_key_gives_none_out(leader: TestClient, session: Session) -> None:
    account = session.exec(select(Account).where(Account.department == URBAN)).one()
    account.clearance = Confidentiality.INTERNAL
    session.flush()
    sent(leader, status=403, label="OA", scope="all")
    sent(leader, "/clients", 403, label="OA", scope="all")
    assert session.exec(select(ApiKey)).all() == []


def test_what_is_left_out_is_asked_for_in_words(leader: TestClient) -> None:
    assert "至少勾选一项" in sent(leader, status=422, label="OA")
    assert "至少勾选一项" in sent(leader, status=422, label="OA", scope="everything.else")
    assert "给哪个系统用" in sent(leader, status=422, label=" \0 ", scope="all")
    sent(leader, "/99999999999/revoke", 404)
    sent(leader, "/clients/%00/revoke", 404)


def test_an_administrator_is_led_to_the_console(session: Session, now: datetime) -> None:
    boss = enter(another(session), session, Role.ADMINISTRATOR, now)
    answer = boss.get(PAGE, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
    assert boss.get(f"/api/v1/departments/{CITY}/api-keys").status_code == 200

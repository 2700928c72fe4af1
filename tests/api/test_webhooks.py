"""推送地址 over HTTP: each department's own, with a secret that is shown once."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.webhooks import lanes, signing
from dispatch.webhooks.lanes import Owed
from dispatch.webhooks.models_webhooks import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from hotline.core import events
from hotline.core.accounts import Account, Role
from hotline.core.clock import now
from hotline.web.idempotency import KeptReply
from tests.api.conftest import another, sign_in

Desk = Callable[[str], TestClient]
URBAN, CITY = "540102-urban", "540100-urban"
PATH = "/api/v1/webhooks"
GIVEN = {"url": "https://oa.example.gov.cn/hook", "label": "OA", "types": ["order.dispatched"]}


def made(client: TestClient, **changes: Any) -> dict[str, Any]:
    answer = client.post(PATH, json={**GIVEN, **changes})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def owe(session: Session, webhook: str, count: int = 1) -> list[WebhookDelivery]:
    """Owe the endpoint so many events of one order."""
    whose = uuid.UUID(webhook)
    number = "261125000017"
    owed = [
        Owed(whose, f"{number}-1", f"9-{n}", "order.accepted", number, now(), {"order": number})
        for n in range(count)
    ]
    lanes.owe(session, owed, now=now())
    query = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == whose)
    return list(session.exec(query).all())


def test_a_department_sets_up_its_own_and_is_shown_the_secret_once(desk: Desk) -> None:
    urban = desk(URBAN)
    first = made(urban)
    assert first["secret"].startswith("whsec_")
    assert (first["department"], first["label"]) == (URBAN, "OA")
    one = urban.get(f"{PATH}/{first['id']}")
    assert "secret" not in one.json()
    assert one.headers["etag"] == f'"{first["version"]}"'
    (listed,) = urban.get(PATH).json()["items"]
    assert listed == one.json()


def test_the_secret_is_nowhere_in_the_clear(session: Session, desk: Desk) -> None:
    urban = desk(URBAN)
    answer = urban.post(PATH, json=GIVEN, headers={"Idempotency-Key": "once"})
    secret = answer.json()["secret"]
    again = urban.post(PATH, json=GIVEN, headers={"Idempotency-Key": "once"})
    assert again.status_code == 201
    assert again.json() == {**answer.json(), "secret": None}
    row = session.get_one(WebhookEndpoint, uuid.UUID(answer.json()["id"]))
    assert signing.secrets_of(row, now=now()) == (secret,)
    assert secret.encode() not in row.sealed_secret
    kept = session.exec(select(KeptReply)).all()
    assert kept
    assert not any("whsec" in str(each.body) for each in kept)
    told = events.history(session, f"webhook:{row.id}")
    assert [event.refs["change"] for event in told] == ["created"]
    assert secret not in str([event.refs for event in told])


def test_another_departments_webhook_is_not_there(session: Session, desk: Desk) -> None:
    webhook = made(desk(URBAN))["id"]
    (delivery,) = owe(session, webhook)
    stranger = desk(CITY)
    assert stranger.get(PATH).json()["items"] == []
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"label": "mine"}),
        ("DELETE", "", None),
        ("POST", "/disable", None),
        ("POST", "/enable", None),
        ("POST", "/rotate", None),
        ("POST", "/ping", None),
        ("POST", "/replay", {"since": "2026-11-25T12:00:00+08:00"}),
        ("GET", "/deliveries", None),
        ("GET", f"/deliveries/{delivery.id}", None),
        ("POST", f"/deliveries/{delivery.id}/replay", None),
    ):
        answer = stranger.request(method, f"{PATH}/{webhook}{path}", json=body)
        assert answer.status_code == 404, path
    assert stranger.post(PATH, json={**GIVEN, "department": URBAN}).status_code == 403


def test_a_leader_manages_the_departments_and_an_administrator_all(
    session: Session, desk: Desk
) -> None:
    webhook = made(desk(URBAN))["id"]
    leader = sign_in(another(session), session, Role.LEADER, now())
    assert leader.get(PATH).status_code == 403  # of no department
    row = session.exec(select(Account).where(Account.username == f"{Role.LEADER}-1")).one()
    row.department = URBAN
    session.flush()
    assert [each["id"] for each in leader.get(PATH).json()["items"]] == [webhook]
    boss = sign_in(another(session), session, Role.ADMINISTRATOR, now())
    other = made(boss, department=CITY)["id"]
    assert boss.post(PATH, json=GIVEN).status_code == 404  # names no department
    assert {each["id"] for each in boss.get(PATH).json()["items"]} == {webhook, other}
    assert [each["id"] for each in boss.get(f"{PATH}?department={CITY}").json()["items"]] == [other]


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEAD, Role.SUPERVISOR, Role.HANDLER])
def test_nobody_else_manages_webhooks(session: Session, role: Role) -> None:
    assert sign_in(another(session), session, role, now()).get(PATH).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "http://oa.example.gov.cn/hook"},
        {"url": "https://169.254.169.254/latest"},
        {"url": "https://10.0.0.8/hook"},
        {"url": "nonsense"},
        {"types": ["call.ringing"]},
        {"types": ["order.nonsense"]},
    ],
)
def test_what_is_no_receiver_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    urban = desk(URBAN)
    assert urban.post(PATH, json={**GIVEN, **changes}).status_code == 422
    webhook = made(urban)["id"]
    assert urban.patch(f"{PATH}/{webhook}", json=changes).status_code == 422


def test_a_change_keeps_what_it_does_not_name_and_needs_the_present_version(desk: Desk) -> None:
    urban = desk(URBAN)
    webhook = made(urban)
    path = f"{PATH}/{webhook['id']}"
    changed = urban.patch(path, json={"types": []}, headers={"If-Match": '"1"'})
    assert changed.json()["types"] == []
    assert changed.json()["url"] == GIVEN["url"]
    stale = urban.patch(path, json={"label": "new"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert urban.delete(path).status_code == 204
    assert urban.get(path).status_code == 404


def test_rotation_lets_two_secrets_hold_for_a_while(session: Session, desk: Desk) -> None:
    urban = desk(URBAN)
    first = made(urban)
    path = f"{PATH}/{first['id']}"
    second = urban.post(f"{path}/rotate", json={"overlap_hours": 1}).json()
    row = session.get_one(WebhookEndpoint, uuid.UUID(first["id"]))
    assert signing.secrets_of(row, now=now()) == (second["secret"], first["secret"])
    assert row.previous_until
    assert signing.secrets_of(row, now=row.previous_until) == (second["secret"],)
    third = urban.post(f"{path}/rotate", json={"overlap_hours": 0}).json()
    assert signing.secrets_of(row, now=now()) == (third["secret"],)
    assert urban.post(f"{path}/rotate", json={"overlap_hours": 500}).status_code == 422


def test_a_department_has_no_more_than_ten(desk: Desk) -> None:
    urban = desk(URBAN)
    for _ in range(10):
        made(urban)
    assert urban.post(PATH, json=GIVEN).status_code == 409


def test_a_ping_is_listed_and_a_disabled_webhook_is_sent_none(desk: Desk) -> None:
    urban = desk(URBAN)
    path = f"{PATH}/{made(urban)['id']}"
    sent = urban.post(f"{path}/ping")
    assert sent.status_code == 202
    assert (sent.json()["type"], sent.json()["status"]) == ("webhook.ping", "waiting")
    assert urban.get(f"{path}/deliveries/{sent.json()['id']}").json() == sent.json()
    disabled = urban.post(f"{path}/disable").json()
    assert disabled["disabled_at"]
    assert urban.post(f"{path}/disable").json()["disabled_at"] == disabled["disabled_at"]
    assert urban.post(f"{path}/ping").status_code == 409
    assert urban.post(f"{path}/enable").json()["disabled_at"] is None


def test_deliveries_are_walked_by_their_links_and_sent_again(session: Session, desk: Desk) -> None:
    urban = desk(URBAN)
    path = f"{PATH}/{made(urban)['id']}"
    rows = owe(session, path.rpartition("/")[2], 5)
    rows[0].status, rows[0].tries, rows[0].last_error = DeliveryStatus.DEAD, 9, "timeout"
    session.flush()
    seen, page = list[int](), f"{path}/deliveries?limit=2"
    while page:
        answer = urban.get(page)
        seen += [item["sequence"] for item in answer.json()["items"]]
        page = answer.links.get("next", {}).get("url", "")
    assert seen == [5, 4, 3, 2, 1]
    (dead,) = urban.get(f"{path}/deliveries?status=dead").json()["items"]
    assert (dead["last_error"], dead["tries"]) == ("timeout", 9)
    again = urban.post(f"{path}/deliveries/{dead['id']}/replay").json()
    assert (again["status"], again["tries"]) == ("waiting", 0)
    assert again["message"] == dead["message"]
    since = {"since": "2026-01-01T00:00:00+08:00"}
    assert urban.post(f"{path}/replay", json=since).json() == {"replayed": 5}
    assert urban.post(f"{path}/deliveries/999999/replay").status_code == 404

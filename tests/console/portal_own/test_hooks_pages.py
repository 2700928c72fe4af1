"""推送: a leader sets a receiver up, looks at what became of each event, and sends it again."""

import re
import uuid

from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.webhooks import deliveries, lanes, signing
from dispatch.webhooks.lanes import Owed
from dispatch.webhooks.models_webhooks import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from hotline.core.clock import now

PAGE = "/portal/webhooks"
URL = "https://oa.urban.example.gov.cn/hotline"
SECRET = re.compile(r'<output class="secret">([^<]+)</output>')
NUMBER = "261125000017"


def sent(client: TestClient, path: str = "", status: int = 303, **given: object) -> str:
    answer = client.post(f"{PAGE}{path}", data=given, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return str(answer.headers.get("location", "")) if status == 303 else answer.text


def made(leader: TestClient, session: Session) -> WebhookEndpoint:
    sent(leader, status=200, url=URL, label="OA", type=["order.dispatched", "call.ringing"])
    return session.exec(select(WebhookEndpoint)).one()


def owed(session: Session, row: WebhookEndpoint, count: int = 1) -> list[WebhookDelivery]:
    data = {"order": f"{NUMBER}-1"}
    told = [
        Owed(row.id, f"{NUMBER}-1", f"9-{n}", "order.accepted", NUMBER, now(), data)
        for n in range(count)
    ]
    lanes.owe(session, told, now=now())
    return list(deliveries.listed(session, row))


def test_a_receiver_s_secret_is_shown_once(leader: TestClient, session: Session) -> None:
    page = sent(leader, status=200, url=URL, label="<i>OA</i>")
    (secret,) = SECRET.findall(page)
    row = session.exec(select(WebhookEndpoint)).one()
    assert signing.secrets_of(row, now=now()) == (secret,)
    for path in (PAGE, f"{PAGE}/{row.id}"):
        shown = leader.get(path).text
        assert secret not in shown
        assert "&lt;i&gt;OA&lt;/i&gt;" in shown
    (second,) = SECRET.findall(sent(leader, f"/{row.id}/rotate", 200, hours=24))
    assert signing.secrets_of(row, now=now()) == (second, secret)


def test_only_what_a_receiver_is_ever_told_of_is_kept(leader: TestClient, session: Session) -> None:
    assert made(leader, session).types == ["order.dispatched"]


def test_the_log_is_filtered_by_state_and_goes_on_page_by_page(
    leader: TestClient, session: Session
) -> None:
    row = made(leader, session)
    found = owed(session, row, 3)
    dead_one = found[0]
    dead_one.status, dead_one.tried_at, dead_one.tries = DeliveryStatus.DEAD, now(), 9
    dead_one.last_error, dead_one.last_status = "status", 500
    session.flush()
    door = f"{PAGE}/{row.id}"
    assert leader.get(door).text.count('data-key="d') == 3
    dead = leader.get(f"{door}?status=dead").text
    assert dead.count('data-key="d') == 1
    assert "500 拒绝接收" in dead
    assert leader.get(f"{door}?before={found[1].id}").text.count('data-key="d') == 1
    assert leader.get(f"{door}?status=nonsense").text.count('data-key="d') == 3
    one = leader.get(f"{door}/deliveries/{found[0].id}").text
    assert "&#34;order&#34;: &#34;261125000017-1&#34;" in one
    assert "拒绝接收" in one


def test_one_is_sent_again_and_so_is_all_since(leader: TestClient, session: Session) -> None:
    row = made(leader, session)
    first, second = owed(session, row, 2)
    for each in (first, second):
        each.status = DeliveryStatus.DEAD
    session.flush()
    door = f"/{row.id}"
    sent(leader, f"{door}/deliveries/{first.id}/replay")
    session.refresh(first)
    assert first.status == DeliveryStatus.WAITING
    back = sent(leader, f"{door}/replay", since="2026-01-01T00:00", only_dead="true")
    assert back.endswith("replayed=2")
    assert "2 条推送已排队重发" in leader.get(back).text
    sent(leader, f"{door}/replay", 422, since="not a moment")


def test_a_test_leads_to_its_own_delivery_and_a_disabled_one_sends_none(
    leader: TestClient, session: Session
) -> None:
    row = made(leader, session)
    page = leader.get(sent(leader, f"/{row.id}/ping")).text
    assert "<h1>测试</h1>" in page
    assert "待送" in page
    sent(leader, f"/{row.id}/disable")
    assert row.disabled_at
    assert "请先启用" in sent(leader, f"/{row.id}/ping", 422)
    sent(leader, f"/{row.id}/enable")
    assert row.disabled_at is None


def test_a_change_of_what_was_seen_is_kept_and_a_stale_one_is_not(
    leader: TestClient, session: Session
) -> None:
    row = made(leader, session)
    seen = str(row.version)
    sent(leader, f"/{row.id}/change", url=f"{URL}/2", label="新", version=seen)
    assert (row.url, row.label, row.types) == (f"{URL}/2", "新", [])
    sent(leader, f"/{row.id}/change", 412, url=URL, version=seen)
    told = sent(leader, f"/{row.id}/change", 422, url="http://127.0.0.1/", version=row.version)
    assert "地址不能用" in told
    assert "地址不能用" in sent(leader, status=422, url="ftp://x")
    sent(leader, f"/{row.id}/delete")
    assert session.exec(select(WebhookEndpoint)).all() == []


def test_another_department_s_is_not_there(
    leader: TestClient, stranger: TestClient, handler: TestClient, session: Session
) -> None:
    row = made(leader, session)
    (delivery,) = owed(session, row)
    assert URL not in stranger.get(PAGE).text
    for path in (f"/{row.id}", f"/{row.id}/deliveries/{delivery.id}", f"/{uuid.uuid4()}"):
        assert stranger.get(f"{PAGE}{path}").status_code == 404
    for verb in ("ping", "disable", "enable", "delete"):
        sent(stranger, f"/{row.id}/{verb}", 404)
    sent(stranger, f"/{row.id}/deliveries/{delivery.id}/replay", 404)
    sent(stranger, f"/{row.id}/rotate", 404, hours=0)
    assert handler.get(PAGE).status_code == 403

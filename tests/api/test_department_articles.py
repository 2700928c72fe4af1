"""本单位的知识 over HTTP: a department writes, the hotline publishes; another's is not there."""

from collections.abc import Callable

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.notices import knowledge_notices, staff_notices
from hotline.core import clock, keys
from hotline.core.accounts import MACHINE
from knowledge.articles.mistakes import OWNER_SPAN
from tests.api.conftest import another
from tests.api.packaged_articles import editor, seeded, supervisor

__all__ = ["editor", "seeded", "supervisor"]

API = "/api/v1/department-articles"
ALL = "/api/v1/articles"
URBAN, FUND = "540100-urban", "540100-fund"
LAMP = {
    "question": "景观灯不亮怎么报修？",
    "variants": ["亮化灯坏了"],
    "say": "请告诉我在哪座桥或哪栋楼，我登记转城管维修。",
    "valid_from": "2026-01-01",
    "source": "本单位",
}

Desk = Callable[[str], TestClient]


def test_a_department_writes_and_the_hotline_publishes(
    desk: Desk, editor: TestClient, supervisor: TestClient, anonymous: TestClient
) -> None:
    urban = desk(URBAN)
    made = urban.post(API, json=LAMP)
    assert made.status_code == 201, made.text
    code = made.json()["code"]
    assert made.json()["texts"][0]["department"] == URBAN
    assert urban.post(f"{ALL}/{code}/publish").status_code == 403
    assert urban.post(f"{API}/{code}/submit", headers={"If-Match": '"9"'}).status_code == 412
    assert urban.post(f"{API}/{code}/submit").json()["texts"][0]["status"] == "review"
    back = editor.post(f"{ALL}/{code}/send-back", json={"reason": "写清哪些灯"})
    assert back.status_code == 200
    (waiting,) = urban.get(API, params={"waiting": "drafts"}).json()["items"]
    assert (waiting["code"], waiting["shown"]) == (code, None)
    assert urban.get(f"{API}/{code}").json()["texts"][0]["note"] == "写清哪些灯"
    again = {**LAMP, "say": "请告诉我桥名或楼名，我登记转城管维修景观灯。"}
    assert urban.put(f"{API}/{code}", json=again).status_code == 200
    urban.post(f"{API}/{code}/submit")
    assert editor.post(f"{ALL}/{code}/approve").status_code == 200
    assert supervisor.post(f"{ALL}/{code}/publish").status_code == 200
    assert anonymous.get(f"{ALL}/{code}").json()["say"] == again["say"]
    text = urban.get(f"{API}/{code}").json()["texts"][0]
    assert text["drafted_by"].startswith(URBAN)
    assert (text["reviewed_by"], text["published_by"]) == ("hotline", "hotline")


def test_another_departments_article_is_not_there(desk: Desk, client: TestClient) -> None:
    urban, fund = desk(URBAN), desk(FUND)
    mine = {each["code"] for each in urban.get(API, params={"limit": 200}).json()["items"]}
    assert "street-lamp" in mine
    assert "fund-withdraw" not in mine
    unknown = fund.get(f"{API}/nothing")
    stranger = fund.get(f"{API}/street-lamp")
    assert unknown.status_code == stranger.status_code == 404
    assert unknown.json()["title"] == stranger.json()["title"]
    client.post(f"{ALL}/street-lamp/mistakes", json={"reason": "地点不对"})
    assert fund.put(f"{API}/street-lamp", json=LAMP).status_code == 404
    assert fund.post(f"{API}/street-lamp/submit").status_code == 404
    verify = fund.post(f"{API}/street-lamp/verify", json={"outcome": "right"})
    assert verify.status_code == 404
    assert fund.get(API, params={"waiting": "mistakes"}).json()["items"] == []
    assert client.get(API).status_code == 403  # who works inside has a door of their own


def test_a_draft_that_the_hotline_moves_elsewhere_stays_with_who_answers_for_it_now(
    desk: Desk, editor: TestClient
) -> None:
    given = {**LAMP, "department": FUND}
    assert editor.put(f"{ALL}/street-lamp", json=given).status_code == 200
    assert desk(URBAN).get(f"{API}/street-lamp").status_code == 200
    assert desk(FUND).get(f"{API}/street-lamp").status_code == 404


def test_a_department_answers_what_is_called_wrong_and_is_reminded_of_it(
    desk: Desk, client: TestClient, session: Session
) -> None:
    urban = desk(URBAN)
    client.post(f"{ALL}/street-lamp/mistakes", json={"reason": "地点不对"})
    (wrong,) = urban.get(API, params={"waiting": "mistakes"}).json()["items"]
    assert wrong["mistake"]["note"] == "地点不对"
    for after in (0, 0, 1, 1):
        at = clock.now() + after * (OWNER_SPAN * 2)
        staff_notices.owe(session, knowledge_notices.owed(session, now=at), now=at)
    told = urban.get("/api/v1/notices").json()["items"]
    cards = [each["card"] for each in told if each["says"] == "article_mistake"]
    assert sorted(cards) == ["red", "yellow"]
    reviews = [each for each in told if each["says"] == "article_review"]
    assert len(reviews) == 1  # of all its samples at once
    late = urban.get(API, params={"waiting": "reviews"}).json()["items"]
    assert "street-lamp" in [each["code"] for each in late]
    answered = urban.post(f"{API}/street-lamp/verify", json={"outcome": "corrected"})
    assert answered.json()["mistake"] is None
    assert urban.post(f"{API}/street-lamp/verify", json={"outcome": "right"}).status_code == 404


def test_a_key_does_what_it_was_let_do(session: Session) -> None:
    _, secret = keys.issue_key(
        session, URBAN, "test", ["articles.read"], actor=MACHINE, now=clock.now()
    )
    reader = another(session)
    reader.headers["X-API-Key"] = secret
    assert reader.get(f"{API}/street-lamp").status_code == 200
    assert reader.put(f"{API}/street-lamp", json=LAMP).status_code == 403

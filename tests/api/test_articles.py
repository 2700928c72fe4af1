"""知识库 over HTTP: anybody reads what is published; who writes does not judge."""

from datetime import timedelta

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.clock import beijing_day, now
from knowledge.articles import gaps
from tests.api.packaged_articles import editor, seeded, supervisor

__all__ = ["editor", "seeded", "supervisor"]

API = "/api/v1/articles"
YAK = {
    "question": "牦牛保险怎么买？",
    "variants": ["牦牛参保"],
    "say": "请到村里登记，先问清保哪些情况。",
    "send": "牦牛保险请到村里登记。",
    "department": "540000-agriculture",
    "matters": ["100103"],
    "valid_from": "2026-01-01",
    "source": "编辑自撰",
    "missing": ["fee"],
}


def test_anybody_reads_searches_and_pages_through_what_is_published(
    anonymous: TestClient, session: Session
) -> None:
    found = anonymous.get(f"{API}/search", params={"q": "老板拖欠工资"}).json()
    assert found["good"]
    first = found["items"][0]["article"]
    assert (first["code"], first["sample"], first["expired"]) == ("wages-owed", True, False)
    assert anonymous.get(f"{API}/wages-owed").json()["say"] == first["say"]
    page = anonymous.get(API, params={"limit": 50})
    rest = anonymous.get(API, params={"limit": 200, "cursor": page.json()["next"]}).json()
    assert len(page.json()["items"]) == 50
    assert rest["next"] is None
    assert 'rel="next"' in page.headers["Link"]
    assert anonymous.get(API, params={"cursor": "x"}).status_code == 422
    anonymous.get(f"{API}/search", params={"q": "量子纠缠补贴"})
    assert gaps.open_ones(session) == []


def test_drafts_gaps_and_suggestions_are_for_who_is_inside(
    anonymous: TestClient, editor: TestClient
) -> None:
    made = editor.post(API, json=YAK)
    assert made.status_code == 201
    code = made.json()["code"]
    assert anonymous.get(f"{API}/{code}").status_code == 404
    for path in ("/gaps", f"/{code}/texts"):
        assert anonymous.get(f"{API}{path}").status_code == 401
        assert editor.get(f"{API}{path}").status_code == 200
    assert anonymous.post(f"{API}/suggest", json={"text": "路灯不亮了"}).status_code == 401
    heard = editor.post(f"{API}/suggest", json={"text": "你好，我们这边路灯不亮了"}).json()
    assert heard["items"][0]["article"]["code"] == "street-lamp"
    assert len(heard["items"]) <= 3


def test_an_article_goes_through_several_hands(
    editor: TestClient, supervisor: TestClient, anonymous: TestClient
) -> None:
    made = editor.post(API, json=YAK)
    at = f"{API}/{made.json()['code']}"
    assert editor.post(f"{at}/submit", headers={"If-Match": '"9"'}).status_code == 412
    assert editor.post(f"{at}/submit").json()["texts"][0]["status"] == "review"
    assert editor.post(f"{at}/approve").status_code == 403
    assert supervisor.put(at, json=YAK).status_code == 403
    assert supervisor.post(f"{at}/approve").status_code == 200
    assert editor.post(f"{at}/publish").status_code == 403
    assert supervisor.post(f"{at}/publish").status_code == 200
    assert anonymous.get(at).json()["missing"] == ["fee"]
    assert supervisor.post(f"{at}/publish").status_code == 409
    assert supervisor.post(f"{at}/expire", json={}).status_code == 422
    assert supervisor.post(f"{at}/expire", json={"reason": "变了"}).status_code == 200
    assert anonymous.get(at).json()["expired"]


def test_a_report_runs_the_owner_s_time(client: TestClient, editor: TestClient) -> None:
    at = f"{API}/street-lamp"
    told = client.post(f"{at}/mistakes", json={"reason": "打13989001234没人接"}).json()
    assert told["mistake"]["due_at"] > told["mistake"]["reported_at"]
    assert "13989001234" not in told["mistake"]["note"]
    assert client.post(f"{at}/verify", json={"outcome": "right"}).status_code == 403
    assert editor.post(f"{at}/verify", json={"outcome": "right"}).json()["mistake"] is None


def test_what_finds_nothing_good_inside_is_a_gap(client: TestClient) -> None:
    found = client.get(f"{API}/search", params={"q": "量子纠缠补贴"}).json()
    assert not found["good"]
    assert [each["question"] for each in client.get(f"{API}/gaps").json()["items"]] == [
        "量子纠缠补贴"
    ]


def test_a_text_of_a_later_day_is_stopped_by_its_number(
    editor: TestClient, supervisor: TestClient
) -> None:
    at = f"{API}/{editor.post(API, json=YAK).json()['code']}"
    later = (beijing_day(now()) + timedelta(days=5)).isoformat()
    for words in ({}, {"valid_from": later}, {"send": ""}):
        editor.put(at, json={**YAK, **words})
        editor.post(f"{at}/submit")
        assert supervisor.post(f"{at}/approve").status_code == 200
        if "send" not in words:
            assert supervisor.post(f"{at}/publish").status_code == 200
    stopped = supervisor.post(f"{at}/send-back", json={"reason": "不改了", "text_version": 2})
    assert [each["status"] for each in stopped.json()["texts"]] == [
        *("approved", "replaced", "published")
    ]
    again = supervisor.post(f"{at}/send-back", json={"reason": "不改了", "text_version": 2})
    assert again.status_code == 409
    returned = supervisor.post(f"{at}/send-back", json={"reason": "再想想"})
    assert returned.json()["texts"][0]["status"] == "draft"

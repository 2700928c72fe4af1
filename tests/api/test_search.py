"""检索 over HTTP: articles and items by one search; what has ended stands last and says so."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from knowledge.articles import gaps
from knowledge.articles import seeding as articles
from knowledge.items import seeding as items
from knowledge.searching import shelf
from tests.api.conftest import another, sign_in

API = "/api/v1/search"


@pytest.fixture(autouse=True)
def seeded(session: Session, now: datetime) -> Iterator[None]:
    shelf.forget()
    articles.seed(session, now=now)
    items.seed(session, now=now)
    yield
    shelf.forget()


def found(client: TestClient, q: str, **more: str) -> list[tuple[str, str]]:
    answer = client.get(API, params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return [(each["kind"], each["id"]) for each in answer.json()["hits"]]


def test_anybody_finds_articles_and_items_by_one_search(anonymous: TestClient) -> None:
    answer = anonymous.get(API, params={"q": "身份证丢了怎么补办", "district": "540102"}).json()
    kinds = [each["kind"] for each in answer["hits"]]
    assert answer["good"]
    assert {"article", "item"} == set(kinds[:3])
    assert {"identity-card", "id-card@540000"} <= {each["id"] for each in answer["hits"][:3]}
    assert any(part["found"] for part in answer["hits"][0]["title"])
    for each in answer["hits"][:3]:
        path = "articles" if each["kind"] == "article" else "items"
        assert anonymous.get(f"/api/v1/{path}/{each['id']}").status_code == 200
    scores = [each["score"] for each in answer["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_the_kind_the_department_and_the_district_narrow_it(anonymous: TestClient) -> None:
    asked = "身份证丢了怎么补办"
    assert {kind for kind, _ in found(anonymous, asked, kind="item")} == {"item"}
    assert {kind for kind, _ in found(anonymous, asked, kind="article")} == {"article"}
    hits = anonymous.get(API, params={"q": asked, "department": "540100-fund"}).json()["hits"]
    assert {each["department"] for each in hits} <= {"540100-fund"}
    assert anonymous.get(API, params={"q": asked, "kind": "rumour"}).status_code == 422


@pytest.mark.parametrize("asked", ["深份正丢了", "身分证掉了", "shenfenzheng", "shen fen zheng"])
def test_what_is_misheard_or_typed_by_its_sound_finds_both(
    anonymous: TestClient, asked: str
) -> None:
    assert {("article", "identity-card"), ("item", "id-card@540000")} <= set(
        found(anonymous, asked)[:5]
    )


def test_what_expired_stands_last_and_says_so(
    anonymous: TestClient, session: Session, now: datetime
) -> None:
    supervisor = sign_in(another(session), session, Role.SUPERVISOR, now)
    ended = supervisor.post("/api/v1/articles/street-lamp/expire", json={"reason": "改版"})
    assert ended.status_code == 200, ended.text
    hits = anonymous.get(API, params={"q": "路灯不亮怎么报修"}).json()["hits"]
    over = [each["id"] for each in hits if each["expired"]]
    assert over == ["street-lamp"]
    assert hits[-1]["id"] == "street-lamp"
    assert not hits[-1]["good"]


def test_what_finds_nothing_good_is_a_gap_only_from_inside(
    client: TestClient, session: Session
) -> None:
    anonymous = another(session)
    assert not anonymous.get(API, params={"q": "量子纠缠补贴"}).json()["good"]
    assert gaps.open_ones(session) == []
    client.get(API, params={"q": "量子纠缠补贴"})
    assert [each.question for each in gaps.open_ones(session)] == ["量子纠缠补贴"]


def test_suggestions_follow_what_is_said_to_who_is_inside(
    client: TestClient, session: Session
) -> None:
    said = {"text": "你好，我的身份证掉了，过几天要坐火车", "district": "540102"}
    assert another(session).post(f"{API}/suggest", json=said).status_code == 401
    hits = client.post(f"{API}/suggest", json=said).json()["hits"]
    assert 0 < len(hits) <= 5
    assert {"article", "item"} == {each["kind"] for each in hits}
    assert not any(each["expired"] for each in hits)
    assert client.post(f"{API}/suggest", json={"text": "喂"}).json()["hits"] == []

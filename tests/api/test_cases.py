"""案例库 over HTTP: written, confirmed word by word, published by another, found by its words."""

from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from tests.api.conftest import another, sign_in
from tests.dispatch.cases import scene

DOOR = "/api/v1/cases"


def body(number: str, **changes: Any) -> dict[str, Any]:
    given = {
        "kind": "good",
        "title": "一次查明管护单位",
        "situation": "王小明反映路灯不亮，电话13989001234。",
        "handling": "现场确认。",
        "outcome": "三日修复。",
        "lesson": "先查移交文件。",
        "matter": "城乡建设/市政设施",
        "tickets": [number],
    }
    return {**given, **changes}


@pytest.fixture
def writer(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.TEAM_LEAD, now)


def test_a_case_goes_from_its_draft_to_its_readers(
    writer: TestClient, boss: TestClient, session: Session, now: datetime
) -> None:
    ticket = scene.closed(session, now)
    made = writer.post(DOOR, json=body(ticket.number))
    assert made.status_code == 201, made.text
    case = made.json()
    assert "13989001234" not in made.text
    path = f"{DOOR}/{case['id']}"
    reader = sign_in(another(session), session, Role.AGENT, now)
    assert reader.get(path).status_code == 404
    assert writer.post(f"{path}/submission", json={"text": 1}).status_code == 200
    publish = {"text": 1, "action": "publish"}
    assert writer.post(f"{path}/decision", json=publish).status_code == 403
    assert boss.post(f"{path}/decision", json=publish).status_code == 422
    seen = boss.get(path)
    keys = [each["key"] for each in seen.json()["to_confirm"]]
    assert "name:王小明" in keys
    sure = {**publish, "confirmed": keys}
    fresh = {"If-Match": seen.headers["ETag"]}
    published = boss.post(f"{path}/decision", json=sure, headers=fresh)
    assert published.json()["texts"][0]["status"] == "published"
    assert boss.post(f"{path}/decision", json=sure, headers=fresh).status_code == 412
    told = reader.get(path).json()
    assert (told["tickets"], len(told["texts"]), told["to_confirm"]) == ([ticket.number], 1, [])
    found = reader.get(DOOR, params={"words": "移交 路灯"}).json()["items"]
    assert [each["case_id"] for each in found] == [case["id"]]
    assert reader.get(DOOR, params={"kind": "warning"}).json()["items"] == []
    assert reader.post(DOOR, json=body(ticket.number)).status_code == 403


def test_a_published_case_is_written_on_and_withdrawn_with_a_reason(
    writer: TestClient, boss: TestClient, session: Session, now: datetime
) -> None:
    case, ticket = scene.published(session, now)
    path = f"{DOOR}/{case.id}"
    written = writer.put(path, json=body(ticket.number)).json()
    assert [(each["number"], each["status"]) for each in written["texts"]] == [
        (2, "draft"),
        (1, "published"),
    ]
    bare = {"text": 1, "action": "withdraw"}
    assert boss.post(f"{path}/decision", json=bare).status_code == 422
    why = {**bare, "reason": "依据已废止"}
    done = boss.post(f"{path}/decision", json=why).json()
    assert (done["texts"][1]["status"], done["texts"][1]["reason"]) == ("withdrawn", "依据已废止")
    submit = {"text": 2, "action": "submit"}
    assert boss.post(f"{path}/decision", json=submit).status_code == 422


def test_cases_are_listed_page_by_page(client: TestClient, session: Session, now: datetime) -> None:
    made = [scene.published(session, now)[0].id for _ in range(3)]
    first = client.get(DOOR, params={"limit": 2}).json()
    second = client.get(DOOR, params={"limit": 2, "cursor": first["next"]}).json()
    assert [each["case_id"] for each in (*first["items"], *second["items"])] == made[::-1]
    assert second["next"] is None


def test_a_text_of_an_impossible_number_is_a_bad_request(
    writer: TestClient, boss: TestClient, session: Session, now: datetime
) -> None:
    case, _ = scene.drafted(session, now)
    path = f"{DOOR}/{case.id}"
    for number in (0, 2**31, 10**30):
        assert writer.post(f"{path}/submission", json={"text": number}).status_code == 422
        asked = {"text": number, "action": "publish"}
        assert boss.post(f"{path}/decision", json=asked).status_code == 422
    assert writer.post(f"{path}/submission", json={"text": 9}).status_code == 404

"""Tickets and calls through HTTP."""

from datetime import datetime, timedelta

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch import intake
from tests.factories import create_ended_call, create_ticket


def registered(session: Session, now: datetime) -> str:
    call = create_ended_call(session, now=now)
    ticket = intake.register_call(session, call.id, district="540100", auto_dispatch=False, now=now)
    session.flush()
    assert ticket
    return ticket.number


def test_a_long_list_is_walked_by_its_links_without_gaps(
    client: TestClient, session: Session, now: datetime
) -> None:
    made = [
        create_ticket(session, now=now + timedelta(seconds=second // 2)).number
        for second in range(7)  # pairs share a moment
    ]
    session.flush()
    seen: list[str] = []
    path: str | None = "/api/v1/tickets?limit=2"
    while path:
        answer = client.get(path)
        seen += [item["number"] for item in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url")
    assert seen == made[::-1]


def test_a_ticket_tells_its_whole_story_masked(
    client: TestClient, session: Session, now: datetime
) -> None:
    answer = client.get(f"/api/v1/tickets/{registered(session, now)}")
    body = answer.json()
    assert answer.headers["ETag"] == f'"{body["version"]}"'
    assert body["requester"] == "139****1234"
    assert "13989001234" not in answer.text
    assert body["category"] == ["城乡建设", "市政设施", "路灯"]
    assert body["proposal"]["reasons"]
    assert [event["type"] for event in body["history"]] == ["ticket.registered"]
    assert body["created_at"].endswith("+08:00")


def test_a_repeated_confirmation_gets_the_first_answer(
    client: TestClient, session: Session, now: datetime
) -> None:
    path = f"/api/v1/tickets/{registered(session, now)}/dispatch"
    key = {"Idempotency-Key": "k-1"}
    first, again = client.post(path, headers=key), client.post(path, headers=key)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert len(again.json()["orders"]) == 1
    other = client.post(path, headers=key, json={"departments": ["540100-urban"]})
    assert other.status_code == 422


def test_a_stale_confirmation_changes_nothing(
    client: TestClient, session: Session, now: datetime
) -> None:
    number = registered(session, now)
    stale = client.post(f"/api/v1/tickets/{number}/dispatch", headers={"If-Match": '"99"'})
    assert stale.status_code == 412
    assert client.get(f"/api/v1/tickets/{number}").json()["orders"] == []


def test_an_unknown_department_is_refused_with_the_remedy(
    client: TestClient, session: Session, now: datetime
) -> None:
    path = f"/api/v1/tickets/{registered(session, now)}/dispatch"
    answer = client.post(path, json={"departments": ["nowhere"]})
    assert answer.status_code == 422
    assert "nowhere" in answer.json()["detail"]
    assert answer.json()["remedy"]


def test_seeing_the_number_takes_a_reason(
    client: TestClient, session: Session, now: datetime
) -> None:
    path = f"/api/v1/tickets/{registered(session, now)}/reveal"
    assert client.post(path, json={"reason": ""}).status_code == 422
    view = client.post(path, json={"reason": "核实地址"})
    assert view.status_code == 201
    assert "13989001234" not in view.text
    seen = client.post(f"{path}/view", json={"token": view.json()["token"]})
    assert seen.json()["phone"] == "+8613989001234"


def test_a_call_shows_what_was_said_masked(
    client: TestClient, session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    body = client.get(f"/api/v1/calls/{call.id}").json()
    assert body["transcript"] == ["城关区的路灯坏了一个星期，我的电话是139****1234，请派人来修。"]
    (line,) = body["utterances"]
    assert (line["speaker"], line["text"]) == ("caller", body["transcript"][0])
    assert 0 <= line["start_s"] < line["end_s"]
    assert 0 <= line["confidence"] <= 1
    assert body["ticket"] is None
    assert client.get("/api/v1/calls").json()["items"][0]["id"] == str(call.id)


def test_what_is_not_there_is_a_problem_document(client: TestClient) -> None:
    for path in ("/api/v1/tickets/000000000000", "/api/v1/nothing"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_cursor_of_somebody_else_is_refused(client: TestClient) -> None:
    assert client.get("/api/v1/tickets?cursor=xyz").status_code == 422

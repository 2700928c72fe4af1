"""The second half of the circle through HTTP: a department answers, a person asks, it closes."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch import intake
from dispatch.terms import RequestType
from hotline.core.clock import now
from tests.factories import create_ended_call, create_ticket

DONE = {
    "result": "更换灯泡",
    "is_true": True,
    "is_solved": True,
    "public_reply": "路灯已经修好，今晚起正常亮灯。",
}
Desk = Callable[[str], TestClient]


@pytest.fixture
def complaint(client: TestClient, session: Session) -> str:
    """A dispatched complaint; people make its callback."""
    ticket = create_ticket(session, now=now(), request_type=RequestType.COMPLAINT)
    dispatched = client.post(
        f"/api/v1/tickets/{ticket.number}/dispatch", json={"departments": ["540102-urban"]}
    )
    assert dispatched.status_code == 200, dispatched.text
    return ticket.number


def post(client: TestClient, path: str, body: object = None, **headers: str) -> dict[str, Any]:
    answer = client.post(f"/api/v1{path}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def get(client: TestClient, path: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def clock(order: dict[str, Any], kind: str) -> dict[str, Any]:
    return dict([each for each in order["clocks"] if each["kind"] == kind][-1])


def settled(client: TestClient, urban: TestClient, number: str) -> int:
    """Bring the order through its review and return the callback's id."""
    post(urban, f"/work-orders/{number}-1/accept")
    post(urban, f"/work-orders/{number}-1/reply", DONE)
    post(client, f"/work-orders/{number}-1/review", {"verdict": "complete"})
    (task,) = get(client, "/callbacks")["items"]
    return int(task["id"])


def test_a_department_works_its_order_and_a_satisfied_caller_closes_the_ticket(
    client: TestClient, complaint: str, desk: Desk
) -> None:
    urban, path = desk("540102-urban"), f"/work-orders/{complaint}-1"
    (listed,) = get(urban, "/work-orders?status=dispatched")["items"]
    assert (listed["number"], listed["ticket"]) == (f"{complaint}-1", complaint)
    seen = get(urban, path)
    assert {each["kind"] for each in seen["clocks"]} == {
        "accept_by",
        "contact_by",
        "return_by",
        "reply_by",
    }
    assert all(each["due_at"] and each["trace"] for each in seen["clocks"])

    accepted = post(urban, f"{path}/accept")
    assert accepted["status"] == "accepted"
    assert clock(accepted, "accept_by")["stopped_at"]
    contacted = post(urban, f"{path}/contacts", {"reached": True, "note": "约定今天上门"})
    assert clock(contacted, "contact_by")["stopped_at"]
    assert contacted["contacts"][0]["note"] == "约定今天上门"
    assert clock(post(urban, f"{path}/reply", DONE), "reply_by")["stopped_at"]
    assert post(client, f"{path}/review", {"verdict": "complete"})["status"] == "completed"

    ticket = get(client, f"/tickets/{complaint}")
    assert ticket["status"] == "awaiting_callback"
    (task,) = get(client, "/callbacks")["items"]
    assert (task["ticket"], task["mode"]) == (complaint, "person")
    assert (
        get(client, f"/callbacks/{task['id']}")["replies"][0]["public_reply"]
        == (DONE["public_reply"])
    )
    heard = {"outcome": "completed", "contacted": True, "resolved": True, "satisfaction": 5}
    assert post(client, f"/callbacks/{task['id']}/result", heard)["status"] == "completed"

    ticket = get(client, f"/tickets/{complaint}")
    assert (ticket["status"], ticket["closing"], ticket["rating"]) == ("closed", "resolved", 5)
    assert ticket["closed_at"]
    assert ticket["orders"][0]["reply"]["verdict"] == "completed"
    assert ticket["callbacks"][0]["tried"][0]["outcome"] == "completed"
    assert [clock["kind"] for clock in ticket["clocks"] if clock["stopped_at"] is None] == []
    assert get(client, "/callbacks")["items"] == []


def test_a_dissatisfied_caller_reopens_the_ticket_with_a_new_order_and_its_own_clock(
    client: TestClient, complaint: str, desk: Desk
) -> None:
    urban = desk("540102-urban")
    task = settled(client, urban, complaint)
    heard = {"outcome": "completed", "resolved": False, "satisfaction": 1}
    post(client, f"/callbacks/{task}/result", heard)
    ticket = get(client, f"/tickets/{complaint}")
    assert (ticket["status"], ticket["redone"], ticket["rating"]) == ("dispatched", 1, 1)
    again = get(urban, f"/work-orders/{complaint}-2")
    assert clock(again, "rectify_by")["stopped_at"] is None
    assert "reply_by" not in {each["kind"] for each in again["clocks"]}
    assert again["replies"][0]["public_reply"] == DONE["public_reply"]  # of the first round
    post(urban, f"/work-orders/{complaint}-2/accept")
    post(urban, f"/work-orders/{complaint}-2/reply", {**DONE, "public_reply": "电缆已经更换。"})
    post(client, f"/work-orders/{complaint}-2/review", {"verdict": "complete"})
    (second,) = get(client, "/callbacks")["items"]
    assert second["round"] == 2


def test_the_return_of_the_only_order_gives_the_ticket_back_with_a_new_dispatch_clock(
    client: TestClient, complaint: str, desk: Desk
) -> None:
    body = {
        "reason": "wrong_district",
        "basis": "权责清单第三条",
        "suggested_department": "540100-urban",
    }
    returned = post(desk("540102-urban"), f"/work-orders/{complaint}-1/return", body)
    assert returned["status"] == "returned"
    assert returned["returned"]["suggested_department"] == "540100-urban"
    assert all(each["stopped_at"] for each in returned["clocks"])
    ticket = get(client, f"/tickets/{complaint}")
    assert ticket["status"] == "registered"
    dispatch_by = [each for each in ticket["clocks"] if each["kind"] == "dispatch_by"]
    assert [each["stopped_at"] is None for each in dispatch_by] == [False, True]


def test_a_reply_to_a_returned_order_is_told_what_is_possible(complaint: str, desk: Desk) -> None:
    urban = desk("540102-urban")
    body = {"reason": "unclear_duty", "basis": "三定方案", "suggested_department": None}
    post(urban, f"/work-orders/{complaint}-1/return", body)
    late = urban.post(f"/api/v1/work-orders/{complaint}-1/reply", json=DONE)
    assert late.status_code == 409
    assert "returned" in late.json()["detail"]
    assert late.json()["remedy"]
    assert get(urban, f"/work-orders/{complaint}-1")["replies"] == []


def test_a_rejected_reply_is_due_when_it_was_due_before(
    client: TestClient, complaint: str, desk: Desk
) -> None:
    urban, path = desk("540102-urban"), f"/work-orders/{complaint}-1"
    due = clock(post(urban, f"{path}/accept"), "reply_by")["due_at"]
    assert get(urban, "/work-orders")["items"][0]["reply_by"] == due
    post(urban, f"{path}/reply", DONE)
    assert client.post(f"/api/v1{path}/review", json={"verdict": "reject"}).status_code == 422
    post(client, f"{path}/review", {"verdict": "reject", "note": "没有说明何时修好"})
    back = get(urban, path)
    assert back["status"] == "accepted"
    assert back["replies"][-1]["review_note"] == "没有说明何时修好"
    assert clock(back, "reply_by")["stopped_at"] is None
    assert clock(back, "reply_by")["due_at"] == due
    better = post(urban, f"{path}/reply", {**DONE, "result": "今晨更换灯泡"})
    assert [each["verdict"] for each in better["replies"]] == ["rejected", ""]


@pytest.mark.parametrize(
    "change",
    [
        {"is_solved": False},
        {"is_solved": False, "unsolved_reason": " "},
        {"public_reply": "好了"},
        {"contacted_at": "2099-01-01T00:00:00+08:00"},
        {"contacted_at": "2026-11-25T12:00:00"},
        {"result": "a\u0000b"},
    ],
)
def test_a_reply_that_says_too_little_is_refused_and_changes_nothing(
    complaint: str, desk: Desk, change: dict[str, Any]
) -> None:
    urban, path = desk("540102-urban"), f"/api/v1/work-orders/{complaint}-1"
    urban.post(f"{path}/accept")
    refused = urban.post(f"{path}/reply", json={**DONE, **change})
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert urban.get(path).json()["status"] == "accepted"


def test_who_decides_on_an_older_version_is_told_and_nothing_is_lost(
    client: TestClient, complaint: str, desk: Desk
) -> None:
    urban, path = desk("540102-urban"), f"/api/v1/work-orders/{complaint}-1"
    seen = urban.get(path).headers["ETag"]
    taken = urban.post(f"{path}/accept", headers={"If-Match": seen})
    assert taken.status_code == 200
    assert taken.headers["ETag"] == f'"{taken.json()["version"]}"' != seen
    stale = urban.post(f"{path}/reply", json=DONE, headers={"If-Match": seen})
    assert stale.status_code == 412
    assert urban.get(path).json()["replies"] == []
    fresh = {"If-Match": taken.headers["ETag"]}
    assert urban.post(f"{path}/reply", json=DONE, headers=fresh).status_code == 200
    task_of = client.post(f"{path}/review", json={"verdict": "complete"}, headers=fresh)
    assert task_of.status_code == 412


def test_a_repeated_contact_is_kept_once(complaint: str, desk: Desk) -> None:
    urban, path = desk("540102-urban"), f"/work-orders/{complaint}-1"
    post(urban, f"{path}/accept")
    body = {"reached": False, "note": "无人接听"}
    headers = {"Idempotency-Key": "contact-1"}
    answers = [post(urban, f"{path}/contacts", body, **headers) for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(answers[1]["contacts"]) == 1
    assert clock(answers[1], "contact_by")["stopped_at"] is None
    other = {"json": {"reached": True}, "headers": headers}
    assert urban.post(f"/api/v1{path}/contacts", **other).status_code == 422  # type: ignore[arg-type]


def test_nothing_was_heard_so_no_rating_is_invented(
    client: TestClient, complaint: str, desk: Desk
) -> None:
    task = settled(client, desk("540102-urban"), complaint)
    path = f"/api/v1/callbacks/{task}/result"
    assert client.post(path, json={"outcome": "completed"}).status_code == 422
    assert client.post(path, json={"outcome": "lost"}).status_code == 422
    assert client.post(path, json={"outcome": "completed", "satisfaction": 6}).status_code == 422
    first = client.post(path, json={"outcome": "no_answer"}, headers={"If-Match": '"0"'})
    assert (first.status_code, first.headers["ETag"]) == (200, '"1"')
    # Two people with the same list: the second must look again.
    second = client.post(path, json={"outcome": "busy"}, headers={"If-Match": '"0"'})
    assert second.status_code == 412
    for _ in range(2):
        client.post(path, json={"outcome": "no_answer"})
    assert len(get(client, f"/callbacks/{task}")["tried"]) == 3
    ticket = get(client, f"/tickets/{complaint}")
    # Three within a minute are one attempt by the rule of 回访: nobody is unreachable yet.
    assert (ticket["status"], ticket["closing"]) == ("awaiting_callback", "")
    assert ticket["rating"] is None
    heard = {"outcome": "completed", "satisfaction": 5}
    assert [client.post(path, json=heard).status_code for _ in range(2)] == [200, 409]


def test_asking_again_is_counted_and_shown_to_the_department(
    client: TestClient, session: Session, desk: Desk
) -> None:
    numbers = []
    for _ in range(2):
        call = create_ended_call(session, now=now())
        made = intake.register_call(
            session, call.id, district="540100", auto_dispatch=False, now=now()
        )
        assert made
        numbers.append(made.number)
        if len(numbers) == 1:
            body = {"departments": ["540102-urban"]}
            post(client, f"/tickets/{made.number}/dispatch", body)
    assert len(set(numbers)) == 1
    order = get(desk("540102-urban"), f"/work-orders/{numbers[0]}-1")
    assert order["reminders"] == 1
    assert "139****1234" in order["reminded"][0]["text"]
    assert get(client, f"/tickets/{numbers[0]}")["reminders"] == 1

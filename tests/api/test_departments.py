"""Departments' systems: each sees its own orders, and of a requester no more than it may."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch import intake
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import now
from tests.api.conftest import another, sign_in
from tests.api.dispatched_scene import dispatched
from tests.factories import create_ended_call

Desk = Callable[[str], TestClient]
REPLY = {
    "result": "更换灯泡",
    "is_true": True,
    "is_solved": True,
    "public_reply": "路灯已经修好。",
}
# Every write of the work-order API, with a body that it would take.
WRITES: list[tuple[str, dict[str, Any] | None]] = [
    ("accept", None),
    ("contacts", {"reached": True}),
    ("return", {"reason": "unclear_duty", "basis": "三定方案"}),
    ("reply", REPLY),
]


@pytest.mark.parametrize(("action", "body"), WRITES)
def test_another_departments_order_is_not_there(
    session: Session, desk: Desk, action: str, body: dict[str, Any] | None
) -> None:
    order = f"/api/v1/work-orders/{dispatched(session).number}-1"
    stranger = desk("540100-urban")
    unknown = stranger.post(f"/api/v1/work-orders/000000000000-1/{action}", json=body)
    refused = stranger.post(f"{order}/{action}", json=body)
    assert refused.status_code == unknown.status_code == 404
    assert refused.json()["title"] == unknown.json()["title"]
    assert desk("540102-urban").get(order).json()["status"] == "dispatched"


def test_each_department_lists_its_own_share_only(session: Session, desk: Desk) -> None:
    ticket = dispatched(session, "540102-urban", "540100-urban")
    lead, assisting = desk("540102-urban"), desk("540100-urban")
    for client, place, role in ((lead, 1, "lead"), (assisting, 2, "assisting")):
        (mine,) = client.get("/api/v1/work-orders").json()["items"]
        assert (mine["number"], mine["role"]) == (f"{ticket.number}-{place}", role)
    assert lead.get(f"/api/v1/work-orders/{ticket.number}-2").status_code == 404


def test_a_departments_system_has_no_other_door(session: Session, desk: Desk) -> None:
    ticket, urban = dispatched(session), desk("540102-urban")
    for path in ("tickets", f"tickets/{ticket.number}", "calls", "callbacks", "stream"):
        assert urban.get(f"/api/v1/{path}").status_code == 403, path
    review = urban.post(
        f"/api/v1/work-orders/{ticket.number}-1/review", json={"verdict": "complete"}
    )
    assert review.status_code == 403
    made = urban.post("/api/v1/callbacks/1/result", json={"outcome": "no_answer"})
    assert made.status_code == 403
    assert urban.post("/api/v1/departments/540102-urban/api-keys").status_code == 403


def test_who_works_inside_reads_every_order_but_answers_none(
    client: TestClient, session: Session
) -> None:
    ticket = dispatched(session, "540102-urban", "540100-urban")
    listed = client.get("/api/v1/work-orders").json()["items"]
    assert [each["number"] for each in listed] == [f"{ticket.number}-1", f"{ticket.number}-2"]
    path = f"/api/v1/work-orders/{ticket.number}-1"
    assert client.get(path).status_code == 200
    assert client.post(f"{path}/accept").status_code == 403


def test_the_inbox_is_walked_by_its_links(session: Session, desk: Desk) -> None:
    made = [f"{dispatched(session).number}-1" for _ in range(5)]
    urban, seen = desk("540102-urban"), list[str]()
    path: str | None = "/api/v1/work-orders?limit=2&status=dispatched&since=2026-01-01T00:00:00Z"
    while path:
        answer = urban.get(path)
        seen += [item["number"] for item in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url")
    assert seen == made
    assert urban.get("/api/v1/work-orders?status=replied").json()["items"] == []
    assert urban.get("/api/v1/work-orders?since=2098-01-01T00:00:00Z").json()["items"] == []


def test_a_department_sees_a_masked_number_unless_the_ticket_is_confidential(
    session: Session, desk: Desk
) -> None:
    urban = desk("540102-urban")
    shown = []
    for confidentiality in ("internal", "confidential"):
        call = create_ended_call(session, now=now())
        ticket = intake.register_call(
            session, call.id, district="540100", auto_dispatch=False, now=now()
        )
        assert ticket
        ticket.confidentiality = confidentiality
        to = [Assignment("540102-urban")]
        dispatching.dispatch(session, ticket, to, actor=MACHINE, now=now())
        order = urban.get(f"/api/v1/work-orders/{ticket.number}-1")
        assert "13989001234" not in order.text
        shown.append(order.json())
        ticket.status = "closed"  # else the second call is a reminder of this one
    assert "139****1234" in shown[0]["text"]
    assert shown[0]["requester"] == "139****1234"
    assert "我的电话是***，" in shown[1]["text"]
    words = shown[1]["text"] + shown[1]["title"] + shown[1]["requester"]
    assert not any(letter.isdigit() for letter in words)


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
def test_a_key_works_in_either_header_until_it_is_revoked(
    anonymous: TestClient, session: Session, header: str
) -> None:
    boss = sign_in(another(session), session, Role.ADMINISTRATOR, now())
    keys = "/api/v1/departments/540102-urban/api-keys"
    made = boss.post(keys, json={"label": "OA"})
    assert made.status_code == 201
    secret = made.json()["key"]
    anonymous.headers[header] = f"Bearer {secret}" if header == "Authorization" else secret
    assert anonymous.get("/api/v1/work-orders").status_code == 200

    (listed,) = boss.get(keys).json()["items"]
    assert listed["label"] == "OA"
    assert secret.startswith(listed["shown"])
    assert secret not in boss.get(keys).text
    elsewhere = f"/api/v1/departments/540100-urban/api-keys/{listed['id']}"
    assert boss.delete(elsewhere).status_code == 404
    gone = boss.delete(f"{keys}/{listed['id']}").json()["revoked_at"]
    assert gone
    assert boss.delete(f"{keys}/{listed['id']}").json()["revoked_at"] == gone
    refused = anonymous.get("/api/v1/work-orders")
    assert refused.status_code == 401
    assert refused.json()["remedy"]


def test_a_key_that_does_not_hold_is_not_made_good_by_a_cookie(
    anonymous: TestClient, session: Session
) -> None:
    client = sign_in(anonymous, session, Role.AGENT, now())
    del client.headers["Authorization"]
    assert client.get("/api/v1/work-orders").status_code == 200  # by its cookie
    for headers in ({"X-API-Key": "hk_nothing"}, {"Authorization": "Bearer hk_nothing"}):
        assert client.get("/api/v1/work-orders", headers=headers).status_code == 401


def test_only_an_administrator_issues_keys_and_only_to_departments_that_exist(
    client: TestClient, session: Session
) -> None:
    assert client.post("/api/v1/departments/540102-urban/api-keys").status_code == 403
    boss = sign_in(another(session), session, Role.ADMINISTRATOR, now())
    assert boss.post("/api/v1/departments/nowhere/api-keys").status_code == 404
    assert boss.post("/api/v1/departments/540102-urban/api-keys").status_code == 201


@pytest.mark.parametrize("since", ["nonsense", "1-", "-1--1", "99999999999999999999-1", "2026-T"])
def test_a_feed_is_read_on_from_a_cursor_of_ours_only(desk: Desk, since: str) -> None:
    answer = desk("540102-urban").get("/api/v1/work-orders/changes", params={"since": since})
    assert answer.status_code == 422
    assert answer.json()["remedy"]

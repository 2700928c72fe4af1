"""加派、改派、撤回、会商 through HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from hotline.core.clock import now
from tests.api.conftest import another, sign_in
from tests.factories import create_ticket

Desk = Callable[[str], TestClient]
URBAN, CITY, HOUSING = "540102-urban", "540100-urban", "540102-housing"


@pytest.fixture
def number(client: TestClient, session: Session) -> str:
    """A ticket that an agent dispatched to 城关区."""
    number = create_ticket(session, now=now()).number
    post(client, f"/tickets/{number}/dispatch", {"departments": [URBAN]})
    return number


def post(client: TestClient, path: str, body: object = None, **headers: str) -> dict[str, Any]:
    answer = client.post(f"/api/v1{path}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def give_back(desk: Desk, order: str, department: str, suggested: str) -> None:
    body = {"reason": "not_our_duty", "basis": "三定方案", "suggested_department": suggested}
    post(desk(department), f"/work-orders/{order}/return", body)


def contested(client: TestClient, desk: Desk, number: str) -> dict[str, Any]:
    """Bring the ticket back from two departments and return its case."""
    give_back(desk, f"{number}-1", URBAN, CITY)
    post(client, f"/tickets/{number}/dispatch", {"departments": [CITY]})
    give_back(desk, f"{number}-2", CITY, HOUSING)
    (case,) = client.get("/api/v1/arbitrations?status=open").json()["items"]
    return dict(case)


def test_departments_are_added_replaced_and_taken_back(client: TestClient, number: str) -> None:
    added = post(
        client, f"/tickets/{number}/add", {"departments": [CITY], "notes": {CITY: "请协助"}}
    )
    assert [each["role"] for each in added["orders"]] == ["lead", "assisting"]
    body = {"order": f"{number}-1", "department": HOUSING, "note": "属住建"}
    moved = post(client, f"/tickets/{number}/redispatch", body)
    assert [each["status"] for each in moved["orders"]] == ["recalled", "dispatched", "dispatched"]
    assert moved["orders"][2]["role"] == "lead"
    assert [each["recall_code"] for each in moved["orders"]] == ["redispatched", None, None]
    for order in (f"{number}-2", f"{number}-3"):
        left = post(client, f"/tickets/{number}/recall", {"order": order, "reason": "派错了"})
    assert left["status"] == "registered"


def test_a_note_to_somebody_else_and_an_order_of_another_ticket_are_refused(
    client: TestClient, session: Session, number: str
) -> None:
    path = f"/api/v1/tickets/{number}"
    astray = {"departments": [CITY], "notes": {HOUSING: "请协助"}}
    assert client.post(f"{path}/add", json=astray).status_code == 422
    other = create_ticket(session, now=now()).number
    post(client, f"/tickets/{other}/dispatch", {"departments": [URBAN]})
    strange = {"order": f"{other}-1", "reason": "派错了"}
    assert client.post(f"{path}/recall", json=strange).status_code == 404


def test_who_saw_an_older_version_recalls_nothing(client: TestClient, number: str) -> None:
    seen = client.get(f"/api/v1/tickets/{number}").headers["ETag"]
    post(client, f"/tickets/{number}/add", {"departments": [CITY]}, **{"If-Match": seen})
    body = {"order": f"{number}-1", "reason": "派错了"}
    path = f"/api/v1/tickets/{number}/recall"
    assert client.post(path, json=body, headers={"If-Match": seen}).status_code == 412
    kept = {"Idempotency-Key": "recall-1"}
    answers = [post(client, f"/tickets/{number}/recall", body, **kept) for _ in range(2)]
    assert answers[0] == answers[1]


def test_a_department_has_none_of_these_doors(desk: Desk, number: str) -> None:
    urban = desk(URBAN)
    bodies: dict[str, object] = {
        "add": {"departments": [CITY]},
        "redispatch": {"order": f"{number}-1", "department": CITY},
        "recall": {"order": f"{number}-1", "reason": "不想办"},
        "arbitration": {"note": "不想办"},
    }
    for door, body in bodies.items():
        assert urban.post(f"/api/v1/tickets/{number}/{door}", json=body).status_code == 403
    assert urban.get("/api/v1/arbitrations").status_code == 403
    decided = urban.post("/api/v1/arbitrations/1/decide", json={"department": CITY, "basis": "无"})
    assert decided.status_code == 403


def test_two_returns_make_a_case_that_a_team_lead_decides(
    client: TestClient, session: Session, desk: Desk, number: str
) -> None:
    case = contested(client, desk, number)
    assert (case["ticket"], case["why"], case["status"]) == (number, "second_return", "open")
    assert [each["code"] for each in case["candidates"]] == [URBAN, CITY, HOUSING]
    assert case["due_at"]
    refused = client.post(f"/api/v1/tickets/{number}/dispatch", json={"departments": [HOUSING]})
    assert refused.status_code == 409
    assert "in arbitration" in refused.json()["detail"]

    path, decision = f"/arbitrations/{case['id']}", {"department": URBAN, "basis": "第六条"}
    assert client.post(f"/api/v1{path}/decide", json=decision).status_code == 403
    boss = sign_in(another(session), session, Role.TEAM_LEAD, now())
    seen = boss.get(f"/api/v1{path}").headers["ETag"]
    decided = post(boss, f"{path}/decide", decision, **{"If-Match": seen})
    assert (decided["status"], decided["department"]["code"]) == ("decided", URBAN)
    assert decided["precedent"]["matter_code"] == "010101"
    stale = boss.post(f"/api/v1{path}/decide", json=decision, headers={"If-Match": seen})
    assert stale.status_code == 412
    assert boss.post(f"/api/v1{path}/decide", json=decision).status_code == 409
    assert client.get("/api/v1/arbitrations?status=open").json()["items"] == []

    ticket = client.get(f"/api/v1/tickets/{number}").json()
    assert (ticket["status"], ticket["orders"][2]["department"]["code"]) == ("dispatched", URBAN)
    body = {"reason": "not_our_duty", "basis": "三定方案", "suggested_department": CITY}
    back = desk(URBAN).post(f"/api/v1/work-orders/{number}-3/return", json=body)
    assert back.status_code == 409


def test_who_dispatched_it_is_told_to_let_somebody_else_decide(
    session: Session, desk: Desk
) -> None:
    boss = sign_in(another(session), session, Role.TEAM_LEAD, now())
    number = create_ticket(session, now=now()).number
    post(boss, f"/tickets/{number}/dispatch", {"departments": [URBAN]})
    case = contested(boss, desk, number)
    decision = {"department": URBAN, "basis": "第六条"}
    refused = boss.post(f"/api/v1/arbitrations/{case['id']}/decide", json=decision)
    assert refused.status_code == 403
    assert refused.json()["remedy"]


def test_an_agent_asks_and_the_list_is_walked_by_its_links(
    client: TestClient, session: Session
) -> None:
    numbers = [create_ticket(session, now=now()).number for _ in range(3)]
    for number in numbers:
        shown = post(client, f"/tickets/{number}/arbitration", {"note": "两区交界"})
        assert shown["history"][-1]["refs"]["contested"] == "asked"
    path: str | None = "/api/v1/arbitrations?limit=2&status=open"
    seen = []
    while path:
        answer = client.get(path)
        seen += [item["ticket"] for item in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url")
    assert seen == numbers
    assert client.get("/api/v1/arbitrations?status=decided").json()["items"] == []
    assert client.get("/api/v1/arbitrations/2000000000").status_code == 404

"""督办 over HTTP: who may raise, answer and lift it, and on which version."""

from collections.abc import Callable

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from hotline.core.clock import now
from tests.api.conftest import another, sign_in
from tests.api.dispatched_scene import dispatched

Desk = Callable[[str], TestClient]
WORDS = {"instruction": "请说明进展，联系13989001234。"}


def test_a_supervision_is_raised_answered_and_lifted(session: Session, desk: Desk) -> None:
    boss = sign_in(another(session), session, Role.SUPERVISOR, now())
    ticket, urban = dispatched(session), desk("540102-urban")
    order = f"{ticket.number}-1"
    raised = boss.post(f"/api/v1/tickets/{ticket.number}/supervise", json={**WORDS, "order": order})
    assert raised.status_code == 200
    assert raised.json()["history"][-1]["type"] == "supervision.raised"
    (item,) = boss.get("/api/v1/supervisions?status=open").json()["items"]
    assert (item["ticket"], item["order"], item["cause"]) == (ticket.number, order, "person")
    assert item["department"]["code"] == "540102-urban"
    assert item["feedback_by"]
    assert "13989001234" not in item["instruction"]

    path = f"/api/v1/supervisions/{item['id']}"
    assert desk("540100-urban").post(f"{path}/answer", json={"feedback": "x"}).status_code == 404
    stale = urban.post(f"{path}/answer", json={"feedback": "已修好"}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    headers = {"If-Match": '"1"', "Idempotency-Key": "one"}
    for _ in range(2):
        answered = urban.post(f"{path}/answer", json={"feedback": "已修好"}, headers=headers)
        assert (answered.status_code, answered.json()["answered_by"][:12]) == (200, "540102-urban")
    assert urban.post(f"{path}/answer", json={"feedback": "已修好"}).status_code == 409
    lifted = boss.post(f"{path}/lift", json={"note": "已核实"}, headers={"If-Match": '"2"'})
    assert (lifted.status_code, lifted.headers["ETag"]) == (200, '"3"')
    assert boss.get("/api/v1/supervisions?status=open").json()["items"] == []
    assert len(boss.get("/api/v1/supervisions?status=lifted").json()["items"]) == 1


def test_agents_read_supervisions_and_only_deciders_raise_them(
    client: TestClient, session: Session, desk: Desk
) -> None:
    ticket = dispatched(session)
    path = f"/api/v1/tickets/{ticket.number}/supervise"
    assert client.post(path, json=WORDS).status_code == 403
    assert desk("540102-urban").post(path, json=WORDS).status_code == 403
    assert client.get("/api/v1/supervisions").status_code == 200
    assert desk("540102-urban").get("/api/v1/supervisions").json()["items"] == []


def test_the_list_is_walked_by_its_links(session: Session) -> None:
    boss = sign_in(another(session), session, Role.TEAM_LEAD, now())
    numbers = [dispatched(session).number for _ in range(3)]
    for number in numbers:
        assert boss.post(f"/api/v1/tickets/{number}/supervise", json=WORDS).status_code == 200
        assert boss.post(f"/api/v1/tickets/{number}/supervise", json=WORDS).status_code == 409
    seen, path = list[str](), "/api/v1/supervisions?limit=2"
    while path:
        answer = boss.get(path)
        seen += [item["ticket"] for item in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url", "")
    assert seen == numbers


def test_a_department_lists_what_it_is_asked_for_and_nothing_else(
    session: Session, desk: Desk
) -> None:
    boss = sign_in(another(session), session, Role.SUPERVISOR, now())
    numbers = [dispatched(session).number for _ in range(2)]
    for number in numbers:
        assert boss.post(f"/api/v1/tickets/{number}/supervise", json=WORDS).status_code == 200
    mine = desk("540102-urban").get("/api/v1/supervisions?status=open").json()["items"]
    assert [item["ticket"] for item in mine] == numbers
    assert {item["department"]["code"] for item in mine} == {"540102-urban"}
    assert desk("540100-urban").get("/api/v1/supervisions").json()["items"] == []


def test_what_nobody_answered_is_lifted_with_a_note_only(session: Session, desk: Desk) -> None:
    boss = sign_in(another(session), session, Role.SUPERVISOR, now())
    ticket = dispatched(session)
    boss.post(f"/api/v1/tickets/{ticket.number}/supervise", json=WORDS)
    (item,) = boss.get("/api/v1/supervisions?status=open").json()["items"]
    (told,) = desk("540102-urban").get("/api/v1/notices").json()["items"]
    assert (told["says"], told["due_at"]) == ("supervised", item["feedback_by"])
    path = f"/api/v1/supervisions/{item['id']}/lift"
    refused = boss.post(path, json={"note": " "})
    assert refused.status_code == 422
    assert "note" in refused.json()["remedy"]
    assert boss.post(path, json={"note": "误发"}).json()["lifted_at"]

"""照顾标记 and 免打扰 over HTTP: who may say so, who may take it back, and that no number shows."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.api import floor_metrics
from hotline.core.accounts import Role
from tests.api import calls_scene as scene
from tests.api.conftest import another, sign_in
from tests.factories import create_ended_call, create_ticket

LIST = "/api/v1/do-not-call"
NUMBER = "13989001234"


def test_an_agent_marks_a_caller_and_takes_it_back(
    client: TestClient, session: Session, now: datetime
) -> None:
    care = f"/api/v1/calls/{create_ended_call(session, now=now).id}/care"
    assert client.put(care, json={"care": "elder"}).json() == {"care": "elder"}
    assert client.put(care, json={"care": "none"}).json() == {"care": "none"}
    assert client.put(care, json={"care": "八十岁"}).status_code == 422
    nobody = "/api/v1/calls/00000000-0000-0000-0000-000000000000/care"
    assert client.put(nobody, json={"care": "elder"}).status_code == 404


def test_an_agent_lists_a_caller_and_a_lead_removes_them(
    client: TestClient, session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    made = client.post(LIST, json={"call": str(call.id), "reason": "asked", "days": 30})
    assert (made.status_code, made.json()["in_force"]) == (201, True)
    assert client.post(LIST, json={"call": str(call.id), "reason": "asked"}).status_code == 409
    assert client.get(LIST).status_code == 403
    entry = f"{LIST}/{made.json()['id']}"
    assert client.delete(entry).status_code == 403
    lead = sign_in(another(session), session, Role.TEAM_LEAD, now)
    shown = lead.get(LIST)
    assert [each["call"] for each in shown.json()["items"]] == [str(call.id)]
    assert NUMBER not in shown.text
    assert lead.delete(entry).json()["in_force"] is False
    assert lead.delete(entry).status_code == 409


def test_a_ticket_names_its_requester_too(
    client: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    made = client.post(LIST, json={"ticket": ticket.number, "reason": "distress"})
    assert (made.json()["until"], made.json()["call"]) == (None, None)
    both = {"ticket": ticket.number, "call": str(ticket.person_id), "reason": "asked"}
    assert client.post(LIST, json=both).status_code == 422
    assert client.post(LIST, json={"reason": "asked"}).status_code == 422
    assert client.post(LIST, json={"ticket": "X", "reason": "asked"}).status_code == 404


def test_the_floor_is_measured_and_names_nobody(session: Session, now: datetime) -> None:
    scene.seat_of(session, "agent-1", now)
    scene.waiting(session, now, NUMBER)
    scene.missed(session, now)
    lines = floor_metrics.page(session).decode().splitlines()
    told = dict(each.rsplit(" ", 1) for each in lines if not each.startswith("#"))
    assert float(told["hotline_calls_waiting"]) == 1
    assert float(told["hotline_calls_longest_wait_seconds"]) >= 0
    assert float(told["hotline_callbacks_owed"]) == 1
    assert set(told) >= {
        "hotline_calls_offered_today",
        "hotline_calls_answered_today",
        "hotline_calls_answered_within_15s_today",
        "hotline_calls_abandoned_today",
        'hotline_seats{state="ready"}',
        'hotline_seats{state="talking"}',
    }
    assert "agent-1" not in str(lines)


def test_metrics_answer_whatever_the_database_does(client: TestClient) -> None:
    shown = client.get("/metrics")
    assert shown.status_code == 200
    assert "python_info" in shown.text

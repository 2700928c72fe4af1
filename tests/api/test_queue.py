"""The queue, who is owed a call, modes, shifts and skills over HTTP."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from telephony.models import Seat
from tests.api import calls_scene as scene
from tests.api.conftest import another, sign_in
from tests.api.matrix.scene import person
from tests.factories import create_ticket

MISSED = "/api/v1/missed-calls"


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def mine(client: TestClient, session: Session, at: datetime) -> Seat:
    assert client
    return scene.seat_of(session, "agent-1", at, kind="desk")


@pytest.fixture
def lead(session: Session, at: datetime) -> TestClient:
    return sign_in(another(session), session, Role.TEAM_LEAD, at)


def test_who_waits_longest_stands_first_and_no_number_is_shown(
    client: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    assert mine
    first = scene.waiting(session, at - timedelta(seconds=30), "13989001234")
    second = scene.waiting(session, at, "13989005678")
    owes = scene.missed(session, at, "13989007777")
    answer = client.get("/api/v1/queue")
    found = answer.json()
    lines = [(each["call"], each["position"], each["caller"]) for each in found["waiting"]]
    assert lines[0][0::2] == (str(first.id), "139****1234")
    assert lines[1][0] == str(second.id)
    assert lines[0][1] < lines[1][1]
    assert found["waiting"][0]["score"] >= 30
    assert [(each["id"], each["why"]) for each in found["owed"]] == [(owes.id, "abandoned")]
    assert "13989001234" not in answer.text


def test_a_sealed_ticket_s_caller_is_not_in_the_queue_of_who_may_not_see_it(
    client: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    row = scene.missed(session, at)
    ticket = create_ticket(session, now=at)
    ticket.call_id = row.call_id
    assert client.get("/api/v1/queue").json()["owed"]
    keeper = accounts.as_actor(person(session, "keeper", Role.SUPERVISOR))
    sealing.seal(session, ticket, Seal("举报", []), actor=keeper, now=at)
    session.flush()
    assert client.get("/api/v1/queue").json()["owed"] == []
    assert mine.account_id
    assert client.post(f"{MISSED}/{row.id}/take").status_code == 404
    assert client.post("/api/v1/calls", json={"missed": row.id}).status_code == 404


def test_an_agent_takes_one_who_is_owed_a_call_and_no_colleague_then_does(
    client: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    row = scene.missed(session, at)
    taken = client.post(f"{MISSED}/{row.id}/take").json()
    assert (taken["agent"], taken["caller"]) == ("agent-1", "139****1234")
    other = sign_in(another(session), session, Role.TEAM_LEAD, at)
    scene.seat_of(session, "team_lead-1", at, kind="desk")
    assert "colleague" in other.post(f"{MISSED}/{row.id}/take").json()["detail"]
    assert other.post(f"{MISSED}/{row.id}/done").status_code == 409
    dialled = client.post("/api/v1/calls", json={"missed": row.id})
    assert (dialled.status_code, dialled.json()["verb"]) == (202, "dial")
    assert scene.orders(session)[-1].details == {"missed": row.id}
    assert mine.account_id == row.account_id


def test_who_is_given_up_is_left_to_a_colleague_or_owed_no_more(
    client: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    assert mine
    row = scene.missed(session, at)
    client.post(f"{MISSED}/{row.id}/take")
    later = client.post(f"{MISSED}/{row.id}/give-up", json={"reason": "not_now"}).json()
    assert (later["agent"], later["closed_at"]) == (None, None)
    assert row.due_at > at
    over = client.post(f"{MISSED}/{row.id}/give-up", json={"reason": "wrong_number"}).json()
    assert (over["outcome"], bool(over["closed_at"])) == ("wrong_number", True)
    again = client.post(f"{MISSED}/{row.id}/take")
    assert (again.status_code, again.json()["detail"]) == (409, "This call is owed no longer.")
    assert client.post(f"{MISSED}/{(row.id or 0) + 1}/take").status_code == 404


def test_a_call_is_dialled_from_telephone_or_browser_to_who_showed_a_number(
    client: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    before = scene.caller(session, at)
    hidden = scene.caller(session, at, "anonymous")
    ask = [{"call": str(each.id)} for each in (before, hidden)]
    assert client.post("/api/v1/calls", json=ask[0]).status_code == 202
    assert "no number" in client.post("/api/v1/calls", json=ask[1]).json()["detail"]
    mine.kind = "browser"
    assert client.post("/api/v1/calls", json=ask[0]).status_code == 202
    assert client.post("/api/v1/calls", json={}).status_code == 422


def test_a_mode_holds_until_normal_is_said_and_is_set_once(
    client: TestClient, lead: TestClient
) -> None:
    assert client.put("/api/v1/service-mode", json={"mode": "surge"}).status_code == 403
    for _ in range(2):
        shown = lead.put("/api/v1/service-mode", json={"mode": "surge"}).json()
    assert (shown["mode"], len(shown["periods"])) == ("surge", 1)
    assert client.get("/api/v1/service-mode").json()["mode"] == "surge"
    assert lead.put("/api/v1/service-mode", json={"mode": "normal"}).json()["mode"] == "normal"


def test_a_mode_to_come_is_called_off(lead: TestClient, at: datetime) -> None:
    tomorrow = (at + timedelta(days=1)).isoformat()
    shown = lead.put("/api/v1/service-mode", json={"mode": "holiday", "begins_at": tomorrow}).json()
    assert shown["mode"] == "normal"
    (period,) = shown["periods"]
    assert lead.delete(f"/api/v1/service-mode/{period['id']}").json()["periods"] == []


def test_a_shift_is_rostered_shown_and_struck(
    client: TestClient, lead: TestClient, at: datetime
) -> None:
    span = {"begins_at": at.isoformat(), "ends_at": (at + timedelta(hours=8)).isoformat()}
    made = lead.post("/api/v1/shifts", json={"username": "agent-1", "desk": "night", **span})
    assert made.json()["username"] == "agent-1"
    assert lead.post("/api/v1/shifts", json={"username": "agent-1", **span}).status_code == 409
    assert lead.post("/api/v1/shifts", json={"username": "nobody", **span}).status_code == 422
    assert client.post("/api/v1/shifts", json={"username": "agent-1", **span}).status_code == 403
    (shown,) = client.get("/api/v1/shifts").json()["items"]
    assert (shown["id"], shown["desk"]) == (made.json()["id"], "night")
    assert lead.delete(f"/api/v1/shifts/{shown['id']}").status_code == 204


def test_a_note_is_read_by_the_next_shift_and_by_nobody_without_a_seat(
    client: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    left = client.post("/api/v1/shift-notes", json={"text": "色拉路停水。"}).json()
    assert "text" not in left
    (note,) = lead.get("/api/v1/shift-notes").json()["items"]
    assert (note["text"], note["username"], note["read_by"]) == ("色拉路停水。", "agent-1", "")
    taken = lead.post(f"/api/v1/shift-notes/{left['id']}/take-over").json()
    assert taken["read_by"] == "team_lead-1"
    auditor = sign_in(another(session), session, Role.AUDITOR, at)
    assert auditor.get("/api/v1/shift-notes").status_code == 403


def test_skills_are_set_by_who_manages_the_service(
    client: TestClient, lead: TestClient, mine: Seat
) -> None:
    path, body = "/api/v1/seats/agent-1/skills", {"skills": {"zh": 9, "bo": 6}}
    assert client.put(path, json=body).status_code == 403
    assert lead.put(path, json=body).json()["skills"] == {"zh": 9, "bo": 6}
    assert lead.put(path, json={"skills": {"bo": 12}}).status_code == 422
    assert lead.put("/api/v1/seats/nobody/skills", json=body).status_code == 404
    assert mine.skills == {"zh": 9, "bo": 6}


def test_a_browser_seat_needs_no_telephone(client: TestClient) -> None:
    me = "/api/v1/seats/me"
    assert client.put(me, json={"kind": "browser"}).json()["kind"] == "browser"
    assert client.post(f"{me}/log-in").json()["wanted"] == "ready"

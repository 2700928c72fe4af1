"""Seats over HTTP: whose they are, and what an agent may want of one."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.callback import call_ratings
from hotline.core.accounts import Role
from telephony import records
from tests.api.conftest import another, sign_in
from tests.factories import create_ended_call

ME = "/api/v1/seats/me"
PHONE = {"address": "sip:1001@127.0.0.1:5080"}


def test_an_agent_logs_in_pauses_and_logs_off(client: TestClient) -> None:
    assert client.put(ME, json=PHONE).json()["address"] == PHONE["address"]
    wanted = [
        client.post(f"{ME}/{verb}", json=body).json()["wanted"]
        for verb, body in (
            ("log-in", None),
            ("pause", {"reason": "用餐"}),
            ("unpause", None),
            ("log-off", None),
        )
    ]
    assert wanted == ["ready", "paused", "ready", "logged_off"]
    seat = client.get(ME).json()
    assert (seat["username"], seat["status"], seat["call"]) == ("agent-1", "logged_off", None)


def test_without_a_telephone_nobody_logs_in_and_is_told_what_to_do(client: TestClient) -> None:
    answer = client.post(f"{ME}/log-in")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert "PUT /api/v1/seats/me" in answer.json()["remedy"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "1001",
        "sip:127.0.0.1",
        "sip:1001@198.51.100.7",
        "sip:1001@127.0.0.1.example.org",
        "sip:12345@127.0.0.1:5060",
        "sip:1001@127.0.0.1:99999",
        "sip:1001@127.0.0.1?Replaces=x",
        "sip:1001@127.0.0.1>,<sip:0900@trunk",
        "sip:1001@127.0.0.1\r\nRoute: <sip:x>",
    ],
)
def test_only_what_is_allowed_is_a_desk_phone(client: TestClient, address: str) -> None:
    answer = client.put(ME, json={"address": address})
    assert answer.status_code == 422
    assert "HOTLINE_DESK_PHONES" in answer.json()["remedy"]


def test_a_team_lead_sees_every_seat_and_an_agent_only_their_own(
    client: TestClient, session: Session, now: datetime
) -> None:
    client.put(ME, json=PHONE)
    client.post(f"{ME}/log-in")
    assert client.get("/api/v1/seats").status_code == 403
    lead = sign_in(another(session), session, Role.TEAM_LEAD, now)
    [seat] = [each for each in lead.get("/api/v1/seats").json()["items"] if each["address"]]
    assert (seat["username"], seat["wanted"]) == ("agent-1", "ready")


def test_an_auditor_has_no_seat(session: Session, now: datetime) -> None:
    auditor = sign_in(another(session), session, Role.AUDITOR, now)
    assert auditor.get(ME).status_code == 403
    assert auditor.put(ME, json=PHONE).status_code == 403


def test_a_call_shows_its_agent_and_its_rating(
    client: TestClient, session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    shown = client.get(f"/api/v1/calls/{call.id}").json()
    assert (shown["agent"], shown["rating"]) == (None, None)
    records.get_call(session, call.id).agent = "agent-1"
    call_ratings.rate(session, call, 4, now=now)
    shown = client.get(f"/api/v1/calls/{call.id}").json()
    assert (shown["agent"], shown["rating"]) == ("agent-1", 4)
    assert shown["history"][-1]["type"] == "call.rated"

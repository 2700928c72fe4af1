"""Recordings over HTTP: how they stand, and who holds them."""

import uuid
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from hotline.core.accounts import Role
from hotline.web.idempotency import KeptReply
from telephony import records
from telephony.models import Call, Recording
from tests.api.conftest import another, sign_in
from tests.factories import create_ended_call


@pytest.fixture
def call(session: Session, now: datetime) -> Call:
    made = create_ended_call(session, now=now)
    session.flush()
    return made


@pytest.fixture
def recording(session: Session, call: Call) -> Recording:
    found = records.recording_of(session, call)
    assert found
    return found


@pytest.fixture
def lead(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.TEAM_LEAD, now)


def path(call: Call, verb: str = "") -> str:
    return f"/api/v1/calls/{call.id}/recording{verb}"


def test_it_says_how_long_it_is_kept_and_what_it_looks_like(
    client: TestClient, session: Session, call: Call, recording: Recording, now: datetime
) -> None:
    shown = client.get(path(call)).json()
    assert (shown["status"], shown["held"], shown["waveform"]) == ("transcribed", False, None)
    assert datetime.fromisoformat(shown["kept_until"]) == now + timedelta(days=1095)
    recording.waveform = bytes([1, 200, 2, 100])
    session.flush()
    assert client.get(path(call)).json()["waveform"] == {"caller": [1, 2], "others": [200, 100]}


def test_a_team_lead_holds_it_and_lifts_the_hold(lead: TestClient, call: Call) -> None:
    held = lead.post(path(call, "/hold"), json={"reason": "法院调取，联系13989001234"})
    assert held.status_code == 200, held.text
    assert (held.json()["held"], held.json()["kept_until"]) == (True, None)
    again = lead.post(path(call, "/hold"), json={"reason": "法院调取"})
    assert again.status_code == 409
    lifted = lead.post(path(call, "/lift"), json={"reason": "案件已结"}).json()
    assert not lifted["held"]
    [hold] = lifted["holds"]
    assert (hold["reason"], hold["lifted_why"]) == ("法院调取，联系139****1234", "案件已结")
    assert hold["by"] == hold["lifted_by"]


def test_repeated_with_its_key_it_is_held_once_and_no_reason_is_kept_beside_it(
    lead: TestClient, session: Session, call: Call
) -> None:
    headers = {"Idempotency-Key": "once"}
    told = [
        lead.post(path(call, "/hold"), json={"reason": "法院调取"}, headers=headers)
        for _ in range(2)
    ]
    assert [each.status_code for each in told] == [200, 200]
    assert len(told[1].json()["holds"]) == 1
    assert not any("法院" in str(each.body) for each in session.exec(select(KeptReply)))


def test_an_agent_holds_nothing(client: TestClient, call: Call) -> None:
    assert client.post(path(call, "/hold"), json={"reason": "想听"}).status_code == 403


def test_without_a_reason_nothing_is_held(lead: TestClient, call: Call) -> None:
    assert lead.post(path(call, "/hold"), json={"reason": " "}).status_code == 422
    assert not lead.get(path(call)).json()["held"]


def test_a_call_that_is_not_there_has_none(lead: TestClient) -> None:
    nobody = f"/api/v1/calls/{uuid.uuid4()}/recording"
    assert lead.get(nobody).status_code == 404
    assert lead.post(f"{nobody}/hold", json={"reason": "法院调取"}).status_code == 404

"""Telephones and blocked callers over HTTP: who may do what, and what is never shown twice."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from hotline.core.accounts import Role
from hotline.core.events import Event
from telephony import sip_accounts
from tests.api.conftest import another, sign_in
from tests.factories import create_ended_call

TELEPHONES, BLOCKS = "/api/v1/telephones", "/api/v1/blocked-callers"


def test_a_telephone_is_given_its_password_once(boss: TestClient, session: Session) -> None:
    made = boss.post(
        TELEPHONES, json={"name": "1001", "label": "大厅"}, headers={"Idempotency-Key": "one"}
    )
    assert made.status_code == 201
    password = made.json()["password"]
    assert made.json()["address"] == "sip:1001@hotline.local"
    assert len(password) == 24
    known = sip_accounts.credentials(session)
    assert known == {"1001": sip_accounts.ha1("1001", password)}
    again = boss.post(
        TELEPHONES, json={"name": "1001", "label": "大厅"}, headers={"Idempotency-Key": "one"}
    )
    assert again.json()["password"] is None
    assert password not in boss.get(TELEPHONES).text
    assert boss.post(TELEPHONES, json={"name": "1001"}).status_code == 409
    assert boss.delete(f"{TELEPHONES}/1001").status_code == 200
    assert boss.delete(f"{TELEPHONES}/1001").status_code == 404
    assert sip_accounts.credentials(session) == {}
    told = session.exec(select(Event).where(Event.chain == "telephone:1001")).all()
    assert [each.type for each in told] == ["key.issued", "key.revoked"]
    assert password not in str([each.refs for each in told])


@pytest.mark.parametrize("name", ["", "1", "A1", "a b", "1001@x", "12345", "sip:1", "x" * 33])
def test_a_telephones_name_fits_an_address(boss: TestClient, name: str) -> None:
    assert boss.post(TELEPHONES, json={"name": name}).status_code == 422


def test_agents_manage_neither(client: TestClient, session: Session, now: datetime) -> None:
    call = create_ended_call(session, now=now)
    asked = {"call": str(call.id), "reason": "abuse", "days": 3}
    assert client.post(BLOCKS, json=asked).status_code == 403
    assert client.get(BLOCKS).status_code == 403
    assert client.post(TELEPHONES, json={"name": "1001"}).status_code == 403
    assert client.get(TELEPHONES).status_code == 403


def test_a_block_is_set_reviewed_by_another_listed_and_ended(
    boss: TestClient, session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    asked = {"call": str(call.id), "reason": "abuse", "days": 3}
    made = boss.post(BLOCKS, json=asked)
    assert made.status_code == 201
    assert made.json()["in_force"]
    review = f"{BLOCKS}/{made.json()['id']}/review"
    assert boss.post(review, json={"upheld": True}).status_code == 403
    lead = sign_in(another(session), session, Role.TEAM_LEAD, now)
    assert lead.post(review, json={"upheld": True}).json()["upheld"] is True
    [listed] = [each for each in lead.get(BLOCKS).json()["items"] if each["call"] == str(call.id)]
    assert listed["reviewed_by"] != listed["blocked_by"]
    ended = lead.delete(f"{BLOCKS}/{made.json()['id']}").json()
    assert not ended["in_force"]
    assert lead.delete(f"{BLOCKS}/{made.json()['id']}").status_code == 409
    for page in (made.text, lead.get(BLOCKS).text):
        assert "13989001234" not in page
        assert "****" not in page


def test_only_a_call_that_is_there_and_days_that_are_allowed(
    boss: TestClient, session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    unknown = "00000000-0000-4000-8000-000000000000"
    asked = {"reason": "abuse", "days": 3}
    assert boss.post(BLOCKS, json={**asked, "call": unknown}).status_code == 404
    too_long = boss.post(BLOCKS, json={**asked, "call": str(call.id), "days": 31})
    assert too_long.status_code == 422
    assert "30 days" in too_long.json()["detail"]
    assert boss.get(BLOCKS, params={"before": 1}).json() == {"items": [], "next": None}

"""A requester's data over HTTP: the file, corrections, holds, erasure, and who read it."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.models import Ticket
from dispatch.people import whose
from hotline.core import privacy
from hotline.core.accounts import Role
from hotline.core.clock import now as this_moment
from hotline.core.privacy import ERASED, AccessLog
from hotline.core.settings import Settings
from tests import sealed_calls
from tests.api.conftest import another, sign_in
from tests.dispatch.people_scene import old_ticket
from tests.factories import LAMP, create_ticket

WHY = {"reason": "诉求人来电要求"}


@pytest.fixture
def admin(anonymous: TestClient, session: Session, now: datetime) -> TestClient:
    return sign_in(anonymous, session, Role.ADMINISTRATOR, now)


@pytest.fixture
def ticket(session: Session, own: Settings) -> Ticket:
    return old_ticket(session, own, now=this_moment())


def person(ticket: Ticket, rest: str = "") -> str:
    return f"/api/v1/people/{ticket.number}{rest}"


def test_the_file_holds_all_that_is_kept_and_names_nobody_and_no_id(
    admin: TestClient, session: Session, ticket: Ticket
) -> None:
    assert admin.post(person(ticket, "/file"), json={"reason": ""}).status_code == 422
    answer = admin.post(person(ticket, "/file"), json=WHY)
    body = answer.json()
    assert "administrator-1" in body["watermark"]
    assert ticket.number in answer.headers["content-disposition"]
    assert body["identity"]["phone"] == "+8613989001234"
    kept = body["kept"]
    assert kept["ticket"][0]["sealed_text"] == LAMP
    assert kept["utterance"][0]["sealed_text"] == LAMP
    assert kept["reminder"][0]["sealed_text"] == LAMP
    assert str(ticket.person_id) not in answer.text
    looks = session.exec(select(AccessLog).where(AccessLog.subject == ticket.number)).all()
    assert [(each.what, privacy.why(whose.requester(session, ticket), each)) for each in looks] == [
        ("file", WHY["reason"])
    ]
    reads = admin.get(person(ticket, "/reads")).json()["items"]
    assert reads[0]["text"].endswith("12345热线管理员导出了您的个人信息。")
    assert "administrator-1" not in str(reads)


def test_a_view_opens_once_and_is_told_to_the_auditor(
    client: TestClient, session: Session, now: datetime
) -> None:
    number = create_ticket(session, now=now).number
    path = f"/api/v1/tickets/{number}/reveal"
    before = client.get(f"/api/v1/tickets/{number}").json()["version"]
    token = client.post(path, json=WHY).json()["token"]
    seen = client.post(f"{path}/view", json={"token": token}).json()
    assert seen["phone"] == "+8613989001234"
    assert "agent-1" in seen["watermark"]
    assert client.post(f"{path}/view", json={"token": token}).status_code == 404
    shown = client.get(f"/api/v1/tickets/{number}").json()
    assert shown["history"][-1]["type"] == "identity.revealed"
    assert shown["version"] == before  # whoever has the page open is not out of date
    auditor = sign_in(another(session), session, Role.AUDITOR, now)
    looks = auditor.get(f"/api/v1/tickets/{number}/who-saw").json()["items"]
    assert [(each["actor"], each["role"], each["what"]) for each in looks] == [
        ("agent-1", "agent", "identity")
    ]
    assert client.get(f"/api/v1/tickets/{number}/who-saw").status_code == 403
    later = {"since": "2099-01-01T00:00:00+08:00"}
    none = auditor.get(f"/api/v1/tickets/{number}/who-saw", params=later)
    assert none.json()["items"] == []


def test_held_lifted_erased_and_every_page_still_stands(admin: TestClient, ticket: Ticket) -> None:
    held = admin.post(person(ticket, "/holds"), json=WHY).json()
    assert (held["held"], held["hindrance"]) == (True, "held")
    assert admin.post(person(ticket, "/erasure"), json=WHY).status_code == 409
    assert admin.post(person(ticket, "/holds/lift"), json=WHY).json()["hindrance"] is None
    erased = admin.post(person(ticket, "/erasure"), json=WHY)
    assert erased.json()["by"] == "administrator-1"
    state = admin.get(person(ticket)).json()
    assert (state["hindrance"], state["erased_at"] is None) == ("erased", False)
    assert admin.post(person(ticket, "/file"), json=WHY).status_code == 409
    shown = admin.get(f"/api/v1/tickets/{ticket.number}").json()
    assert (shown["title"], shown["text"]) == (ERASED, ERASED)
    assert "13989001234" not in str(shown)
    call = admin.get(f"/api/v1/calls/{ticket.call_id}").json()
    assert (call["transcript"], call["recording"]) == ([ERASED], "erased")
    for path in ("/api/v1/tickets", "/api/v1/calls", "/api/v1/callbacks"):
        assert admin.get(path).status_code == 200
    for page in ("", "/state"):
        answer = admin.get(f"/console/tickets/{ticket.number}{page}")
        assert answer.status_code == 200
        assert "139****1234" not in answer.text
    token = admin.post(f"/api/v1/tickets/{ticket.number}/reveal", json=WHY).json()["token"]
    view = f"/api/v1/tickets/{ticket.number}/reveal/view"
    assert admin.post(view, json={"token": token}).json()["phone"] is None


def test_a_lead_corrects_a_number_on_the_version_they_saw(
    anonymous: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    lead = sign_in(anonymous, session, Role.TEAM_LEAD, now)
    given = {"field": "phone", "value": "13989005678", **WHY}
    path = person(ticket, "/corrections")
    assert lead.post(path, json=given, headers={"If-Match": '"99"'}).status_code == 412
    key = {"Idempotency-Key": "correct-1"}
    first = lead.post(path, json=given, headers=key)
    assert (first.status_code, first.json()["corrections"]) == (200, 1)
    assert lead.post(path, json=given, headers=key).json() == first.json()
    assert lead.get(f"/api/v1/tickets/{ticket.number}").json()["requester"] == "139****5678"
    assert lead.post(person(ticket, "/erasure"), json=WHY).status_code == 403


def test_a_sealed_ticket_of_the_same_person_is_in_nobody_elses_file(
    admin: TestClient, session: Session, ticket: Ticket
) -> None:
    secret = create_ticket(session, now=this_moment(), text="举报河道倒泥浆。")
    lead = sign_in(another(session), session, Role.TEAM_LEAD, this_moment())
    lead.post(f"/api/v1/tickets/{secret.number}/seal", json=WHY)
    given = {"field": "text", "value": "举报河道夜里倒泥浆。", **WHY}
    assert lead.post(person(secret, "/corrections"), json=given).status_code == 200
    for path in ("/file", "/holds"):
        answer = admin.post(person(ticket, path), json=WHY)
        assert answer.status_code == 200
        assert "泥浆" not in answer.text
        assert secret.number not in answer.text
    assert admin.get(person(ticket)).json()["corrections"] == 0
    assert admin.get(person(secret)).status_code == 404


@pytest.mark.parametrize("came", sealed_calls.WAYS)
def test_no_call_of_a_sealed_ticket_is_in_somebody_elses_copy(
    admin: TestClient, session: Session, ticket: Ticket, came: str
) -> None:
    secret = create_ticket(session, now=this_moment())
    call = sealed_calls.create(session, secret, came, now=this_moment())
    call.person_id = secret.person_id = ticket.person_id
    lead = sign_in(another(session), session, Role.TEAM_LEAD, this_moment())
    before = admin.post(person(ticket, "/file"), json=WHY).json()["kept"]
    lead.post(f"/api/v1/tickets/{secret.number}/seal", json=WHY)
    after = admin.post(person(ticket, "/file"), json=WHY).json()["kept"]
    assert len(before["call"]) == len(after["call"]) + 1
    assert len(before["utterance"]) == len(after["utterance"]) + 1

"""An inspection heard without a ticket, and handed on from who is away: pages and API."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from dispatch.inspection.models_inspection import Inspection
from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from hotline.core.privacy import RECORDING, AccessLog
from hotline.core.settings import Settings
from telephony.models import Call
from tests.api.conftest import another, sign_in
from tests.console.conftest import enter
from tests.console.test_call_cases import SOUND, taped
from tests.dispatch import inspection_scene as scene

PAGE, DOOR = "/console/inspection", "/api/v1/inspections"
INSPECTOR = "quality_inspector-1"
WISH = {"to": "second", "why": "away"}


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def inspector(session: Session, at: datetime) -> TestClient:
    return enter(another(session), session, Role.INSPECTOR, at)


@pytest.fixture
def found(session: Session, own: Settings, at: datetime, inspector: TestClient) -> Inspection:
    assert inspector  # whose account has a name
    made = scene.drawn(session, at, inspector=INSPECTOR, agent="who-talked")
    taped(session, own, session.get_one(Call, made.call_id))
    scene.person(session, "second", Role.INSPECTOR, at)
    return made


def test_a_call_without_a_ticket_is_heard_from_its_inspection_with_a_reason(
    inspector: TestClient, agent: TestClient, session: Session, found: Inspection
) -> None:
    own = f"{PAGE}/{found.id}"
    page = inspector.get(own).text
    assert f'action="{own}/recording"' in page
    assert "<audio" not in page
    assert inspector.get(f"{own}/recording/sound").status_code == 403
    part = {"HX-Request": "true"}
    opened = inspector.post(f"{own}/recording", data={"reason": "质检"}, headers=part).text
    assert f'src="{own}/recording/sound"' in opened
    heard = inspector.get(f"{own}/recording/sound", headers={"Range": "bytes=0-3"})
    assert (heard.status_code, heard.content) == (206, SOUND[:4])
    looks = select(AccessLog.actor, AccessLog.subject).where(AccessLog.what == RECORDING)
    rows = session.exec(looks.order_by(col(AccessLog.id))).all()
    assert rows == [(INSPECTOR, f"call:{found.call_id}")]
    assert agent.get(f"{own}/recording/sound").status_code == 403


def test_it_is_handed_on_from_the_page_by_a_team_lead(
    lead: TestClient, agent: TestClient, session: Session, found: Inspection
) -> None:
    own = f"{PAGE}/{found.id}"
    assert "移交给别的质检员" in lead.get(own).text
    form = {**WISH, "version": str(found.version)}
    assert agent.post(f"{own}/hand-over", data=form).status_code == 403
    wrong = lead.post(f"{own}/hand-over", data={**form, "to": "who-talked"})
    assert (wrong.status_code, "这个人不能质检这一件" in wrong.text) == (422, True)
    assert "把质检单移交给了别人" in lead.post(f"{own}/hand-over", data=form).text
    session.expire_all()
    assert found.inspector == "second"
    assert lead.post(f"{own}/hand-over", data=form).status_code == 412


def test_it_is_handed_on_over_http_once(session: Session, at: datetime, found: Inspection) -> None:
    lead = sign_in(another(session), session, Role.TEAM_LEAD, at)
    auditor = sign_in(another(session), session, Role.AUDITOR, at)
    door = f"{DOOR}/{found.id}/hand-over"
    assert auditor.post(door, json=WISH).status_code == 403
    assert lead.post(door, json={**WISH, "to": "who-talked"}).status_code == 422
    once = {"Idempotency-Key": "once"}
    given = lead.post(door, json=WISH, headers=once)
    assert (given.status_code, given.json()["inspector"]) == (200, "second")
    assert lead.post(door, json=WISH, headers=once).json() == given.json()
    assert lead.post(door, json=WISH).status_code == 409

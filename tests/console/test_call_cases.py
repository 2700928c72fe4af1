"""来电差评 in the console: heard with a reason, verified, closed with what was done."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.callback import call_ratings
from dispatch.ratings.models_call_ratings import BadCallRating
from hotline.core.clock import now as clock
from hotline.core.privacy import RECORDING, AccessLog
from hotline.core.settings import Settings
from telephony import records
from telephony.models import Call
from tests.dispatch import inspection_scene as scene
from tests.factories import create_ticket

PAGE = "/console/ratings/calls"
SOUND = b"RIFF" + bytes(range(96))


def taped(session: Session, own: Settings, call: Call) -> Call:
    """Lay the call's recording where the player looks for it."""
    recording = records.recording_of(session, call)
    assert recording
    path = own.recordings_dir / recording.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(SOUND)
    return call


@pytest.fixture
def case(session: Session, own: Settings) -> BadCallRating:
    at = clock()
    call = taped(session, own, scene.talk(session, at - timedelta(minutes=5), agent="who-talked"))
    call_ratings.rate(session, call, 1, now=at)
    return session.exec(select(BadCallRating)).one()


def test_heard_verified_and_closed(
    lead: TestClient, auditor: TestClient, session: Session, case: BadCallRating
) -> None:
    assert "待核实" in lead.get(PAGE).text
    own = f"{PAGE}/{case.id}"
    page = lead.get(own).text
    assert "可以回电" in page
    assert "路灯坏了一个星期" in page
    assert lead.get(f"{own}/recording/sound").status_code == 403
    assert lead.post(f"{own}/recording", data={"reason": " "}).status_code == 422
    said = lead.post(f"{own}/recording", data={"reason": "核实差评"}, follow_redirects=False)
    assert (said.status_code, said.headers["location"]) == (303, f"{own}#recording")
    assert "<audio" in lead.get(own).text
    assert lead.get(f"{own}/recording/sound").content == SOUND
    looks = select(AccessLog.subject).where(AccessLog.what == RECORDING)
    assert session.exec(looks).all() == [f"call:{case.call_id}"]
    form = {"verdict": "founded", "note": "听了录音，属实", "version": "1"}
    assert auditor.post(f"{own}/verify", data=form).status_code == 403
    assert "听了录音，属实" in lead.post(f"{own}/verify", data=form).text
    assert lead.post(f"{own}/verify", data=form).status_code == 412
    done = {"done": ["talked", "called_back"], "words": "谈了话", "version": "2"}
    refused = lead.post(f"{own}/close", data=done)
    assert (refused.status_code, "请先回电" in refused.text) == (409, True)
    closed = lead.post(f"{own}/close", data=done | {"done": ["talked"]}).text
    assert "谈了话" in closed
    assert "没有来电差评" in lead.get(PAGE).text
    assert "与坐席谈话" in lead.get(f"{PAGE}?closed=true").text


def test_the_agent_does_not_see_their_own(
    lead: TestClient, agent: TestClient, session: Session, case: BadCallRating
) -> None:
    case.agent = "team_lead-1"
    session.flush()
    assert lead.get(f"{PAGE}/{case.id}").status_code == 404
    assert "没有来电差评" in lead.get(PAGE).text
    assert agent.get(PAGE).status_code == 403


def test_a_call_with_a_ticket_is_heard_on_the_ticket_s_page(
    lead: TestClient, session: Session, case: BadCallRating, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    ticket.call_id = case.call_id
    session.flush()
    page = lead.get(f"{PAGE}/{case.id}").text
    assert f"/console/tickets/{ticket.number}/recording" in page
    assert lead.get(f"{PAGE}/{case.id}/recording/sound").status_code == 404

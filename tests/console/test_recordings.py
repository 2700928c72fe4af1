"""Listening to a caller takes a reason."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch import intake
from dispatch.models import Ticket
from hotline.core.privacy import AccessLog
from hotline.core.settings import Settings
from telephony import records
from tests.factories import create_ended_call

SOUND = b"RIFF" + bytes(range(96))


@pytest.fixture
def ticket(session: Session, own: Settings, now: datetime) -> Ticket:
    """A ticket whose call was recorded."""
    call = create_ended_call(session, now=now, said=("路灯坏了", "我的电话是13989001234"))
    recording = records.recording_of(session, call)
    assert recording
    path = own.recordings_dir / recording.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(SOUND)
    made = intake.register_call(session, call.id, district="540100", auto_dispatch=False, now=now)
    assert made
    session.flush()
    return made


def sound(ticket: Ticket) -> str:
    return f"/console/tickets/{ticket.number}/recording.wav"


def ask(client: TestClient, ticket: Ticket, reason: str) -> str:
    form = {"reason": reason}
    part = {"HX-Request": "true"}
    return client.post(f"/console/tickets/{ticket.number}/recording", data=form, headers=part).text


def test_nobody_listens_without_having_said_why(
    agent: TestClient, session: Session, ticket: Ticket
) -> None:
    assert agent.get(sound(ticket)).status_code == 403
    assert "请写明理由" in ask(agent, ticket, " ")
    assert agent.get(sound(ticket)).status_code == 403
    assert "<audio" in ask(agent, ticket, "核对地点")
    heard = agent.get(sound(ticket))
    assert heard.content == SOUND
    assert heard.headers["Cache-Control"] == "no-store"
    kept = session.exec(select(AccessLog).where(AccessLog.subject == ticket.number)).one()
    assert (kept.actor, kept.what, kept.reason) == ("agent-1", "recording", "核对地点")


def test_a_reason_holds_for_an_hour(agent: TestClient, session: Session, ticket: Ticket) -> None:
    ask(agent, ticket, "核对地点")
    kept = session.exec(select(AccessLog).where(AccessLog.subject == ticket.number)).one()
    kept.at -= timedelta(minutes=61)
    session.flush()
    assert agent.get(sound(ticket)).status_code == 403


def test_one_may_jump_into_the_middle(agent: TestClient, ticket: Ticket) -> None:
    ask(agent, ticket, "核对地点")
    part = agent.get(sound(ticket), headers={"Range": "bytes=10-19"})
    assert part.status_code == 206
    assert part.content == SOUND[10:20]
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(SOUND)}"


def test_the_words_stand_beside_it_masked(agent: TestClient, ticket: Ticket) -> None:
    page = agent.get(f"/console/tickets/{ticket.number}").text
    assert "我的电话是139****1234" in page
    assert "13989001234" not in page

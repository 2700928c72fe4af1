"""Listening to a caller takes a reason."""

import re
from datetime import datetime, timedelta
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch import intake
from dispatch.models import Ticket
from dispatch.people import whose
from hotline.core import privacy
from hotline.core.privacy import AccessLog
from hotline.core.settings import Settings
from telephony import records, sealed_recordings
from telephony.models import Recording, RecordingStatus
from tests.factories import create_ended_call
from tests.telephony.test_sealed_recordings import SPEECH, make_tape

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
    return f"/console/tickets/{ticket.number}/recording/sound"


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
    assert f"{ticket.number} (agent-1 20" in unquote(heard.headers["Content-Disposition"])
    kept = session.exec(select(AccessLog).where(AccessLog.subject == ticket.number)).one()
    assert (kept.actor, kept.what) == ("agent-1", "recording")
    assert privacy.why(whose.requester(session, ticket), kept) == "核对地点"


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


@pytest.fixture
def taped(session: Session, own: Settings, ticket: Ticket) -> Recording:
    """The ticket's recording as a worker leaves it."""
    assert ticket.call_id
    found = records.recording_of(session, records.get_call(session, ticket.call_id))
    assert found
    found.path = f"2026/11/25/{found.call_id}.tape"
    make_tape(own.recordings_dir / found.path, SPEECH)
    session.flush()
    return found


def test_a_tape_plays_at_once_and_its_flac_later_and_both_look_alike(
    agent: TestClient, session: Session, own: Settings, ticket: Ticket, taped: Recording
) -> None:
    page = ask(agent, ticket, "核对地点")
    [wave] = re.findall(r'id="wave" data-points="([0-9a-f]+)"', page)
    first = agent.get(sound(ticket))
    assert first.headers["Content-Type"] == "audio/wav"
    assert unquote(first.headers["Content-Disposition"]).endswith(".wav")
    with session.no_autoflush:
        assert sealed_recordings.seal(session, taped.id or 0, own.recordings_dir)
    second = agent.get(sound(ticket))
    assert second.headers["Content-Type"] == "audio/flac"
    assert second.content[:4] == b"fLaC"
    part = agent.get(sound(ticket), headers={"Range": "bytes=1000-1999"})
    assert part.content == second.content[1000:2000]
    assert taped.waveform
    assert taped.waveform.hex() == wave


def test_no_waveform_is_shown_to_who_has_not_said_why(
    agent: TestClient, ticket: Ticket, taped: Recording
) -> None:
    assert taped.path
    assert 'id="wave"' not in agent.get(f"/console/tickets/{ticket.number}").text


def test_a_recording_that_is_gone_is_said_to_be_gone(
    agent: TestClient, session: Session, ticket: Ticket, taped: Recording
) -> None:
    ask(agent, ticket, "核对地点")
    taped.status = RecordingStatus.REMOVED
    session.flush()
    assert agent.get(sound(ticket)).status_code == 404
    page = agent.get(f"/console/tickets/{ticket.number}").text
    assert "录音保存期满，已清除。" in page
    assert "<audio" not in page


def test_a_team_lead_holds_it_on_the_page_and_an_agent_only_reads_so(
    agent: TestClient, lead: TestClient, ticket: Ticket, taped: Recording
) -> None:
    page = f"/console/tickets/{ticket.number}"
    assert taped.path
    assert agent.post(f"{page}/recording/hold", data={"reason": "法院调取"}).status_code == 403
    assert "请写明理由" in lead.post(f"{page}/recording/hold", data={"reason": " "}).text
    assert "依法保留" not in lead.get(page).text
    assert "依法保留" in lead.post(f"{page}/recording/hold", data={"reason": "法院调取"}).text
    seen = agent.get(page).text
    assert "依法保留" in seen
    assert "recording/lift" not in seen
    assert "依法保留" not in lead.post(f"{page}/recording/lift", data={"reason": "已结案"}).text


def test_the_words_stand_beside_it_masked(agent: TestClient, ticket: Ticket) -> None:
    page = agent.get(f"/console/tickets/{ticket.number}").text
    assert "我的电话是139****1234" in page
    assert "13989001234" not in page

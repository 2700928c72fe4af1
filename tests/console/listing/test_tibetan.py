"""What the machine can't read reaches who can: marked, filtered, and first in their list."""

import re
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch import intake
from dispatch.models import Ticket
from dispatch.states import TicketStatus
from telephony.models import Seat
from tests.dispatch.earning_scene import CALLERS
from tests.factories import create_ended_call, create_ticket

NUMBER = re.compile(r'data-key="(\w+)"')
SAID = "ལྷ་ས་གྲོང་ཁྱེར་ཁྲིན་ཀོན་ཆུས་ཀྱི་ལམ་སྒྲོན་མེ་མི་འདུག"


def called_in(session: Session, now: datetime, *said: str, language: str = "") -> Ticket:
    caller = str(next(CALLERS))  # the same one's second call would be a reminder
    call = create_ended_call(session, now=now, said=said, caller=caller)
    call.language = language
    made = intake.register_call(session, call.id, district="540100", auto_dispatch=False, now=now)
    assert made
    return made


@pytest.fixture
def speaks_tibetan(agent: TestClient, session: Session) -> Seat:
    """The agent's seat, with the language that few have."""
    assert agent.get("/api/v1/seats/me").status_code == 200
    seat = session.exec(select(Seat)).one()
    seat.skills = {"zh": 9, "bo": 6}
    session.flush()
    return seat


def test_it_is_marked_and_found_by_a_filter(
    agent: TestClient, session: Session, now: datetime
) -> None:
    theirs, other = called_in(session, now, SAID), create_ticket(session, now=now)
    assert theirs.wanted_skill == "bo"
    page = agent.get("/console/?tibetan=1").text
    assert NUMBER.findall(page) == [theirs.number]
    assert "需懂藏语" in page
    assert "需懂藏语" in agent.get(f"/console/tickets/{theirs.number}").text
    assert "需懂藏语" not in agent.get(f"/console/tickets/{other.number}").text
    listed = agent.get("/api/v1/tickets", params={"wanted_skill": "bo"}).json()["items"]
    assert [(each["number"], each["wanted_skill"]) for each in listed] == [(theirs.number, "bo")]


def test_what_was_recognised_of_a_caller_who_asked_for_tibetan_needs_it_too(
    session: Session, now: datetime
) -> None:
    said = "这里的路灯坏了，请派人来修"  # whatever the recogniser made of it
    assert called_in(session, now, said, language="bo").wanted_skill == "bo"
    assert called_in(session, now, said, language="zh").wanted_skill == ""


@pytest.mark.usefixtures("speaks_tibetan")
def test_who_speaks_it_sees_what_waits_first_and_no_line_twice(
    agent: TestClient, session: Session, now: datetime
) -> None:
    old = called_in(session, now, SAID)
    sent = called_in(session, now, SAID)
    sent.status = TicketStatus.DISPATCHED
    newer = create_ticket(session, now=now + timedelta(hours=1))
    session.flush()
    for path in ("/console/", "/console/rows", "/console/?status=registered"):
        found = NUMBER.findall(agent.get(path).text)
        assert found[:2] == [old.number, newer.number]
        assert len(set(found)) == len(found)
    assert NUMBER.findall(agent.get("/console/?reminded=1").text) == []


def test_to_others_it_stands_where_it_belongs(
    agent: TestClient, session: Session, now: datetime
) -> None:
    old = called_in(session, now, SAID)
    newer = create_ticket(session, now=now + timedelta(hours=1))
    session.flush()
    assert NUMBER.findall(agent.get("/console/").text) == [newer.number, old.number]

"""What waits, one list each."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.beside import extensions, supervision, suspensions
from dispatch.beside.supervision import Cause
from dispatch.handling import info_requests
from dispatch.models import Ticket
from hotline.console import registers, waiting
from hotline.console.waiting import Register
from hotline.core import clock
from hotline.core.accounts import Actor, Role
from tests.console.matters import URBAN, contested, handled, system

LEAD = Actor("team_lead-1", Role.TEAM_LEAD)
URBAN_NAME = "城关区城市管理和综合执法局"


def case(session: Session) -> Ticket:
    return contested(session, clock.now())


def supervised(session: Session) -> Ticket:
    now = clock.now()
    ticket, order = handled(session, now)
    supervision.supervise(session, ticket, order, Cause.PERSON, "请说明进展", actor=LEAD, now=now)
    return ticket


def suspended(session: Session) -> Ticket:
    now = clock.now()
    ticket, _ = handled(session, now)
    day = (now + timedelta(days=30)).date()
    suspensions.suspend(session, ticket, URBAN, day, "冻土期不能开挖", actor=LEAD, now=now)
    return ticket


def extension(session: Session) -> Ticket:
    now = clock.now()
    ticket, order = handled(session, now)
    extensions.request_extension(session, order, 5, "灯杆在途", actor=system(URBAN), now=now)
    return ticket


def question(session: Session) -> Ticket:
    now = clock.now()
    ticket, order = handled(session, now)
    info_requests.ask(session, order, "是哪一盏路灯？", actor=system(URBAN), now=now)
    return ticket


MADE: dict[Register, tuple[Callable[[Session], Ticket], tuple[str, ...]]] = {
    Register.ARBITRATIONS: (case, ("两个单位都认为不属本单位职责", URBAN_NAME, "会商时限")),
    Register.SUPERVISIONS: (supervised, ("领导批示：请说明进展", URBAN_NAME, "督办反馈时限")),
    Register.SUSPENSIONS: (suspended, ("冻土期不能开挖", URBAN_NAME, "挂账复核时限")),
    Register.EXTENSIONS: (extension, ("5 个工作日：灯杆在途", URBAN_NAME, "答复时限")),
    Register.QUESTIONS: (question, ("是哪一盏路灯？", URBAN_NAME, "答复时限")),
}


@pytest.mark.parametrize("register", Register)
def test_what_waits_is_listed_with_why_who_and_until_when(
    agent: TestClient, session: Session, register: Register
) -> None:
    make, words = MADE[register]
    ticket = make(session)
    session.flush()
    shown = agent.get(f"/console/registers/{register}").text
    for word in (ticket.number, "路灯坏了", *words, "还剩"):
        assert word in shown
    assert "13989001234" not in shown
    assert ticket.number in agent.get(f"/console/registers/{register}/rows").text


@pytest.mark.parametrize("register", Register)
def test_the_navigation_leads_there_and_counts(
    agent: TestClient, session: Session, register: Register
) -> None:
    assert f'href="/console/registers/{register}"' in agent.get("/console/").text
    counts = f"/console/registers/counts?here={register}"
    assert 'class="count"' not in agent.get(counts).text
    for _ in range(2):
        MADE[register][0](session)
    session.flush()
    assert re.findall(r'<b class="count">(\d+)</b>', agent.get(counts).text) == ["2"]
    assert f'href="/console/registers/{register}" aria-current="page"' in agent.get(counts).text


@pytest.mark.parametrize("register", Register)
def test_a_long_register_is_read_page_by_page_without_gaps(
    agent: TestClient, session: Session, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers, "SHOWN", 2)
    made = {MADE[register][0](session).number for _ in range(5)}
    session.flush()
    seen: list[str] = []
    path = f"/console/registers/{register}"
    while path:
        shown = agent.get(path).text
        seen += re.findall(r'id="r\d+" href="/console/tickets/(\d+)"', shown)
        further = re.search(r'href="(/console/registers/\w+\?after=[^"]+)"', shown)
        path = further[1] if further else ""
    assert len(seen) == 5
    assert set(seen) == made


def test_an_empty_register_says_so(agent: TestClient) -> None:
    assert "现在没有" in agent.get("/console/registers/questions").text
    assert agent.get("/console/registers/nothing").status_code == 422


def test_what_is_settled_waits_no_longer(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = supervised(session)
    (row,) = supervision.of_ticket(session, ticket)
    supervision.answer(session, row, "已更换电缆。", actor=system(URBAN), now=now)
    session.flush()
    assert "已反馈" in agent.get("/console/registers/supervisions").text
    supervision.lift(session, row, actor=LEAD, now=now)
    session.flush()
    assert ticket.number not in agent.get("/console/registers/supervisions").text


def test_every_register_has_its_reader_and_its_permission() -> None:
    assert waiting.READS.keys() == waiting.PERMISSIONS.keys() == set(Register)

"""热点预警 in the console: who sees it, what it says, and how it is decided."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.hot import deciding
from dispatch.hot.deciding import Verdict
from dispatch.hot.models_hot import HotAlert
from dispatch.hot.states import Decision
from dispatch.models import Ticket
from hotline.core.accounts import Account, Actor, Role
from hotline.core.clock import now as clock
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.dispatch.hot_scene import alert_of, burst, looked, quiet_weeks

PAGE = "/console/hot"


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def hot(session: Session, at: datetime) -> tuple[HotAlert, list[Ticket]]:
    quiet_weeks(session, at)
    tickets = burst(session, at)
    for _ in range(12):
        looked(session, at)
    alert = session.exec(select(HotAlert)).one()
    return alert, tickets


def test_an_agent_sees_what_is_hot_and_decides_nothing(
    agent: TestClient, hot: tuple[HotAlert, list[Ticket]]
) -> None:
    alert, tickets = hot
    page = agent.get(PAGE).text
    assert "城关区" in page
    assert "停电" in page
    assert "6 件" in page
    one = agent.get(f"{PAGE}/{alert.id}").text
    assert all(each.number in one for each in tickets)
    assert "确定处置" not in one
    given = {"decision": "none", "reason": "x", "version": alert.version}
    assert agent.post(f"{PAGE}/{alert.id}/decision", data=given).status_code == 403


def test_a_team_lead_merges_from_the_alert_s_page(
    lead: TestClient, hot: tuple[HotAlert, list[Ticket]]
) -> None:
    alert, tickets = hot
    given = {
        "decision": "merge",
        "reason": "同一处停电",
        "version": str(alert.version),
        "main": tickets[0].number,
        "member": [each.number for each in tickets],
    }
    answer = lead.post(f"{PAGE}/{alert.id}/decision", data=given, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    assert "并单" in lead.get(f"{PAGE}/{alert.id}").text
    assert "准确率 100%" in lead.get(f"{PAGE}?state=decided").text


def test_what_is_refused_is_said_and_nothing_is_decided(
    lead: TestClient, hot: tuple[HotAlert, list[Ticket]]
) -> None:
    alert, _ = hot
    stale = {"decision": "none", "reason": "误报", "version": str(alert.version - 1)}
    assert lead.post(f"{PAGE}/{alert.id}/decision", data=stale).status_code == 412
    wordless = {"decision": "none", "reason": " ", "version": str(alert.version)}
    answer = lead.post(f"{PAGE}/{alert.id}/decision", data=wordless)
    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    nowhere = {**wordless, "decision": "inform", "reason": "停电", "department": "没有这个局"}
    assert "没有叫这个名称的承办单位" in lead.post(f"{PAGE}/{alert.id}/decision", data=nowhere).text
    assert alert.state != "decided"


def test_departments_are_told_by_name(lead: TestClient, hot: tuple[HotAlert, list[Ticket]]) -> None:
    alert, _ = hot
    given = {
        "decision": "inform",
        "reason": "停电",
        "version": str(alert.version),
        "department": "城关区城市管理和综合执法局",
    }
    lead.post(f"{PAGE}/{alert.id}/decision", data=given)
    assert "城关区城市管理和综合执法局" in lead.get(f"{PAGE}/{alert.id}").text


def test_a_department_reads_in_its_notice_what_is_hot_and_no_ticket_of_it(
    session: Session, hot: tuple[HotAlert, list[Ticket]], at: datetime
) -> None:
    alert, tickets = hot
    verdict = Verdict(Decision.INFORM, "片区停电", departments=("540102-urban",))
    deciding.decide(session, alert, verdict, actor=Actor("lead", Role.TEAM_LEAD), now=at)
    handler = enter(another(session), session, Role.HANDLER, at)
    account = session.exec(select(Account).where(Account.role == Role.HANDLER)).one()
    account.department = "540102-urban"
    session.flush()
    page = handler.get("/portal/notices").text
    assert "城关区，公用事业 / 供电 / 停电：6 件" in page
    assert not any(each.number in page for each in tickets)
    assert handler.get(f"{PAGE}/{alert.id}").status_code == 403


def test_the_list_is_filtered_paged_and_refreshes_alone(
    lead: TestClient, session: Session, at: datetime
) -> None:
    for place in range(60):
        alert_of(session, at, f"{place:06}")
    page = lead.get(PAGE).text
    assert page.count('data-key="h') == 50
    further = page.split("&on=")[1].split('"')[0]
    assert lead.get(PAGE, params={"on": further}).text.count('data-key="h') == 10
    assert "没有热点" in lead.get(f"{PAGE}?state=decided").text
    assert "没有热点" in lead.get(f"{PAGE}?mine=true").text
    assert "<html" not in lead.get(f"{PAGE}/rows").text
    assert "sse:hot.raised" in page


def test_a_department_has_no_such_page(session: Session, at: datetime) -> None:
    handler = enter(another(session), session, Role.HANDLER, at)
    assert handler.get(PAGE).status_code == 403


def test_no_alert_is_found_by_a_number_that_is_none(lead: TestClient) -> None:
    for name in ("0", "999999", str(2**40)):
        assert lead.get(f"{PAGE}/{name}").status_code == 404

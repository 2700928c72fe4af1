"""堵点难点 and 案例库 in the console and the portal: who sees what, and what each form does."""

import re
from datetime import date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from dispatch.cases import reading
from dispatch.cases.models_cases import WorkedCase
from dispatch.problems.models_problems import Problem
from dispatch.problems.states import State
from dispatch.problems.writing import Step
from hotline.core.accounts import Account, Role
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.dispatch.cases import scene as cases
from tests.dispatch.problems import scene
from tests.dispatch.problems.scene import LEAD, OWNER

PAGE, OWN, CASES = "/console/problems", "/portal/problems", "/console/cases"


def typed(**changes: str) -> dict[str, str]:
    given = {
        "year": "2026",
        "title": "路灯成片不亮",
        "met": "夜间没有照明。",
        "cause": "管护未衔接。",
        "measure": "统一移交。",
        "matter": "城乡建设/市政设施",
        "district": "540102",
        "lead": LEAD,
        "assisting": "",
        "indicator": "requests",
        "aim": "at_most",
        "target": "20",
        "baseline_first": "2025-03-01",
        "baseline_last": "2025-03-31",
        "owner": OWNER,
        "milestones": "2026-06-30 完成移交\n\n2026-12-31 更换灯具",
    }
    return {**given, **changes}


@pytest.fixture
def handler(session: Session, now: datetime) -> TestClient:
    """A browser in which somebody of the lead department is signed in."""
    browser = enter(another(session), session, Role.HANDLER, now)
    account = session.exec(select(Account).where(Account.username == f"{Role.HANDLER}-1")).one()
    account.department = LEAD
    session.flush()
    return browser


def newest(session: Session) -> Problem:
    return session.exec(select(Problem).order_by(col(Problem.id).desc()).limit(1)).one()


def test_a_team_lead_proposes_and_somebody_else_lists(
    lead: TestClient, session: Session, now: datetime
) -> None:
    scene.owner(session, now)
    made = lead.post(PAGE, data=typed(), follow_redirects=False)
    assert made.status_code == 303, made.text
    problem = newest(session)
    one = lead.get(f"{PAGE}/{problem.id}").text
    assert all(word in one for word in ("路灯成片不亮", "完成移交", "2026-12-31", "城关区"))
    given = {"action": "put_on_list", "version": str(problem.version)}
    refused = lead.post(f"{PAGE}/{problem.id}/action", data=given)
    assert refused.status_code == 403
    assert "提出或修改的人不能入单" in refused.text
    other = enter(another(session), session, Role.SUPERVISOR, now)
    assert "路灯成片不亮" in other.get(f"{PAGE}?year=2026").text
    done = other.post(f"{PAGE}/{problem.id}/action", data=given, follow_redirects=False)
    assert done.status_code == 303, done.text
    assert problem.state == State.LISTED
    assert "已入单" in other.get(f"{PAGE}?year=2026&state=listed").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"year": "二〇二六"}, "请填写年度"),
        ({"baseline_last": "x"}, "请填写年度"),
        ({"target": "很少"}, "目标值请填数字"),
        ({"milestones": "完成移交"}, "节点请一行写一个"),
        ({"indicator": "connect"}, "请选工单或承办单的比率或件数"),
        ({"matter": "一/二/三/四"}, "事项最多三级"),
        ({"owner": "nobody"}, "责任人请填"),
        ({"baseline_last": "2035-01-01"}, "对照时段不能超过一年"),
    ],
)
def test_what_is_refused_is_said_and_what_was_typed_stays(
    lead: TestClient, session: Session, now: datetime, changes: dict[str, Any], said: str
) -> None:
    scene.owner(session, now)
    answer = lead.post(PAGE, data=typed(**changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert "统一移交。" in answer.text
    assert session.exec(select(Problem)).first() is None


def test_a_stale_form_changes_nothing(lead: TestClient, session: Session, now: datetime) -> None:
    problem = scene.proposed(session, now)
    stale = typed(title="别的", version=str(problem.version - 1))
    assert lead.post(f"{PAGE}/{problem.id}", data=stale).status_code == 412
    fresh = {**stale, "version": str(problem.version)}
    assert lead.post(f"{PAGE}/{problem.id}", data=fresh).status_code == 200
    assert problem.title == "别的"


def test_an_auditor_reads_and_an_agent_does_not(
    auditor: TestClient, agent: TestClient, session: Session, now: datetime
) -> None:
    problem = scene.listed(session, now)
    one = auditor.get(f"{PAGE}/{problem.id}").text
    assert "前后对比" in one
    assert f'action="{PAGE}/{problem.id}/action"' not in one
    assert auditor.get(f"{PAGE}/new").status_code == 403
    assert auditor.get(f"{PAGE}/candidates?by=repeated").status_code == 200
    for path in ("", "/candidates", f"/{problem.id}"):
        assert agent.get(f"{PAGE}{path}").status_code == 403


def test_the_lead_department_reports_and_claims_in_its_portal(
    handler: TestClient, session: Session, now: datetime
) -> None:
    problem = scene.listed(session, now)
    scene.proposed(session, now, title="还没入单")
    page = handler.get(OWN).text
    assert problem.title in page
    assert "还没入单" not in page
    version = str(problem.version)
    told = {"words": "已移交", "done": "true", "version": version}
    done = handler.post(f"{OWN}/{problem.id}/milestones/1", data=told, follow_redirects=False)
    assert done.status_code == 303, done.text
    stale = handler.post(f"{OWN}/{problem.id}/claim", data={"words": "好", "version": version})
    assert stale.status_code == 412
    claim = {"words": "灯都亮了", "version": str(problem.version)}
    assert handler.post(f"{OWN}/{problem.id}/claim", data=claim).status_code == 200
    assert (problem.state, problem.claim) == (State.CLAIMED, "灯都亮了")


def test_a_late_milestone_is_shown(
    handler: TestClient, lead: TestClient, session: Session, now: datetime
) -> None:
    late = Step("移交", date(2026, 1, 1))
    problem = scene.listed(session, now, milestones=(late,))
    for page in (lead.get(f"{PAGE}/{problem.id}"), handler.get(f"{OWN}/{problem.id}")):
        assert "2026-01-01 逾期" in page.text


def test_a_later_day_is_asked_for_in_the_portal_and_decided_in_the_console(
    handler: TestClient, lead: TestClient, session: Session, now: datetime
) -> None:
    problem = scene.listed(session, now)
    own, page = f"{OWN}/{problem.id}", f"{PAGE}/{problem.id}"
    wish = {"due_on": "2099-01-31", "words": "灯具到货推迟", "version": str(problem.version)}
    bad = handler.post(f"{own}/milestones/1/move", data={**wish, "due_on": "明年"})
    assert (bad.status_code, "请填写改到哪一天" in bad.text) == (422, True)
    done = handler.post(f"{own}/milestones/1/move", data=wish, follow_redirects=False)
    assert done.status_code == 303, done.text
    waits = "申请从 2026-12-01 改到 2099-01-31，理由：灯具到货推迟。等待决定。"
    assert waits in handler.get(own).text
    seen = lead.get(page).text
    assert waits in seen
    assert "单位申请改到 2099-01-31" in seen
    no = {"reason": "入冬前要亮", "version": str(problem.version)}
    assert "不同意：入冬前要亮" in lead.post(f"{page}/milestones/1/refusal", data=no).text
    yes = {"due_on": "2099-02-01", "reason": "同意", "version": str(problem.version)}
    assert lead.post(f"{page}/milestones/1/move", data=yes).status_code == 200
    for shown in (lead.get(page).text, handler.get(own).text):
        assert "2099-02-01" in shown
        assert "原定 2026-12-01" in shown
    assert "把第 1 个节点改到 2099-02-01" in lead.get(page).text


def test_who_assists_reads_and_has_no_form(
    handler: TestClient, session: Session, now: datetime
) -> None:
    problem = scene.listed(session, now, lead_department="540102-civil", assisting=(LEAD,))
    page = handler.get(f"{OWN}/{problem.id}")
    assert page.status_code == 200
    assert "<form class" not in page.text.split("<main")[1]
    given = {"words": "好", "version": str(problem.version)}
    assert handler.post(f"{OWN}/{problem.id}/milestones/1", data=given).status_code == 403


def test_a_case_is_written_confirmed_and_read(
    lead: TestClient, agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = cases.closed(session, now)
    given = {
        "kind": "good",
        "title": "一次查明管护单位",
        "situation": "王小明反映路灯不亮。",
        "handling": "现场确认。",
        "basis": "",
        "outcome": "三日修复。",
        "lesson": "先查移交文件。",
        "matter": "城乡建设/市政设施",
        "tickets": ticket.number,
        "tags": "并单、移交",
    }
    made = lead.post(CASES, data=given, follow_redirects=False)
    assert made.status_code == 303, made.text
    case = session.exec(select(WorkedCase)).one()
    path = f"{CASES}/{case.id}"
    assert agent.get(path).status_code == 404
    assert '<mark title="人名">王小明</mark>' in lead.get(path).text
    at = {"version": str(case.version), "text": "1"}
    assert lead.post(f"{path}/submission", data=at).status_code == 200
    publisher = enter(another(session), session, Role.SUPERVISOR, now)
    at = {"version": str(case.version), "text": "1", "action": "publish"}
    refused = publisher.post(f"{path}/decision", data=at)
    assert (refused.status_code, "还有词语没有确认" in refused.text) == (422, True)
    sure = {**at, "confirmed": ["name:王小明"]}
    assert publisher.post(f"{path}/decision", data=sure).status_code == 200
    page = agent.get(path).text
    assert ticket.number in page
    assert "<mark" not in page
    assert "一次查明管护单位" in agent.get(f"{CASES}?words=管护&matter=城乡建设").text
    assert "没有这样的案例" in agent.get(f"{CASES}?words=停水").text
    texts = reading.texts(session, case, reader=cases.READER)
    assert [each.number for each in texts] == [1]


def test_an_agent_writes_no_case(agent: TestClient) -> None:
    assert agent.get(f"{CASES}/new").status_code == 403
    assert agent.get(CASES).status_code == 200


def test_a_ticket_leads_an_agent_to_the_cases_of_its_matter(
    agent: TestClient, session: Session, now: datetime
) -> None:
    case, ticket = cases.published(session, now, matter="城乡建设/市政设施")
    ticket.category = ["城乡建设", "市政设施", "路灯"]
    session.flush()
    page = agent.get(f"/console/tickets/{ticket.number}").text
    (link,) = re.findall(r'href="(/console/cases[?]matter=[^"]+)"', page)
    assert f"/console/cases/{case.id}?text=1" in agent.get(link).text

"""The pages of reports: drafted, remarked on, signed by another, sent to a department's portal."""

import re
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from dispatch.indicators import patience
from dispatch.reports import attempts, drafting, templating
from dispatch.reports.models_reports import Report, ReportSchedule, ReportTemplate
from hotline.core.accounts import Account, Role
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.console.portal_own.scene import answered
from tests.dispatch.indicators.scene import filled
from tests.dispatch.reports.scene import URBAN

PAGE = "/console/reports"


@pytest.fixture
def yesterday(session: Session) -> datetime:
    at = clock() - timedelta(days=1)
    answered(session, at)
    filled(session, clock())
    templating.ensure_packaged(session, now=at)
    return at


@pytest.fixture
def boss(anonymous: TestClient, session: Session, now: datetime) -> TestClient:
    return enter(anonymous, session, Role.ADMINISTRATOR, now)


@pytest.fixture
def signer(session: Session, now: datetime) -> TestClient:
    return enter(another(session), session, Role.SUPERVISOR, now)


def drafted(boss: TestClient, session: Session, at: datetime) -> Report:
    form = {"template": "daily", "first": str(beijing_day(at)), "departments": URBAN}
    asked = boss.post(PAGE, data={**form, "role": ["auditor"]})
    assert asked.status_code == 200
    assert "正在定稿数据" in asked.text
    (report,) = session.exec(select(Report)).all()
    return drafting.prepare(session, report, now=clock())


def form_of(page: str, do: str) -> dict[str, str]:
    found = re.search(rf'/{do}"><input type="hidden" name="version" value="(\d+)"', page)
    assert found, f"no form to {do}"
    return {"version": found[1]}


def test_a_report_from_its_draft_to_the_department_s_portal(
    boss: TestClient, signer: TestClient, session: Session, now: datetime, yesterday: datetime
) -> None:
    report = drafted(boss, session, yesterday)
    here = f"{PAGE}/{report.id}"
    remarked = boss.post(
        f"{here}/remark", data={**form_of(boss.get(here).text, "remark"), "text": "供暖诉求多"}
    )
    assert "供暖诉求多" in remarked.text
    own = boss.post(f"{here}/sign", data=form_of(remarked.text, "sign"))
    assert (own.status_code, "写过研判意见的人不能签发，请由别人签发。" in own.text) == (403, True)
    signed = signer.post(f"{here}/sign", data=form_of(signer.get(here).text, "sign"))
    assert "已分发" in signed.text
    assert signed.text.count("SHA-256") == 1
    stale = signer.post(f"{here}/archive", data={"version": "1"})
    assert stale.status_code == 412
    other = desk_of(session, Role.HANDLER, "540103-urban", now)
    assert "还没有收到报告" in other.get("/portal/reports").text
    assert "未打开" in signer.get(here).text
    handler = desk_of(session, Role.LEADER, URBAN, now)
    assert report.title in handler.get("/portal/reports").text
    file = handler.get(f"/portal/reports/{report.id}/as/html")
    assert (file.status_code, "供暖诉求多" in file.text) == (200, True)
    assert other.get(f"/portal/reports/{report.id}/as/html").status_code == 404
    assert "未打开" not in signer.get(here).text


def test_a_report_that_was_not_made_says_why_and_is_tried_again(
    boss: TestClient, lead: TestClient, session: Session, yesterday: datetime
) -> None:
    boss.post(PAGE, data={"template": "daily", "first": str(beijing_day(yesterday))})
    (report,) = session.exec(select(Report)).all()
    here, number = f"{PAGE}/{report.id}", report.id or 0
    for hour in range(patience.MOST):
        at = clock() + timedelta(hours=hour)
        assert attempts.begin(session, number, now=at)
        attempts.came_to_nothing(session, number, attempts.FAILED, now=at)
        if hour == 0:
            waits = boss.get(here).text
            assert "生成失败，原因记在系统日志里。 已试 1 次（最多 10 次），" in waits
    page = boss.get(here)
    assert "试了 10 次没有生成，系统不再自动重试。 生成失败" in page.text
    assert "未生成" in boss.get(PAGE, params={"state": "failed"}).text
    assert "重新生成" not in lead.get(here).text
    again = boss.post(f"{here}/retry", data=form_of(page.text, "retry"))
    assert (again.status_code, "正在定稿数据" in again.text) == (200, True)
    stale = boss.post(f"{here}/retry", data=form_of(page.text, "retry"))
    assert stale.status_code == 412


def desk_of(session: Session, role: Role, department: str, now: datetime) -> TestClient:
    """Return a browser in which somebody of the department is signed in."""
    client = enter(another(session), session, role, now)
    account = session.exec(select(Account).where(Account.role == role)).one()
    account.department = department
    session.add(account)
    session.flush()
    return client


def test_what_can_t_be_drafted_is_said_and_leaves_nothing(
    boss: TestClient, session: Session, yesterday: datetime
) -> None:
    today = str(beijing_day(yesterday) + timedelta(days=1))
    kept = {"template": "daily", "first": "2026-01-05"}
    for form, said in (
        ({"template": "daily", "first": ""}, "请选统计期里的一天。"),
        ({"template": "daily", "first": today}, "这段时间还没有过完"),
        ({"template": "daily", "first": "2026-01-05", "people": "nobody"}, "查不到的人"),
        ({"template": "nothing", "first": "2026-01-05"}, "没有这个模板"),
    ):
        refused = boss.post(PAGE, data=form)
        assert refused.status_code in (404, 422)
        assert said in refused.text
        assert f'name="first" value="{form["first"]}"' in refused.text  # nothing is typed again
    assert 'name="people" value="nobody"' in boss.post(PAGE, data={"people": "nobody"} | kept).text
    assert session.exec(select(Report)).all() == []


@pytest.mark.usefixtures("yesterday")
def test_a_template_is_edited_refused_with_its_line_and_saved(
    boss: TestClient, session: Session
) -> None:
    door = f"{PAGE}/templates/edit"
    shown = boss.get(door, params={"code": "daily"})
    assert "# 一、当日受理" in shown.text
    form = {"code": "own", "kind": "daily", "name": "本地日报", "text": "标题：日报\r\n{{ x }}\r\n"}
    refused = boss.post(door, data=form)
    assert refused.status_code == 422
    assert "第 2 行" in refused.text
    assert "{{ x }}" in refused.text
    saved = boss.post(door, data={**form, "text": "标题：日报\r\n# 一\r\n表：requests\r\n"})
    assert "本地日报" in saved.text
    kept = session.exec(select(ReportTemplate).where(ReportTemplate.code == "own")).one()
    assert kept.text == "标题：日报\n# 一\n表：requests\n"
    assert boss.post(door, data={**form, "do": "preview"}).status_code == 422


@pytest.mark.usefixtures("yesterday")
def test_a_schedule_is_added_and_ended(boss: TestClient, session: Session) -> None:
    form = {"template": "weekly", "hour": "9", "weekday": "1", "role": ["supervisor"]}
    added = boss.post(f"{PAGE}/schedules", data=form)
    assert "下周起第一个周二 9 点" in added.text
    assert "<td>周报（系统自带）（周报）</td>" in added.text
    row = session.exec(select(ReportSchedule).order_by(col(ReportSchedule.id))).one()
    ended = boss.post(f"{PAGE}/schedules/{row.id}/end")
    assert "已停止" in ended.text
    assert boss.post(f"{PAGE}/schedules/{row.id}/end").status_code == 409


@pytest.mark.usefixtures("yesterday")
def test_who_only_reads_sees_no_form(lead: TestClient) -> None:
    page = lead.get(PAGE)
    assert page.status_code == 200
    assert "起草一份报告" not in page.text
    assert lead.get(f"{PAGE}/templates").status_code == 403


def test_a_long_period_waits_on_the_page_of_frozen_reports(
    boss: TestClient, yesterday: datetime
) -> None:
    last = beijing_day(yesterday)
    form = {"name": "季报", "first": str(last - timedelta(days=80)), "last": str(last)}
    page = boss.post("/console/indicators/reports", data=form)
    assert (page.status_code, "排队中" in page.text) == (200, True)

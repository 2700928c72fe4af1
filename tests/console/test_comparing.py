"""公平比较 in console and portal: a scheme's way to force, a place and what is said of it."""

import html
import re
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.comparing import publishing, runs
from dispatch.comparing.models_comparing import (
    Comparison,
    ComparisonAppeal,
    ComparisonExclusion,
    ComparisonScheme,
)
from dispatch.comparing.scheme import Publication
from hotline.core.accounts import Account, Role
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.console.portal_own.scene import answered
from tests.dispatch.comparing.scene import (
    HOUSING,
    JUDGE,
    OVER,
    URBAN,
    WATER,
    WRITER,
    adopted,
    in_time,
    measured,
    period,
    scheme,
)

PAGE, OWN = "/console/comparing", "/portal/comparisons"
FORM = {
    "name": "月度考核",
    "code": ["close_on_time", "satisfaction"],
    "weight": ["100", ""],
    "minimum": ["", ""],
    "confidence": "95",
    "publication": "departments",
    "minimum_reason": "样本小于此数区间太宽",
    "basis": "国办函〔2025〕66号",
    "classes": f"{WATER} 窗口单位\n",
}


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def writer(session: Session, now: datetime) -> TestClient:
    return enter(another(session), session, Role.ADMINISTRATOR, now)


@pytest.fixture
def supervisor(session: Session, now: datetime) -> TestClient:
    return enter(another(session), session, Role.SUPERVISOR, now)


@pytest.fixture
def leader(session: Session, now: datetime) -> TestClient:
    """A browser in which the leader of a department is signed in."""
    return of_department(session, now, WATER)


def of_department(session: Session, now: datetime, department: str) -> TestClient:
    browser = enter(another(session), session, Role.LEADER, now)
    account = session.exec(select(Account).where(Account.role == Role.LEADER)).one()
    account.department = department
    session.flush()
    return browser


def published(session: Session, now: datetime, publication: Publication) -> Comparison:
    measured(session, now + OVER)
    in_time(session, now, {WATER: (95, 100), HOUSING: (50, 100)})
    made = adopted(session, now, scheme(publication=publication))
    run = runs.run(session, made, period(now), actor=WRITER, now=now + OVER)
    return publishing.publish(session, run, actor=JUDGE, now=clock())


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_a_scheme_is_written_simulated_and_adopted_by_two_people(
    writer: TestClient, supervisor: TestClient, session: Session, at: datetime
) -> None:
    yesterday = at - timedelta(days=1)
    measured(session, at)
    in_time(session, yesterday, {HOUSING: (50, 100), "540100-urban": (95, 100), WATER: (1, 40)})
    assert "还没有考核方案" in writer.get(f"{PAGE}/schemes").text
    assert "满意率" in writer.get(f"{PAGE}/schemes/new").text
    made = writer.post(f"{PAGE}/schemes", data=FORM)
    assert "草案" in made.text
    row = session.exec(select(ComparisonScheme)).one()
    assert row.body["classes"] == {WATER: "窗口单位"}
    assert [each["code"] for each in row.body["indicators"]] == ["close_on_time"]
    door = f"{PAGE}/schemes/{row.id}"
    day = beijing_day(yesterday).isoformat()
    shown = writer.post(f"{door}/simulate", data={"first": day, "last": day})
    assert all(word in shown.text for word in ("优于同类", "低于同类", "窗口单位", "没有同类可比"))
    assert "50.0%" in shown.text
    assert f"/console/indicators/close_on_time/behind?from={day}" in shown.text
    seen = {"version": version(supervisor.get(door).text)}
    refused = writer.post(f"{door}/adopt", data=seen)
    assert (refused.status_code, "参与拟定的人不能采用" in refused.text) == (403, True)
    assert "已采用" in supervisor.post(f"{door}/adopt", data=seen).text
    assert supervisor.post(f"{door}/retire", data=seen).status_code == 412
    ran = {"scheme": str(row.id), "first": day, "last": day}
    assert "未公布" in writer.post(f"{PAGE}/runs", data=ran).text
    assert "月度考核 v1" in supervisor.get(PAGE).text
    again = writer.get(f"{door}/edit").text
    assert f'action="{PAGE}/schemes"' in again  # an adopted one gets its next version
    assert "v2" in writer.post(f"{PAGE}/schemes", data=FORM).text


def test_what_is_typed_wrong_is_said_and_kept(writer: TestClient, session: Session) -> None:
    for wrong, said in (
        ({"weight": ["", ""]}, "至少给一项指标填权重"),
        ({"weight": ["viel", ""]}, "请填整数"),
        ({"classes": WATER}, "分类请一行一个"),
        ({"show_ranks": "true"}, "显示名次要写明依据"),
    ):
        page = writer.post(f"{PAGE}/schemes", data={**FORM, **wrong})
        assert page.status_code == 422
        assert said in page.text
        assert "月度考核" in page.text
    assert session.exec(select(ComparisonScheme)).all() == []


def test_a_draft_is_changed_in_its_form(writer: TestClient, session: Session) -> None:
    writer.post(f"{PAGE}/schemes", data=FORM)
    row = session.exec(select(ComparisonScheme)).one()
    form = writer.get(f"{PAGE}/schemes/{row.id}/edit").text
    changed = {**FORM, "confidence": "99", "version": version(form)}
    assert "99%" in writer.post(f"{PAGE}/schemes/{row.id}", data=changed).text
    assert writer.post(f"{PAGE}/schemes/{row.id}", data=changed).status_code == 412


def test_a_run_that_may_not_be_is_refused_in_words(
    writer: TestClient, session: Session, now: datetime
) -> None:
    measured(session, now + OVER)
    made = adopted(session, now)
    ahead = {"scheme": str(made.id), "first": "2098-01-01", "last": "2098-01-02"}
    assert writer.post(f"{PAGE}/runs", data=ahead).status_code == 422
    none = writer.post(f"{PAGE}/runs", data={**ahead, "first": "x"})
    assert none.status_code == 422
    assert writer.get(f"{PAGE}/runs/999999").status_code == 404


def test_a_department_reads_its_own_place_appeals_and_is_answered(
    leader: TestClient, supervisor: TestClient, session: Session, now: datetime
) -> None:
    run = published(session, now, Publication.OWN)
    assert "优于同类" in leader.get(OWN).text
    page = leader.get(f"{OWN}/{run.id}").text
    assert "95.0%" in page
    assert "住房" not in page  # the other of its class
    plea = {"statement": "分类不当", "version": version(page)}
    assert "分类不当" in leader.post(f"{OWN}/{run.id}/appeal", data=plea).text
    again = leader.post(f"{OWN}/{run.id}/appeal", data=plea)
    assert again.status_code == 412
    door = f"{PAGE}/runs/{run.id}"
    told = supervisor.get(door).text
    decision = {"department": WATER, "upheld": "true", "note": "应另归一类"}
    decided = supervisor.post(
        f"{door}/appeal-decision", data={**decision, "version": version(told)}
    )
    assert "申诉成立" in decided.text
    assert session.exec(select(ComparisonAppeal)).one().upheld
    assert "应另归一类" in leader.get(f"{OWN}/{run.id}").text
    reason = {"reason": "重新分类", "version": version(decided.text)}
    assert "重新分类" in supervisor.post(f"{door}/withdraw", data=reason).text
    assert leader.get(f"{OWN}/{run.id}").status_code == 404


def test_a_department_is_told_of_a_publication_and_led_to_it(
    leader: TestClient, session: Session, now: datetime
) -> None:
    published(session, now, Publication.OWN)
    page = leader.get("/portal/notices").text
    assert "比较结果已公布" in page
    assert f'<a href="{OWN}">比较结果</a>' in page
    handler = enter(another(session), session, Role.HANDLER, now)
    account = session.exec(select(Account).where(Account.role == Role.HANDLER)).one()
    account.department = WATER
    session.flush()
    page = handler.get("/portal/notices").text
    assert "比较结果已公布" in page
    assert f'href="{OWN}"' not in page  # which a handler may not open


def test_who_is_below_its_like_leads_to_a_letter_once_it_was_published(
    supervisor: TestClient, session: Session, now: datetime
) -> None:
    run = published(session, now, Publication.OWN)
    first, last = period(now).first, period(now).last
    door = f"/console/letters/new?department={HOUSING}&from={first}&until={last}"
    page = html.unescape(supervisor.get(f"{PAGE}/runs/{run.id}").text)
    assert re.findall(r'href="(/console/letters/new[^"]*)"', page) == [door]
    assert HOUSING in supervisor.get(door).text
    run.state = "draft"
    session.flush()
    assert "/console/letters/new" not in supervisor.get(f"{PAGE}/runs/{run.id}").text


def test_others_are_shown_where_the_scheme_says_all(
    leader: TestClient, session: Session, now: datetime
) -> None:
    run = published(session, now, Publication.ALL)
    assert "拉萨市住房和城乡建设局" in leader.get(f"{OWN}/{run.id}").text


def test_who_ran_it_does_not_publish_it(
    writer: TestClient, supervisor: TestClient, session: Session, at: datetime
) -> None:
    yesterday = at - timedelta(days=1)
    measured(session, at)
    in_time(session, yesterday, {WATER: (95, 100)})
    day = beijing_day(yesterday)
    made = adopted(session, yesterday - timedelta(days=3))
    ran = {"scheme": str(made.id), "first": day.isoformat(), "last": day.isoformat()}
    page = writer.post(f"{PAGE}/runs", data=ran)
    seen = {"version": version(page.text)}
    refused = writer.post(f"{page.url.path}/publish", data=seen)
    assert (refused.status_code, "运行的人不能公布" in refused.text) == (403, True)
    assert "已公布" in supervisor.post(f"{page.url.path}/publish", data=seen).text


def test_an_exclusion_is_asked_for_refused_and_appealed_against(
    supervisor: TestClient, writer: TestClient, session: Session, now: datetime, at: datetime
) -> None:
    leader, order = of_department(session, now, URBAN), answered(session, at)
    out = f"{OWN}/exclusions"
    assert "没有本单位的承办单" in leader.get(f"{out}?order=nothing").text
    assert f"申请剔除 {order.number}" in leader.get(f"{out}?order={order.number}").text
    asked = {"order": order.number, "reason": "lost", "statement": "三次未联系上"}
    assert "待审定" in leader.post(out, data=asked).text
    assert "已经申请过一次" in leader.post(out, data=asked).text
    row = session.exec(select(ComparisonExclusion)).one()
    door = f"{PAGE}/exclusions/{row.id}"
    assert order.number in supervisor.get(f"{PAGE}/exclusions").text
    seen = {"version": version(supervisor.get(door).text)}
    no = {"right": "false", "note": "不足三次", **seen}
    assert "不予剔除" in supervisor.post(f"{door}/decision", data=no).text
    own = leader.get(f"{out}/{row.id}").text
    assert "不足三次" in own
    plea = {"statement": "有通话记录", "version": version(own)}
    assert "有通话记录" in leader.post(f"{out}/{row.id}/appeal", data=plea).text
    seen = {"version": version(supervisor.get(door).text)}
    yes = {"right": "true", "note": "属实", **seen}
    refused = supervisor.post(f"{door}/decision", data=yes)
    assert (refused.status_code, "请由别人裁定" in refused.text) == (403, True)
    assert "已剔除" in writer.post(f"{door}/decision", data=yes).text
    assert order.number in supervisor.get(f"{PAGE}/exclusions?standing=granted").text

"""公开统计 in the console: made, seen, checked by one and published by another; receivers."""

import re
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from dispatch.publishing import receivers
from dispatch.publishing.models_publishing import DataReceiver, StatisticsRelease
from hotline.core.accounts import Role
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.dispatch.publishing.scene import a_month, last_month, made_by_job, measured

PAGE = "/console/publishing"


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def supervisor(session: Session, now: datetime) -> TestClient:
    return enter(another(session), session, Role.SUPERVISOR, now)


@pytest.fixture
def boss(session: Session, now: datetime) -> TestClient:
    return enter(another(session), session, Role.ADMINISTRATOR, now)


def form(session: Session) -> tuple[str, dict[str, str]]:
    session.expire_all()
    newest = select(StatisticsRelease).order_by(col(StatisticsRelease.id).desc())
    release = session.exec(newest).first()
    assert release
    return f"{PAGE}/{release.id}", {"version": str(release.version)}


def test_made_and_checked_by_one_and_published_by_another(
    supervisor: TestClient, boss: TestClient, session: Session, at: datetime
) -> None:
    a_month(session, at)
    measured(session, at)
    asked = supervisor.post(PAGE, data={"month": str(last_month(at))}).text
    assert "生成中" in asked
    assert "已有一版" not in asked
    twice = boss.post(PAGE, data={"month": str(last_month(at))})
    assert (twice.status_code, "这个月正在生成" in twice.text) == (409, True)
    assert made_by_job(session, at) == 1
    assert "生成中" not in supervisor.get(PAGE).text
    one, seen = form(session)
    made = supervisor.get(one).text
    assert "攻击测试" in made
    assert "核对通过" in made
    assert "分市地的指标" in made
    checked = supervisor.post(f"{one}/check", data=seen).text
    assert "要由另一个人公布" in checked
    assert supervisor.post(f"{one}/publish", data=form(session)[1]).status_code == 403
    assert supervisor.post(f"{one}/check", data=seen).status_code == 412
    out = boss.post(f"{one}/publish", data=form(session)[1]).text
    assert "已公布" in out
    assert "公布了" in out
    assert "已公布" in boss.get(PAGE).text
    assert "已撤下" in boss.post(f"{one}/withdraw", data=form(session)[1]).text
    file = boss.get(f"{one}/files/statistics.csv")
    assert file.text.startswith("month,district,matter_l1,rating,count")


def test_what_can_t_be_made_is_said_in_words(
    supervisor: TestClient, session: Session, at: datetime
) -> None:
    measured(session, at)
    for month, said in (
        (f"{beijing_day(at):%Y-%m}", "这个月还没有过完"),
        ("十月", "请写月份"),
    ):
        refused = supervisor.post(PAGE, data={"month": month})
        assert refused.status_code == 422
        assert said in refused.text
    supervisor.post(PAGE, data={"month": str(last_month(at))})
    made_by_job(session, at)
    again = supervisor.post(PAGE, data={"month": str(last_month(at))})
    assert again.status_code == 409
    assert "已有一版" in again.text


def test_measures_that_failed_leave_only_discarding(
    supervisor: TestClient, session: Session, at: datetime
) -> None:
    measured(session, at)
    supervisor.post(PAGE, data={"month": str(last_month(at))})
    made_by_job(session, at)
    one, seen = form(session)
    release = session.exec(select(StatisticsRelease)).one()
    release.faults = {"cell_reckoned": 2}
    session.flush()
    told = supervisor.get(one).text
    assert "不公布的格能被推算（2）" in told
    assert "核对通过" not in told
    assert "量测没有通过" in supervisor.post(f"{one}/check", data=seen).text
    assert "已作废" in supervisor.post(f"{one}/discard", data=seen).text


def test_a_receiver_is_shown_its_key_once(
    supervisor: TestClient, session: Session, at: datetime
) -> None:
    until = (beijing_day(at) + timedelta(days=9)).isoformat()
    told = {"name": "某大学", "purpose": "研究", "until": until}
    made = supervisor.post(f"{PAGE}/receivers", data=told).text
    [key] = re.findall(r"od_[\w-]{40,}", made)
    assert receivers.holder(session, key, now=at)
    assert key not in supervisor.get(f"{PAGE}/receivers").text
    assert "请填写有效期" in supervisor.post(f"{PAGE}/receivers", data={**told, "until": "x"}).text
    row = session.exec(select(DataReceiver)).one()
    one = f"{PAGE}/receivers/{row.id}"
    assert "还没有下载过" in supervisor.get(one).text
    ended = supervisor.post(f"{one}/end", data={"version": str(row.version)})
    assert "已终止" in ended.text


def test_who_may_not_publish_sees_none_of_it(lead: TestClient) -> None:
    assert lead.get(PAGE).status_code == 403
    assert lead.get(f"{PAGE}/receivers").status_code == 403
    assert "/console/publishing" not in lead.get("/console/indicators").text

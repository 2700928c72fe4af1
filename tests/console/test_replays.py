"""推演 in the console: asked for in a form, followed, read down to its orders."""

import re
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from dispatch.replays.models_replays import Replay
from hotline.core.accounts import Role
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.dispatch.replays.scene import DAY, of_last_weeks, run

PAGE = "/console/replays"
CELL = re.compile(r'name="cell" value="([^"]+)"><input name="limit"[^>]* value="([^"]+)"')


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def chief(session: Session, at: datetime) -> TestClient:
    """A browser in which a supervisor is signed in."""
    return enter(another(session), session, Role.SUPERVISOR, at)


def typed(chief: TestClient, at: datetime, **changes: str) -> dict[str, str | list[str]]:
    """Return the form as it is opened, with a name and what is typed over it."""
    page = chief.get(f"{PAGE}/new")
    assert page.status_code == 200, page.text
    cells = CELL.findall(page.text)
    limits = [changes.get(cell, limit) for cell, limit in cells]
    fields = {name: said for name, said in changes.items() if "|" not in name}
    return {
        "name": "试算",
        "first": (beijing_day(at) - 30 * DAY).isoformat(),
        "last": (beijing_day(at) - DAY).isoformat(),
        "cell": [cell for cell, _ in cells],
        "limit": limits,
        **fields,
    }


def newest(session: Session) -> Replay:
    session.expire_all()
    return session.exec(select(Replay).order_by(col(Replay.id).desc()).limit(1)).one()


def test_the_form_shows_todays_limits_and_only_what_is_typed_over_them_is_changed(
    chief: TestClient, session: Session, at: datetime
) -> None:
    changes = {
        "reply_by|assistance||": "5wd",
        "days": "540100 2026-10-09 休息 雪顿节\n",
        "response": "20",
        "resolution": "40",
        "satisfaction": "40",
    }
    after = chief.post(f"{PAGE}/new", data=typed(chief, at, **changes))
    assert after.status_code == 200
    for said in ("改为：5 个工作日", "雪顿节", "30 : 35 : 35 改为 20 : 40 : 40", "排队"):
        assert said in after.text
    replay = newest(session)
    assert replay.changed == ["limits", "calendars", "weights"]
    (limit,) = replay.inputs["limits"]
    assert (limit["clock"], limit["request_type"], limit["limit"]) == (
        *("reply_by", "assistance", "5wd"),
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reply_by|assistance||": "很快"}, "期限写法不对"),
        ({"days": "540100 昨天 休息"}, "这一行看不懂：540100 昨天 休息"),
        ({"days": "nowhere 2026-10-09 休息"}, "没有这个地区的日历"),
        ({"response": "20"}, "三率权重请写整数"),
        ({"response": "20", "resolution": "20", "satisfaction": "20"}, "合计要等于 100"),
        ({"threshold": "0.9"}, "请一起填写"),
        ({"threshold": "高"}, "0 到 1 之间"),
        ({"threshold": "nan", "spoken_threshold": "nan"}, "0 到 1 之间"),
        ({"last": "2030-01-01"}, "超过一年"),
        ({"first": "昨天"}, "请填写起止日期"),
        ({"name": " "}, "请写推演的名称"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    chief: TestClient, at: datetime, changes: dict[str, str], said: str
) -> None:
    refused = chief.post(f"{PAGE}/new", data=typed(chief, at, **changes))
    assert refused.status_code == 422, refused.text
    assert said in refused.text
    for name, kept in changes.items():
        assert kept in refused.text, name


def test_a_replay_is_read_down_to_its_orders(
    lead: TestClient, session: Session, at: datetime
) -> None:
    replay = of_last_weeks(session, at)
    assert replay.name in lead.get(PAGE).text
    page = lead.get(f"{PAGE}/{replay.id}")
    assert "9 个时限中有 9 个与实际完全一致" in page.text
    assert "全部重现" in page.text
    links = re.findall(r'href="([^"]+/findings[^"]+)"[^>]*>(\d+)</a>', page.text)
    assert links
    for url, count in links:
        listed = lead.get(url.replace("&amp;", "&"))
        assert listed.status_code == 200
        assert len(re.findall(r'<tr data-key="f', listed.text)) == int(count), url
    assert lead.get(f"{PAGE}/{replay.id}?by=matter").status_code == 200
    assert lead.get(f"{PAGE}/new").status_code == 403


def test_a_replay_is_cancelled_and_begun_again(
    chief: TestClient, session: Session, at: datetime
) -> None:
    chief.post(f"{PAGE}/new", data=typed(chief, at))
    url = f"{PAGE}/{newest(session).id}"
    assert "推演已取消" in chief.post(f"{url}/cancel").text
    again = chief.post(f"{url}/cancel")
    assert again.status_code == 409
    assert "请刷新再看" in again.text
    assert "排队" in chief.post(f"{url}/restart").text
    run(session, newest(session), at)
    assert "没有改动：检验能否重现过去" in chief.get(url).text
    assert chief.get(f"{PAGE}/999999").status_code == 404

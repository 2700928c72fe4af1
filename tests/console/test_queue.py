"""排队与回拨: who waits and why in this order, who is owed a call, the mode of the service."""

import re
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.sealing import sealing
from dispatch.sealing.sealing import Seal
from hotline.console.why_waiting import reason
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from telephony import owed, service_modes
from telephony.acd.modes import Mode
from telephony.acd.patience import MissedWhy
from telephony.acd.waiting import FRONT_S, Boosts
from telephony.models import Seat
from tests.api import calls_scene as scene
from tests.api.matrix.scene import person
from tests.factories import create_ticket

PAGE = "/console/queue"


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def mine(agent: TestClient, session: Session, at: datetime) -> Seat:
    assert agent
    return scene.seat_of(session, "agent-1", at, kind="desk")


def sent(client: TestClient, path: str, status: int = 303, **given: str) -> str:
    answer = client.post(f"{PAGE}/{path}", data=given, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer.text


def test_who_waits_is_listed_in_turn_masked_and_with_the_reason(
    agent: TestClient, session: Session, at: datetime
) -> None:
    scene.waiting(session, at, "13989005678")
    first = scene.waiting(session, at - timedelta(seconds=30), "13989001234")
    handed = scene.waiting(session, at, "13989009999")
    handed.boost_s, handed.language = FRONT_S, "bo"
    session.flush()
    page = agent.get(PAGE).text
    rows = re.findall(r'data-key="w([^"]+)"><td class="number">第 (\d) 位', page)
    assert rows[:2] == [(str(handed.id), "1"), (str(first.id), "2")]
    assert "139****1234" in page
    assert "13989001234" not in page
    for words in ("同事转来，排在最前", "按来电先后", "藏语"):
        assert words in page
    assert "139****1234" in agent.get(f"{PAGE}/rows").text


def test_why_somebody_is_preferred_is_said_by_what_prefers_them() -> None:
    boosts = Boosts(elder_s=60, repeat_s=30)
    words = [reason(each, boosts).word for each in (0, 30, 60, 90, 7, FRONT_S)]
    assert words == ["by_turn", "by_repeat", "by_elder", "by_both", "by_boost", "by_hand_over"]
    assert str(reason(30, boosts)) == "一天内再次来电，按多等 30 秒计"


def test_a_caller_is_fetched_out_of_turn_and_not_by_who_is_not_there(
    agent: TestClient, auditor: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    call = scene.waiting(session, at)
    sent(agent, f"calls/{call.id}/take-over")
    assert [each.verb for each in scene.orders(session)] == ["take_over"]
    mine.status = "logged_off"
    session.flush()
    assert "请先签入" in sent(agent, f"calls/{call.id}/take-over", 422)
    assert "点接</button>" not in auditor.get(PAGE).text
    sent(auditor, f"calls/{call.id}/take-over", 403)


def test_who_is_owed_a_call_is_taken_rung_left_or_given_up(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    row = scene.missed(session, at)
    page = agent.get(PAGE).text
    assert "等不及挂断" in page
    assert "认领" in page
    sent(agent, f"owed/{row.id}/take")
    assert row.account_id == mine.account_id
    assert "暂不回拨" in agent.get(PAGE).text
    sent(agent, f"owed/{row.id}/dial")
    assert scene.orders(session)[-1].details == {"missed": row.id}
    sent(agent, f"owed/{row.id}/later")
    assert not row.account_id
    sent(agent, f"owed/{row.id}/wrong_number")
    assert (row.outcome, row.closed_by) == ("wrong_number", "agent-1")
    assert "没有欠回拨的来电" in agent.get(PAGE).text
    assert "这个来电已经回过了" in sent(agent, f"owed/{row.id}/done", 422)
    sent(agent, f"owed/{row.id}/burn", 422)
    sent(agent, "owed/99999999999/done", 404)


def test_who_hung_up_at_once_hides_nobody_who_waited(session: Session, at: datetime) -> None:
    short = scene.missed(session, at - timedelta(days=1), "13989005678")
    short.why = MissedWhy.SHORT
    row = scene.missed(session, at)
    session.flush()
    assert [each.id for each in owed.open_ones(session, limit=1)] == [row.id]


def test_a_colleague_s_is_not_taken(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    assert mine
    row = scene.missed(session, at)
    row.account_id = scene.seat_of(session, "agent-2", at).account_id
    session.flush()
    assert "同事在处理" in agent.get(PAGE).text
    assert "同事已经在处理" in sent(agent, f"owed/{row.id}/done", 422)


def test_a_sealed_ticket_s_caller_is_not_listed(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    assert mine
    row = scene.missed(session, at)
    ticket = create_ticket(session, now=at)
    ticket.call_id = row.call_id
    keeper = accounts.as_actor(person(session, "keeper", Role.SUPERVISOR))
    sealing.seal(session, ticket, Seal("举报", []), actor=keeper, now=at)
    session.flush()
    assert "没有欠回拨的来电" in agent.get(PAGE).text
    sent(agent, f"owed/{row.id}/take", 404)


def test_a_mode_is_switched_for_a_reason_once_and_ended(
    agent: TestClient, lead: TestClient, session: Session
) -> None:
    assert "切换服务模式" not in agent.get(PAGE).text
    sent(agent, "mode", 403, mode="surge", why="weather")
    for _ in range(2):
        sent(lead, "mode", mode="surge", why="weather")
    (row,) = service_modes.coming(session, now=clock())
    page = agent.get(PAGE).text
    assert "话务高峰" in page
    assert "灾害天气 · team_lead-1" in page
    sent(agent, f"mode/{row.id}/end", 403)
    sent(lead, f"mode/{row.id}/end")
    assert service_modes.mode_now(session, now=clock()) is Mode.NORMAL
    assert "已经结束" in sent(lead, f"mode/{row.id}/end", 422)


def test_a_mode_without_a_reason_or_with_an_end_before_its_begin_is_refused(
    lead: TestClient, session: Session
) -> None:
    sent(lead, "mode", 422, mode="night")
    span = {"begins_at": "2030-01-02T21:00", "ends_at": "2030-01-02T08:00"}
    assert "结束时间要晚于" in sent(lead, "mode", 422, mode="night", why="scheduled", **span)
    bad = sent(lead, "mode", 422, mode="night", why="scheduled", begins_at="yesterday")
    assert "时间不对" in bad
    assert service_modes.coming(session, now=clock()) == []


def test_a_mode_to_come_is_given_in_beijing_time_and_called_off(
    lead: TestClient, session: Session
) -> None:
    sent(lead, "mode", mode="night", why="scheduled", begins_at="2030-01-02T21:00")
    (row,) = service_modes.coming(session, now=clock())
    assert row.begins_at == datetime.fromisoformat("2030-01-02T21:00+08:00")
    assert "取消</button>" in lead.get(PAGE).text
    sent(lead, f"mode/{row.id}/end")
    assert service_modes.mode_now(session, now=clock()) is Mode.NORMAL

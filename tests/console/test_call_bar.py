"""The call bar: what an agent sees of their seat and call, and what its keys ask for."""

import re
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch import reminders, tickets
from hotline.console import seat_panel
from hotline.console.frame import Viewer
from hotline.core.accounts import Actor, Role
from hotline.core.clock import now as clock
from telephony import ordering, owed, parties, seats
from telephony.models import Call, Direction, Seat
from tests.api import calls_scene as scene
from tests.factories import create_ticket

BAR = "/console/call-bar"
PART = {"hx-request": "true"}


@pytest.fixture
def at() -> datetime:
    """The bar counts from the present moment."""
    return clock()


@pytest.fixture
def mine(agent: TestClient, session: Session, at: datetime) -> Seat:
    assert agent
    return scene.seat_of(session, "agent-1", at)


def shown(client: TestClient) -> str:
    answer = client.get(BAR, headers=PART)
    assert answer.status_code == 200, answer.text
    return answer.text


def keys(html: str) -> set[str]:
    """Return the letters that do something now."""
    return set(re.findall(r'aria-keyshortcuts="Alt\+(\w)"', html))


def press(client: TestClient, path: str, status: int = 200, **given: str) -> str:
    answer = client.post(f"{BAR}/{path}", data=given, headers=PART)
    assert answer.status_code == status, answer.text
    return answer.text


def test_who_holds_a_seat_has_the_bar_on_every_page_and_nobody_else(
    agent: TestClient, auditor: TestClient
) -> None:
    for page in ("/console/", "/console/account", "/console/callbacks"):
        assert 'id="call-bar"' in agent.get(page).text
    assert 'id="call-bar"' not in auditor.get("/console/").text
    assert auditor.get(BAR).status_code == 403


def test_an_agent_signs_in_by_browser_pauses_and_leaves(
    agent: TestClient, session: Session
) -> None:
    assert "未签入" in shown(agent)
    press(agent, "seat/place", kind="browser")
    press(agent, "seat/log-in")
    press(agent, "seat/pause", reason="meal")
    seat = seat_panel.seat_of(session, _viewer(), now=clock())
    assert (seat.kind, seat.wanted, seat.pause_reason) == ("browser", "paused", "meal")
    seats.settle(session, now=clock())
    assert "示忙</b> · 用餐" in shown(agent)
    press(agent, "seat/unpause")
    press(agent, "seat/log-off")
    assert seat.wanted == "logged_off"


def test_a_telephone_that_may_not_be_rung_is_refused_in_words(agent: TestClient) -> None:
    page = press(agent, "seat/place", 422, kind="desk", address="sip:1@198.51.100.7")
    assert "这个电话机地址不能使用" in page


def test_at_ring_the_agent_sees_who_calls_and_what_they_asked_before(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    before = create_ticket(session, now=at)
    call = scene.caller(session, at)
    scene.offered(session, mine, call, at)
    html = shown(agent)
    assert "来电</b>" in html
    assert "139****1234" in html
    assert f'href="/console/tickets/{before.number}"' in html
    assert "13989001234" not in html
    assert keys(html) == {"A", "R"}
    mine.kind = "desk"
    assert "请摘机接听" in shown(agent)


def test_each_key_of_a_call_asks_the_switch_for_it(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    call = _talking(session, mine, at)
    scene.seat_of(session, "agent-2", at)
    assert keys(shown(agent)) == set("HUCTELNXRF")
    path = f"calls/{call.id}"
    press(agent, f"{path}/consult", seat="agent-2")
    scene.fetched(session, call, at)
    assert keys(shown(agent)) == set("HUCTBGELNXRF")
    press(agent, f"{path}/meet")
    press(agent, f"{path}/press", keys="1#")
    press(agent, f"{path}/drop", party="consult-1")
    press(agent, f"{path}/emergency", service="110")
    press(agent, f"{path}/language", language="bo")
    press(agent, f"{path}/leave")
    press(agent, f"{path}/transfer", seat="agent-2")
    press(agent, f"{path}/hang-up")
    asked = "consult meet press drop emergency hand_over_language transfer transfer hang_up"
    assert [order.verb for order in scene.orders(session)] == asked.split()


def test_a_held_caller_and_a_muted_agent_are_seen_as_such_after_a_reload(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    call = _talking(session, mine, at)
    press(agent, f"calls/{call.id}/hold")
    press(agent, f"calls/{call.id}/mute")
    html = shown(agent)
    assert "保持中" in html
    assert f'action="{BAR}/calls/{call.id}/unhold"' in html
    assert f'action="{BAR}/calls/{call.id}/unmute"' in html
    press(agent, f"calls/{call.id}/unhold")
    assert "保持中" not in shown(agent)


def test_a_consulted_caller_is_held_until_all_meet_or_the_colleague_leaves(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    call = _talking(session, mine, at)
    scene.seat_of(session, "agent-2", at)
    press(agent, f"calls/{call.id}/consult", seat="agent-2")
    scene.fetched(session, call, at)
    assert "保持中" in shown(agent)
    parties.leave(session, call.id, "consult-1", "hung_up", now=at)
    assert "保持中" not in shown(agent)


def test_what_the_switch_refuses_is_said(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    call = _talking(session, mine, at)
    assert "已提交" in press(agent, f"calls/{call.id}/hold")
    ordering.settle(
        scene.orders(session)[-1],
        refused="The switch was away for a moment. Ask once more.",
        now=at,
    )
    html = shown(agent)
    assert "保持：没有办成。交换机刚才不在线" in html
    assert "保持中" not in html


def test_what_makes_no_sense_now_is_refused_in_the_agent_s_words(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    call = _talking(session, mine, at)
    page = press(agent, f"calls/{call.id}/leave", 422)
    assert "还没有别人在通话里，请先咨询。" in page
    assert "请先选一位同事" in press(agent, f"calls/{call.id}/consult", 422)
    assert "不能转给自己" in press(agent, f"calls/{call.id}/transfer", 422, seat="agent-1")


def test_somebody_elses_call_has_no_keys(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    assert mine
    other = _talking(session, scene.seat_of(session, "agent-2", at), at)
    assert "not at your seat" in press(agent, f"calls/{other.id}/hang-up", 403)
    assert scene.orders(session) == []


def test_a_wrap_up_counts_down_and_ends_by_its_code(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    call = _talking(session, mine, at)
    seats.leave(session, mine.account_id, call.id, now=at)
    html = shown(agent)
    assert "话后处理" in html
    assert "data-until" in html
    press(agent, f"calls/{call.id}/wrap-up", code="registered")
    seats.settle(session, now=clock())
    assert "空闲" in shown(agent)


def test_an_earlier_ticket_is_reminded_of_by_one_key(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    before = create_ticket(session, now=at)
    call = _talking(session, mine, at)
    press(agent, f"calls/{call.id}/remind", number=before.number, text="还没有人来修")
    assert tickets.find(session, before.number).reminders == 1


def test_one_key_reminds_of_the_open_ticket_once_in_the_caller_s_own_words(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    before = create_ticket(session, now=at)
    call = _talking(session, mine, at)
    assert "Y" in keys(shown(agent))
    for _ in range(2):
        html = press(agent, f"calls/{call.id}/remind", number=before.number)
    assert "本次已催办" in html
    assert "Y" not in keys(html)
    ticket = tickets.find(session, before.number)
    assert ticket.reminders == 1
    (reminder,) = reminders.of_ticket(session, ticket)
    assert reminder.text == "来电人再次来电，询问办理进度。"


def test_the_wrap_up_s_code_is_what_the_call_came_to(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    before = create_ticket(session, now=at)
    call = _talking(session, mine, at)
    press(agent, f"calls/{call.id}/remind", number=before.number)
    seats.leave(session, mine.account_id, call.id, now=at)
    assert '<option value="reminded" selected>' in shown(agent)


def test_somebody_elses_ticket_is_not_reminded_of(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    before = create_ticket(session, now=at)
    call = scene.caller(session, at, "13989005678")
    scene.talking(session, mine, call, at)
    press(agent, f"calls/{call.id}/remind", 404, number=before.number)
    assert tickets.find(session, before.number).reminders == 0


def test_who_is_owed_a_call_is_shown_with_the_key_that_dials(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    mine.kind = "desk"
    row = scene.missed(session, at)
    owed.show(row, mine.account_id, now=at)
    session.flush()
    html = shown(agent)
    assert "等不及挂断" in html
    assert "K" in keys(html)
    press(agent, "owed/dial", missed=str(row.id))
    assert scene.orders(session)[-1].details == {"missed": row.id}
    press(agent, "owed/later", missed=str(row.id))
    assert row.account_id is None


def test_a_call_that_one_placed_has_the_key_that_ends_it_and_no_other(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    call = _talking(session, mine, at)
    call.direction = Direction.OUT
    session.flush()
    assert keys(shown(agent)) == {"R", "X"}
    press(agent, f"calls/{call.id}/hang-up")
    assert scene.orders(session)[-1].verb == "hang_up"
    assert "呼出的电话只能挂机" in press(agent, f"calls/{call.id}/hold", 422)


def test_without_a_script_a_key_leads_back_to_its_page(agent: TestClient, mine: Seat) -> None:
    assert mine
    answer = agent.post(
        f"{BAR}/seat/pause",
        data={"reason": "meal"},
        headers={"referer": "http://testserver/console/callbacks"},
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/callbacks")


def test_an_elder_is_marked_by_one_key_and_seen_as_such(
    agent: TestClient, session: Session, mine: Seat, at: datetime
) -> None:
    path = f"calls/{_talking(session, mine, at).id}/care"
    press(agent, path, care="elder")
    html = shown(agent)
    assert '<span class="chip">老年人</span>' in html
    assert "取消照顾标记" in html
    press(agent, path)
    assert "标记为老年人" in shown(agent)
    assert scene.orders(session) == []


def _talking(session: Session, seat: Seat, at: datetime) -> Call:
    call = scene.caller(session, at)
    scene.talking(session, seat, call, at)
    return call


def _viewer() -> Viewer:
    return Viewer(Actor("agent-1", Role.AGENT), "agent-1", frozenset())

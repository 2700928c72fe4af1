"""归并热线、值班、空缺清单 as pages: what agents and administrators see of them."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from hotline.core import clock
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing
from hotline.core.event_types import EventType
from hotline.core.events import Event
from knowledge.duties.models_duties import Duty, DutyRole, sealed
from telephony.models_lines import MergedHotline
from tests.api import calls_scene as scene
from tests.console.administration.conftest import got, hidden, sent
from tests.factories import create_ticket

DEPARTMENT = "540102-urban"


LEAD = Actor("lead", Role.TEAM_LEAD)


@pytest.fixture
def on_duty(session: Session) -> Duty:
    at = clock.now()
    row = Duty(
        department_code=DEPARTMENT,
        role=DutyRole.OFFICER,
        starts_at=at - timedelta(hours=4),
        ends_at=at + timedelta(hours=4),
        person="值班甲",
        sealed_phone=sealed("13900001234"),
        updated_at=at,
    )
    session.add(row)
    session.flush()
    return row


def merged(session: Session) -> None:
    row = session.exec(select(MergedHotline).where(MergedHotline.number == "12333")).one()
    row.mode = "parallel"
    session.flush()


def test_the_page_of_lines_counts_a_period_and_says_what_is_not_known(
    boss: TestClient, session: Session
) -> None:
    merged(session)
    page = got(boss, "/hotlines", since="2026-01-01", until="2025-01-01")
    assert "双号并行" in page
    assert page.count('<span class="chip warned">待确认') == 24
    assert 'data-key="c12333"' in page
    assert 'data-key="c12301"' not in page


def test_the_list_of_gaps_leads_to_where_each_is_filled_in(
    agent: TestClient, boss: TestClient
) -> None:
    page = got(agent, "/gaps")
    assert "归并方式未写明的线路" in page
    assert 'href="/console/administration/hotlines#line-12333"' in page
    assert 'href="/console/administration/departments/540000-agriculture"' in page
    assert "空缺清单" in got(boss, "/")


def test_a_roster_is_tried_out_and_taken_in_as_it_was_seen(
    boss: TestClient, session: Session
) -> None:
    day = beijing(clock.now()).date() + timedelta(days=1)
    text = (
        "承办单位编码,值班岗位,值班开始,值班结束,值班人员,值班电话\n"
        f"{DEPARTMENT},值班员,{day} 08:00,{day} 20:00,甲,13900001234\n"
    )
    page = sent(boss, "/import/rosters/preview", 200, text=text, name="值班.csv")
    assert session.exec(select(Duty)).first() is None
    form = {name: hidden(page, name) for name in ("checked", "version")}
    sent(boss, "/import/rosters/apply", text=text, name="值班.csv", **form)
    assert session.exec(select(Duty)).one().person == "甲"
    assert "甲" in got(boss, f"/departments/{DEPARTMENT}")
    same = sent(boss, "/import/rosters/preview", 200, text=text, name="值班.csv")
    assert 'name="checked"' not in same  # there is nothing to be done


def test_a_roster_that_others_changed_meanwhile_is_looked_at_again(
    boss: TestClient, session: Session, on_duty: Duty
) -> None:
    first, last = (beijing(on_duty.starts_at) - timedelta(hours=each) for each in (12, 10))
    text = (
        "承办单位编码,值班岗位,值班开始,值班结束,值班人员,值班电话\n"
        f"{DEPARTMENT},值班员,{first:%Y-%m-%d %H:%M},{last:%Y-%m-%d %H:%M},甲,13900001234\n"
    )
    page = sent(boss, "/import/rosters/preview", 200, text=text, name="值班.csv")
    form = {name: hidden(page, name) for name in ("checked", "version")}
    on_duty.person, on_duty.updated_at = "丁", clock.now()
    session.flush()
    sent(boss, "/import/rosters/apply", 412, text=text, name="值班.csv", **form)
    assert session.exec(select(Duty)).one().person == "丁"


def test_a_telephone_on_duty_is_shown_to_who_asks_and_that_is_kept(
    agent: TestClient, auditor: TestClient, session: Session, on_duty: Duty
) -> None:
    page = got(agent, f"/departments/{DEPARTMENT}")
    assert "139****1234" in page
    assert "13900001234" not in page
    reveal = f"/departments/{DEPARTMENT}/duties/{on_duty.id}/reveal"
    assert "13900001234" in sent(agent, reveal, 200)
    told = session.exec(select(Event).where(Event.type == EventType.DUTY_REVEALED)).one()
    assert told.chain == f"department:{DEPARTMENT}"
    sent(auditor, reveal, 403)
    assert "/reveal" not in got(auditor, f"/departments/{DEPARTMENT}")


def test_the_orders_card_says_whom_one_reaches_now(
    agent: TestClient, session: Session, on_duty: Duty, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment(DEPARTMENT, "")], actor=LEAD, now=now)
    page = agent.get(f"/console/tickets/{ticket.number}").text
    assert f"值班员 {on_duty.person} 139****1234" in page


def test_a_ringing_call_and_its_ticket_say_whose_number_was_dialled(
    agent: TestClient, session: Session
) -> None:
    at = clock.now()
    seat = scene.seat_of(session, "agent-1", at)
    call = scene.caller(session, at)
    scene.offered(session, seat, call, at)
    call.line = "12333"
    session.flush()
    assert "来自 12333 人力资源和社会保障服务热线" in agent.get("/console/call-bar").text
    ticket = create_ticket(session, now=at)
    ticket.call_id = call.id
    session.flush()
    assert "来自 12333" in agent.get(f"/console/tickets/{ticket.number}").text

"""The list's address: what it selects, what it says of itself, and where it leads."""

import re
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.terms import RequestType, Urgency
from hotline.console import lists
from hotline.console.listing import parts
from hotline.core.accounts import MACHINE
from tests.factories import create_ticket

NUMBER = re.compile(r'data-key="(\w+)"')


def numbers(page: str) -> list[str]:
    return NUMBER.findall(page)


def test_filters_stand_in_the_address_and_each_can_be_taken_away(
    agent: TestClient, session: Session, now: datetime
) -> None:
    lamp = create_ticket(session, now=now, urgency=Urgency.URGENT)
    create_ticket(session, now=now, request_type=RequestType.COMPLAINT)
    query = "urgency=urgent&type=assistance&district=城关区&matter=城乡建设"
    page = agent.get(f"/console/?{query}").text
    assert numbers(page) == [lamp.number]
    assert "共 1 件" in page
    for word in ("紧急", "求助", "城关区", "城乡建设"):
        assert f'aria-label="去掉条件：{word}"' in page
    query = f"type=assistance&amp;matter={quote('城乡建设')}&amp;district=540102"
    assert f'href="/console/?{query}" aria-label="去掉条件：紧急"' in page
    live = "/console/rows?type=assistance&amp;urgency=urgent&amp;matter="
    assert f'hx-get="{live}{quote("城乡建设")}' in page


def test_a_department_may_be_named_as_people_call_it(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)
    page = agent.get("/console/?department=城关区城市管理和综合执法局").text
    assert numbers(page) == [ticket.number]
    assert "department=540102-urban" in page


def test_an_unclear_condition_is_said_and_never_widens_the_list_unseen(
    agent: TestClient, session: Session, now: datetime
) -> None:
    create_ticket(session, now=now)
    page = agent.get("/console/?status=opened&district=无此地&department=x")
    assert page.status_code == 200
    assert "有的条件看不懂，没有采用：地区、承办单位、状态" in page.text
    assert "看不懂" not in agent.get("/console/?status=registered").text


def test_a_person_s_number_is_no_word_to_look_for(agent: TestClient) -> None:
    page = agent.get("/console/?urgency=urgent&q=13989001234")
    assert str(page.url).endswith("/console/?urgency=urgent&unclear=q")
    assert "不能用电话" in page.text
    assert "13989001234" not in page.text


def test_the_tabs_keep_the_other_conditions(
    agent: TestClient, session: Session, now: datetime
) -> None:
    create_ticket(session, now=now)
    page = agent.get("/console/?urgency=urgent").text
    assert 'href="/console/?status=closed&amp;urgency=urgent"' in page
    assert 'href="/console/?urgency=urgent&amp;order=clock"' in page


def test_by_the_clock_a_long_list_is_read_page_by_page_and_back(
    agent: TestClient, session: Session, now: datetime
) -> None:
    made = {
        create_ticket(session, now=now + timedelta(seconds=second)).number
        for second in range(lists.SHOWN + 3)
    }
    session.flush()
    first = agent.get("/console/?order=clock").text
    assert "只列出有时限在计时的工单" in first
    assert 'hx-get="/console/rows?order=clock"' in first
    on = re.search(r'href="(/console/\?order=clock&amp;on=[^"]+)"', first)
    assert on
    second = agent.get(on[1].replace("&amp;", "&")).text
    assert set(numbers(first) + numbers(second)) == made
    assert 'id="live"' not in second
    back = re.search(r'href="(/console/\?order=clock&amp;back=[^"]+)"', second)
    assert back
    again = agent.get(back[1].replace("&amp;", "&")).text
    assert numbers(again) == numbers(first)
    assert 'id="live"' in again


def test_a_cursor_that_is_not_ours_is_refused(agent: TestClient) -> None:
    for name in ("on", "back"):
        assert agent.get(f"/console/?{name}=abc").status_code == 422


def test_the_count_is_honest(
    agent: TestClient, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        create_ticket(session, now=now)
    session.flush()
    assert agent.get("/console/listing/count?status=registered").text.strip() == "共 3 件"
    assert agent.get("/console/listing/count?status=closed").text.strip() == "共 0 件"
    monkeypatch.setattr(parts, "COUNTED", 2)
    assert agent.get("/console/listing/count").text.strip() == "共 2+ 件"


def test_what_the_fields_offer_is_fetched_when_it_is_wanted(agent: TestClient) -> None:
    assert '<option value="城关区">' in agent.get("/console/listing/choices/districts").text
    assert "城乡建设/市政设施/路灯" in agent.get("/console/listing/choices/matters").text
    assert "综合执法局" in agent.get("/console/listing/choices/departments").text
    assert agent.get("/console/listing/choices/people").text.strip() == ""

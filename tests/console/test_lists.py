"""The list of tickets."""

import re
from datetime import datetime, timedelta

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.terms import Urgency
from hotline.console import lists
from hotline.core.accounts import MACHINE
from tests.factories import create_ticket

NUMBER = re.compile(r'data-key="(\w+)"')


def test_a_ticket_is_listed_with_what_an_agent_needs_to_choose(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now, urgency=Urgency.URGENT)
    page = agent.get("/console/")
    for word in (ticket.number, "待派单", "城关区", "紧急", "路灯", "派单时限"):
        assert word in page.text
    assert "13989001234" not in page.text


def test_the_list_says_who_has_the_ticket_and_who_is_only_proposed(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    assert "建议" not in agent.get("/console/rows").text  # nothing was proposed in so many words
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)
    session.flush()
    assert "城关区城市管理和综合执法局" in agent.get("/console/rows").text


def test_the_status_filter_is_in_the_address(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    session.flush()
    assert ticket.number in agent.get("/console/?status=registered").text
    page = agent.get("/console/?status=closed")
    assert ticket.number not in page.text
    assert "/console/rows?status=closed" in page.text


def test_older_tickets_are_reached_page_by_page_without_gaps(
    agent: TestClient, session: Session, now: datetime
) -> None:
    made = [
        create_ticket(session, now=now + timedelta(seconds=second // 2)).number
        for second in range(lists.SHOWN + 3)
    ]
    session.flush()
    first = agent.get("/console/").text
    older = re.search(r'href="(/console/\?on=[^"]+)"', first)
    assert older
    second = agent.get(older[1]).text
    assert NUMBER.findall(first) + NUMBER.findall(second) == made[::-1]
    assert 'id="live"' not in second


def test_a_page_of_tickets_asks_the_database_the_same_number_of_times_however_long(
    agent: TestClient, session: Session, now: datetime
) -> None:
    from sqlalchemy import event

    asked: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *a: asked.append(a[2]))
    counts = []
    for _ in range(2):
        for second in range(5):
            create_ticket(session, now=now + timedelta(seconds=second))
        session.flush()
        asked.clear()
        agent.get("/console/rows")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_ticket_is_found_by_its_number(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    found = agent.get(f"/console/find?number= {ticket.number} ")
    assert found.url.path == f"/console/tickets/{ticket.number}"
    missing = agent.get("/console/find?number=1")
    assert missing.status_code == 404
    assert "没有找到" in missing.text

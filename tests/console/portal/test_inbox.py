"""收件箱: the most urgent first, narrowed by its URL, and many signed at once."""

import asyncio
import re
from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from dispatch.handling import inbox, orders
from dispatch.handling.inbox import Wanted
from dispatch.models import Clock, Ticket
from dispatch.terms import RequestType
from hotline.console.portal import inbox as page
from hotline.console.portal import stream
from hotline.core import events
from hotline.core.accounts import Role
from hotline.core.clock import now
from hotline.core.events import Cursor
from tests.api.dispatched_scene import dispatched
from tests.console.portal.conftest import CITY, URBAN, Desk
from tests.factories import system_of


def shown(text: str) -> list[str]:
    return re.findall(r'<tr data-key="([\d-]+)"', text)


def make_due(session: Session, ticket: Ticket, at: datetime) -> None:
    """Have every clock of the ticket's first order due no sooner than then, one just then."""
    subject = f"order:{ticket.number}-1"
    for clock in session.exec(select(Clock).where(Clock.subject == subject)):
        clock.due_at = max(clock.due_at, at) if clock.kind != "accept_by" else at
        session.add(clock)
    session.flush()


def test_a_departments_people_are_led_to_their_inbox(at_desk: Desk, session: Session) -> None:
    ticket = dispatched(session)
    handler = at_desk()
    text = handler.get("/portal/").text
    assert shown(text) == [f"{ticket.number}-1"]
    assert "城关区城市管理和综合执法局" in text
    assert "13989001234" not in text
    assert 'href="/portal/figures"' in text
    assert 'href="/portal/webhooks"' not in text  # for their leader
    assert 'href="/portal/webhooks"' in at_desk(role=Role.LEADER).get("/portal/").text


def test_who_is_nobody_here_is_sent_to_sign_in_and_who_works_inside_is_not_let_in(
    anonymous: TestClient, lead: TestClient
) -> None:
    answer = anonymous.get("/portal/?status=accepted", follow_redirects=False)
    assert answer.headers["location"] == "/console/sign-in?next=/portal/%3Fstatus%3Daccepted"
    assert lead.get("/portal/").status_code == 403


def test_what_is_due_first_stands_first_and_pages_miss_nothing(
    at_desk: Desk, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "SHOWN", 2)
    found = [dispatched(session) for _ in range(5)]
    for hours, ticket in zip((5, 1, 4, -2, 3), found, strict=True):
        make_due(session, ticket, now() + timedelta(hours=hours))
    wanted = [f"{found[at].number}-1" for at in (3, 1, 4, 2, 0)]
    handler, url, seen = at_desk(), "/portal/", list[str]()
    while url:
        text = handler.get(url).text
        seen += shown(text)
        more = re.search(r'class="more"><a href="([^"]+)"', text)
        url = more[1].replace("&amp;", "&") if more else ""
    assert seen == wanted


def test_the_url_narrows_the_list_and_each_filter_is_counted(
    at_desk: Desk, session: Session
) -> None:
    lamp = dispatched(session)
    praise = dispatched(session, request_type=RequestType.COMPLAINT)
    late = dispatched(session, district="540103")
    make_due(session, late, now() - timedelta(hours=3))
    order = orders.find(session, f"{praise.number}-1")
    orders.accept(session, order, actor=system_of(URBAN), now=now())
    session.flush()
    handler = at_desk()
    for query, wanted in (
        ("type=complaint", [praise]),
        ("district=540103", [late]),
        ("overdue=1", [late]),
        ("status=accepted", [praise]),
        ("status=accepted&overdue=1", []),
    ):
        found = shown(handler.get(f"/portal/?{query}").text)
        assert found == [f"{each.number}-1" for each in wanted], query
    text = handler.get("/portal/rows").text
    assert re.search(r"待签收 <span class=\"count\">2<", text)
    assert re.search(r"办理中 <span class=\"count\">1<", text)
    assert re.search(r"已超期 <span class=\"count over\">1<", text)
    assert len(shown(handler.get("/portal/?district=000000&type=none&status=none").text)) == 0
    assert lamp.number in handler.get("/portal/?type=none").text


def test_ticked_orders_are_signed_and_others_told_apart(at_desk: Desk, session: Session) -> None:
    mine, gone, theirs = dispatched(session), dispatched(session), dispatched(session, CITY)
    orders.accept(
        session, orders.find(session, f"{gone.number}-1"), actor=system_of(URBAN), now=now()
    )
    handler = at_desk()
    numbers = [f"{each.number}-1" for each in (mine, gone, theirs)]
    text = handler.post("/portal/accept", data={"number": numbers}).text
    assert "已签收 1 件" in text
    assert "2 件没有签收" in text
    assert orders.find(session, numbers[0]).status == "accepted"
    assert orders.find(session, numbers[2]).status == "dispatched"
    assert handler.post("/portal/accept", data={}).status_code == 422


def test_a_department_hears_of_its_own_tickets_and_of_no_others(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = dispatched(session), dispatched(session, CITY)
    told = [
        event
        for ticket in (mine, theirs)
        for event in events.history(session, f"ticket:{ticket.number}")
    ]
    # As it is read once it has been committed.
    monkeypatch.setattr(events, "read", lambda _session, after, **_: [] if after.id else told)
    after, frames = stream.heard(session, Cursor(), system_of(URBAN))
    assert len(frames) == 1
    assert mine.number in frames[0]
    assert after.id
    assert stream.heard(session, after, system_of(URBAN)) == (after, [])


def test_the_line_says_changed_and_ends_for_who_may_listen_no_more(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, reader = dispatched(session), system_of(URBAN)
    told = events.history(session, f"ticket:{ticket.number}")
    monkeypatch.setattr(events, "read", lambda _session, after, **_: [] if after.id else told)
    monkeypatch.setattr(events, "latest", lambda _session: Cursor())
    monkeypatch.setattr(stream, "transaction", lambda: nullcontext(session))
    monkeypatch.setattr(stream, "LOOK_EVERY_S", 0)
    monkeypatch.setattr(stream, "HOLDS_S", -1)
    holds = iter([reader, reader, None])

    async def heard() -> list[str]:
        return [frame async for frame in stream.follow(reader, lambda: next(holds))]

    retry, changed = asyncio.run(heard())
    assert retry.startswith("retry:")
    assert changed == f'event: changed\ndata: {{"ticket": "{ticket.number}"}}\n\n'


def test_an_order_that_ended_is_found_by_its_status(at_desk: Desk, session: Session) -> None:
    ticket = dispatched(session)
    order = orders.find(session, f"{ticket.number}-1")
    order.status = "completed"
    session.add(order)
    session.flush()
    handler = at_desk()
    assert not shown(handler.get("/portal/").text)
    assert shown(handler.get("/portal/?status=completed").text) == [order.number]


def test_a_clock_that_stands_still_is_not_urgent(session: Session) -> None:
    ticket = dispatched(session)
    for clock in session.exec(select(Clock).where(col(Clock.subject).startswith("order:"))):
        clock.waits_for = "suspension:1"
        session.add(clock)
    session.flush()
    (line,) = inbox.listed(session, Wanted(), reader=system_of(URBAN), now=now())
    assert (line.order.number, line.clock) == (f"{ticket.number}-1", None)

"""What a department reads: all while the order is its own, nothing later once it is gone."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch import feed, history, reminders
from dispatch.beside import supervision
from dispatch.beside.supervision import Cause
from dispatch.clustering import clusters
from dispatch.handling import dispatching, orders, replies
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.models import Ticket, WorkOrder
from dispatch.terms import TimeClass
from hotline.core.accounts import Actor, Role
from hotline.core.clock import now
from hotline.core.privacy import Person
from tests.factories import create_ticket

Desk = Callable[[str], TestClient]
AGENT, BOSS = Actor("dawa", Role.AGENT), Actor("pema", Role.SUPERVISOR)
COUNTY, CITY = "540102-urban", "540100-urban"
LATER, NEIGHBOUR = "昨晚他的亲戚打了我", "邻居家门口也一样黑"


def sent(session: Session, ticket: Ticket, *codes: str) -> WorkOrder:
    to = [Assignment(code) for code in codes or (COUNTY,)]
    dispatching.dispatch(session, ticket, to, actor=AGENT, now=now())
    return orders.of_ticket(session, ticket)[0]


def remind(session: Session, ticket: Ticket, text: str) -> None:
    person = session.get_one(Person, ticket.person_id)
    reminders.remind(session, ticket, person, text, call_id=None, now=now())


def read(client: TestClient, order: WorkOrder) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/work-orders/{order.number}").json()
    return found


def fed(session: Session, department: str, *tickets: Ticket) -> list[str]:
    happened = [event for each in tickets for event in history.story(session, each)]
    return [event.type for event in feed.concerning(session, happened, department)]


def test_who_lost_an_order_reads_nothing_that_was_said_later(session: Session, desk: Desk) -> None:
    ticket = create_ticket(session, now=now())
    order = sent(session, ticket)
    remind(session, ticket, "路灯还没有修好")
    dispatching.recall(session, ticket, order, "派错", actor=AGENT, now=now())
    remind(session, ticket, LATER)
    neighbour = create_ticket(session, now=now(), text=NEIGHBOUR)
    clusters.merge(session, ticket, [neighbour], "同一处", actor=AGENT, now=now())
    session.flush()
    found = read(desk(COUNTY), order)
    assert (found["status"], found["joined"]) == ("recalled", [])
    assert [each["text"] for each in found["reminded"]] == ["路灯还没有修好"]
    fed_on = fed(session, COUNTY, ticket, neighbour)
    assert not {"ticket.merged", "ticket.reminded"} & set(fed_on)


def test_a_followers_reminder_is_fed_to_who_has_the_main_order(session: Session) -> None:
    main, follower = create_ticket(session, now=now()), create_ticket(session, now=now())
    clusters.merge(session, main, [follower], "同一处", actor=AGENT, now=now())
    sent(session, main)
    remind(session, follower, "请快修")
    session.flush()
    assert fed(session, COUNTY, main, follower).count("ticket.reminded") == 1
    assert "ticket.reminded" not in fed(session, CITY, main, follower)


def test_the_supervision_of_a_whole_ticket_is_fed_to_its_lead_alone(session: Session) -> None:
    ticket = create_ticket(session, now=now())
    sent(session, ticket, COUNTY, CITY)
    supervision.supervise(session, ticket, None, Cause.PERSON, "请尽快", actor=BOSS, now=now())
    session.flush()
    told = [each for each in fed(session, COUNTY, ticket) if each.startswith("supervision.")]
    assert len(told) == 1
    assert not [each for each in fed(session, CITY, ticket) if each.startswith("supervision.")]


@pytest.mark.parametrize("reader", ["the house", "its own"])
def test_a_draft_that_waits_for_its_signature_is_the_departments_own(
    session: Session, desk: Desk, client: TestClient, reader: str
) -> None:
    ticket = create_ticket(session, now=now(), time_class=TimeClass.COMPLEX)
    order = sent(session, ticket)
    unit = Actor(f"{COUNTY}#1", Role.SYSTEM, COUNTY)
    orders.accept(session, order, actor=unit, now=now())
    answer = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
    assert replies.reply(session, order, answer, actor=unit, now=now()).awaits_signature
    session.flush()
    found = read(client if reader == "the house" else desk(COUNTY), order)
    assert len(found["replies"]) == (reader == "its own")

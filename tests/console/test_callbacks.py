"""The list of callbacks that people make."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.callback import callback_plan
from dispatch.callback.callback_plan import CallbackStatus
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.replies import Answer
from dispatch.models import Callback, Rating, Ticket
from dispatch.states import TicketStatus
from dispatch.terms import RequestType
from hotline.core.accounts import MACHINE, Role
from tests.console.conftest import enter
from tests.factories import create_ticket


@pytest.fixture
def callback(session: Session, now: datetime) -> Callback:
    """A complaint's callback: a person makes it."""
    ticket = create_ticket(session, now=now, request_type=RequestType.COMPLAINT)
    chosen = [orders.Assignment("540102-urban")]
    dispatching.dispatch(session, ticket, chosen, actor=MACHINE, now=now)
    order = orders.of_ticket(session, ticket)[0]
    orders.accept(session, order, actor=MACHINE, now=now)
    answer = Answer("已更换", True, True, "路灯已更换，今晚起正常照明。")
    replies.reply(session, order, answer, actor=MACHINE, now=now)
    reviews.complete(session, order, actor=MACHINE, now=now)
    session.flush()
    planned = callback_plan.of_ticket(session, ticket)
    assert planned
    return planned


def ticket_of(session: Session, callback: Callback) -> Ticket:
    session.expire_all()
    return session.get_one(Ticket, callback.ticket_id)


def test_what_the_requester_said_is_recorded_and_closes_the_ticket(
    agent: TestClient, session: Session, callback: Callback
) -> None:
    task = agent.get("/console/callbacks").text
    assert "路灯坏了" in task
    assert "路灯已更换，今晚起正常照明。" in task  # what the requester is asked about
    assert "13989001234" not in task
    form = {"outcome": "completed", "contacted": "yes", "solved": "yes", "rating": "5"}
    after = agent.post(f"/console/callbacks/{callback.id}", data=form)
    ticket = ticket_of(session, callback)
    assert f"已记录工单 {ticket.number} 的回访" in after.text
    assert "现在没有要打的回访电话" in after.text
    assert ticket.status == TicketStatus.CLOSED
    assert session.exec(select(Rating.satisfaction)).one() == 5
    story = agent.get(f"/console/tickets/{ticket.number}").text
    assert "承办单位联系过，问题已解决，非常满意" in story


def test_who_was_not_reached_has_said_nothing(
    agent: TestClient, session: Session, callback: Callback
) -> None:
    form = {"outcome": "no_answer", "contacted": "yes", "solved": "no", "rating": "1"}
    agent.post(f"/console/callbacks/{callback.id}", data=form)
    ticket = ticket_of(session, callback)
    assert ticket.status == TicketStatus.AWAITING_CALLBACK
    assert (callback.contacted, callback.resolved, callback.satisfaction) == (None, None, None)
    assert callback.status == CallbackStatus.PLANNED
    assert not session.exec(select(Rating)).all()


def test_dissatisfied_reopens(agent: TestClient, session: Session, callback: Callback) -> None:
    form = {"outcome": "completed", "solved": "no", "rating": "1"}
    agent.post(f"/console/callbacks/{callback.id}", data=form)
    ticket = ticket_of(session, callback)
    assert ticket.status == TicketStatus.DISPATCHED
    story = agent.get(f"/console/tickets/{ticket.number}").text
    assert "诉求人不满意，工单重办，这是第 1 次" in story
    assert "整改时限" in story


def test_two_agents_do_not_record_one_callback_twice(agent: TestClient, callback: Callback) -> None:
    form = {"outcome": "completed", "solved": "yes", "rating": "4"}
    agent.post(f"/console/callbacks/{callback.id}", data=form)
    assert agent.post(f"/console/callbacks/{callback.id}", data=form).status_code == 409


def test_an_auditor_makes_no_callbacks(
    anonymous: TestClient, session: Session, now: datetime, callback: Callback
) -> None:
    auditor = enter(anonymous, session, Role.AUDITOR, now)
    assert "/console/callbacks" not in auditor.get("/console/").text
    refused = auditor.post(f"/console/callbacks/{callback.id}", data={"outcome": "completed"})
    assert refused.status_code == 403

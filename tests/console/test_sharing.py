"""Who has a ticket, changed on its page."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.handling import cases, dispatching, onward, orders, replies
from dispatch.handling.replies import Answer
from dispatch.models import OrderRole, Ticket, WorkOrder
from dispatch.states import OrderStatus
from tests.console.matters import CITY, URBAN, contested, done, form, handled, page, refused, system
from tests.factories import create_ticket


@pytest.fixture
def dealt(session: Session, now: datetime) -> tuple[Ticket, WorkOrder]:
    return handled(session, now)


def test_another_department_assists_and_reads_what_it_is_told(
    agent: TestClient, session: Session, dealt: tuple[Ticket, WorkOrder]
) -> None:
    ticket, _ = dealt
    after = done(agent, ticket, "add", department="拉萨市公安局", note="请协助疏导交通")
    assert "请协助疏导交通" in after
    added = orders.of_ticket(session, ticket)[-1]
    assert (added.department, added.role) == ("540100-police", OrderRole.ASSISTING)


def test_a_department_that_nobody_knows_is_refused_in_chinese(
    agent: TestClient, session: Session, dealt: tuple[Ticket, WorkOrder]
) -> None:
    ticket, order = dealt
    for action, given in (("add", {}), ("redispatch", {"order": order.number})):
        path = f"/console/tickets/{ticket.number}/{action}"
        form = {"version": ticket.version, "department": "没有的局", **given}
        answer = agent.post(path, data=form)
        assert answer.status_code == 422
        assert "目录里没有这个承办单位" in answer.text
    assert len(orders.of_ticket(session, ticket)) == 1


def test_an_open_order_goes_to_another_department_by_the_same_clock(
    agent: TestClient, session: Session, dealt: tuple[Ticket, WorkOrder]
) -> None:
    ticket, order = dealt
    after = done(agent, ticket, "redispatch", order=order.number, department=CITY)
    first, second = orders.of_ticket(session, ticket)
    assert (first.status, second.department) == (OrderStatus.RECALLED, CITY)
    assert "已撤回" in after


def test_an_order_is_taken_back_for_a_reason_that_its_department_reads(
    agent: TestClient, dealt: tuple[Ticket, WorkOrder]
) -> None:
    ticket, order = dealt
    after = done(agent, ticket, "recall", order=order.number, reason="派错了单位")
    assert "派错了单位" in after
    assert ticket.status == "registered"
    assert form(ticket, "recall") not in after


@pytest.mark.parametrize("action", ["add", "redispatch", "recall"])
def test_who_only_looks_changes_nothing(
    auditor: TestClient, dealt: tuple[Ticket, WorkOrder], action: str
) -> None:
    ticket, order = dealt
    refused(auditor, ticket, action, order=order.number, department=CITY, reason="派错了")


def test_another_tickets_order_is_not_taken_back_from_here(
    agent: TestClient, session: Session, dealt: tuple[Ticket, WorkOrder], now: datetime
) -> None:
    ticket, _ = dealt
    _, other = handled(session, now)
    path = f"/console/tickets/{ticket.number}/recall"
    answer = agent.post(
        path, data={"version": ticket.version, "order": other.number, "reason": "派错了"}
    )
    assert answer.status_code == 404
    assert other.status == OrderStatus.ACCEPTED


def test_what_was_given_on_stands_under_its_parent_and_is_reviewed_there(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [orders.Assignment(CITY)], actor=system(CITY), now=now)
    parent = orders.of_ticket(session, ticket)[0]
    orders.accept(session, parent, actor=system(CITY), now=now)
    (child,) = onward.dispatch(session, parent, [URBAN], "请抢修", actor=system(CITY), now=now)
    orders.accept(session, child, actor=system(URBAN), now=now)
    answer = Answer("更换灯泡", True, True, "路灯已更换，今晚起正常照明。")
    replies.reply(session, child, answer, actor=system(URBAN), now=now)
    session.flush()
    shown = page(agent, ticket)
    assert f"由 {parent.number} 转派" in shown
    assert shown.index(parent.number) < shown.index(child.number)
    assert f"/console/orders/{child.number}/complete" not in shown  # its issuer reviews it
    assert shown.count(f'name="order" value="{child.number}"') == 0


def test_a_binding_order_says_so_and_only_who_arbitrates_takes_it_back(
    agent: TestClient, lead: TestClient, session: Session, now: datetime
) -> None:
    ticket = contested(session, now)
    case = cases.open_of(session, ticket)
    assert case
    done(lead, ticket, "decide", case=case.id, department=CITY, basis="三定方案第四条")
    shown = page(agent, ticket)
    assert "会商裁定，不得退单" in shown
    assert form(ticket, "redispatch") not in shown
    assert form(ticket, "recall") not in shown
    assert form(ticket, "recall") in page(lead, ticket)

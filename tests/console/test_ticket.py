"""One ticket's page, and what may be done on it."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch import intake
from dispatch.handling import orders
from dispatch.models import Ticket, WorkOrder
from dispatch.people import whose
from dispatch.states import OrderStatus
from hotline.core import privacy
from hotline.core.accounts import Role
from hotline.core.privacy import AccessLog
from tests.console.conftest import enter
from tests.console.matters import replied
from tests.factories import create_ended_call

TO = "540102-urban"


@pytest.fixture
def ticket(session: Session, now: datetime) -> Ticket:
    """A ticket registered from a call, not yet dispatched."""
    call = create_ended_call(session, now=now)
    made = intake.register_call(session, call.id, district="540100", auto_dispatch=False, now=now)
    assert made
    session.flush()
    return made


def path(ticket: Ticket, action: str = "") -> str:
    return f"/console/tickets/{ticket.number}{action}"


def dispatch(client: TestClient, ticket: Ticket, **form: object) -> object:
    return client.post(path(ticket, "/dispatch"), data={"version": ticket.version, **form})


def order_of(session: Session, ticket: Ticket) -> WorkOrder:
    session.expire_all()
    return orders.of_ticket(session, ticket)[0]


def test_the_page_tells_the_whole_story_masked(agent: TestClient, ticket: Ticket) -> None:
    page = agent.get(path(ticket)).text
    for word in (
        *("路灯坏了一个星期", "139****1234", "派单建议", "为什么是这家单位", "城乡建设 / 市政设施"),
        *("派单时限", "还剩", "为什么是这个时间", "热线系统登记了工单"),
    ):
        assert word in page, word
    assert "13989001234" not in page


def test_the_proposed_department_is_one_key_away(
    agent: TestClient, session: Session, ticket: Ticket
) -> None:
    assert f'value="{TO}" checked' in agent.get(path(ticket)).text
    after = agent.post(
        path(ticket, "/dispatch"), data={"version": ticket.version, "department": TO}
    )
    assert "把工单派给城关区城市管理和综合执法局" in after.text
    assert "待签收" in after.text
    order = order_of(session, ticket)
    assert order.department == TO
    assert order.legal_basis  # the proposal's clause goes with it
    assert order.dispatched_by == "agent-1"


def test_another_department_is_chosen_by_its_name(
    agent: TestClient, session: Session, ticket: Ticket
) -> None:
    names = agent.get(path(ticket, "/departments")).text
    assert '<option value="拉萨市公安局">' in names
    dispatch(agent, ticket, department=TO, other="拉萨市公安局")
    assert order_of(session, ticket).department == "540100-police"


def test_a_department_nobody_knows_is_refused_in_chinese(
    agent: TestClient, session: Session, ticket: Ticket
) -> None:
    answer = agent.post(
        path(ticket, "/dispatch"), data={"version": ticket.version, "other": "没有的局"}
    )
    assert answer.status_code == 422
    assert "目录里没有这个承办单位" in answer.text
    assert not orders.of_ticket(session, ticket)


def test_two_agents_at_one_ticket_do_not_dispatch_it_twice(
    agent: TestClient, session: Session, ticket: Ticket
) -> None:
    form = {"version": ticket.version, "department": TO}
    assert agent.post(path(ticket, "/dispatch"), data=form).status_code == 200
    late = agent.post(path(ticket, "/dispatch"), data=form)
    assert late.status_code == 412
    assert "已被他人修改" in late.text
    assert len(orders.of_ticket(session, ticket)) == 1


def test_an_auditor_sees_no_button_and_gets_nothing_done(
    anonymous: TestClient, session: Session, ticket: Ticket, now: datetime
) -> None:
    auditor = enter(anonymous, session, Role.AUDITOR, now)
    page = auditor.get(path(ticket)).text
    assert "/dispatch" not in page
    assert "/reveal" not in page
    refused = auditor.post(path(ticket, "/dispatch"), data={"version": 1, "department": TO})
    assert refused.status_code == 403
    assert "没有这项权限" in refused.text


def test_the_number_is_shown_for_a_reason_which_is_kept(
    agent: TestClient, session: Session, ticket: Ticket
) -> None:
    assert agent.post(path(ticket, "/reveal"), data={"reason": " "}).status_code == 422
    part = agent.post(
        path(ticket, "/reveal"), data={"reason": "核实地点"}, headers={"HX-Request": "true"}
    )
    assert "+8613989001234" in part.text
    assert "agent-1" in part.text  # the watermark
    assert "<html" not in part.text
    assert part.headers["Cache-Control"] == "no-store"
    kept = session.exec(select(AccessLog).where(AccessLog.subject == ticket.number)).one()
    assert (kept.actor, kept.what) == ("agent-1", "identity")
    assert privacy.why(whose.requester(session, ticket), kept) == "核实地点"


def test_a_reply_that_stands_moves_the_ticket_to_its_callback(
    agent: TestClient, session: Session, ticket: Ticket, now: datetime
) -> None:
    order = replied(session, ticket, now)
    page = agent.get(path(ticket)).text
    assert "北京东路的路灯已更换" in page
    assert "审核通过，办结" in page
    after = agent.post(f"/console/orders/{order.number}/complete", data={"version": ticket.version})
    assert "待回访" in after.text
    assert "计划在" in after.text


def test_a_reply_that_says_too_little_goes_back_with_the_reason(
    agent: TestClient, session: Session, ticket: Ticket, now: datetime
) -> None:
    order = replied(session, ticket, now)
    reject = f"/console/orders/{order.number}/reject"
    assert agent.post(reject, data={"version": ticket.version}).status_code == 422
    form = {"version": ticket.version, "note": "请写明更换日期"}
    after = agent.post(reject, data=form)
    assert "请写明更换日期" in after.text
    session.refresh(order)
    assert order.status == OrderStatus.ACCEPTED
    assert agent.post(reject, data=form).status_code == 412

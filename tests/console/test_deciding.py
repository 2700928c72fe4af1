"""What an agent decides about a ticket on its page."""

import re
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.ending import endings
from dispatch.ending.endings import Closing
from dispatch.handling import orders
from dispatch.models import Ticket
from dispatch.states import TicketStatus
from dispatch.terms import TimeClass, Urgency
from hotline.core.accounts import MACHINE
from tests.console.matters import contested, done, form, handled, page, refused, replied, send
from tests.factories import create_ticket

MENU = 'id="menu"'
FORMS: dict[str, dict[str, str]] = {
    "answer": {"text": "可以在社保大厅办理参保登记。", "closing": "explained"},
    "decline": {"reason": "petition"},
    "hand_over": {"receiver": "petition", "reason": "已在信访办理"},
    "withdraw": {"wish": "mistaken"},
    "split": {"parts": "小区门口的路灯不亮。"},
}


@pytest.fixture
def ticket(session: Session, now: datetime) -> Ticket:
    """A ticket that nobody has dispatched yet."""
    made = create_ticket(session, now=now)
    session.flush()
    return made


@pytest.mark.parametrize("action", FORMS)
def test_who_only_looks_is_shown_no_form_and_gets_nothing_done(
    auditor: TestClient, ticket: Ticket, action: str
) -> None:
    refused(auditor, ticket, action, **FORMS[action])
    assert MENU not in page(auditor, ticket)


@pytest.mark.parametrize("action", FORMS)
def test_a_form_filled_on_an_old_page_changes_nothing(
    agent: TestClient, ticket: Ticket, action: str
) -> None:
    late = send(agent, ticket, action, **{**FORMS[action], "version": ticket.version - 1})
    assert late.status_code == 412
    assert "已被他人修改" in late.text
    assert ticket.status == TicketStatus.REGISTERED


def test_what_was_told_on_the_line_ends_the_ticket_and_stands_on_its_page(
    agent: TestClient, ticket: Ticket
) -> None:
    after = done(
        *(agent, ticket, "answer"),
        text="路灯由城管养护，也可拨打 13989001234。",
        source="知识库：路灯养护",
        closing="explained",
    )
    assert (ticket.status, ticket.closing) == (TicketStatus.CLOSED, Closing.EXPLAINED)
    for word in ("直接答复", "路灯由城管养护", "知识库：路灯养护", "在线直接答复了诉求人"):
        assert word in after
    assert "13989001234" not in after
    assert form(ticket, "answer") not in after


def test_who_is_declined_is_told_the_lawful_route(agent: TestClient, ticket: Ticket) -> None:
    shown = page(agent, ticket)
    assert "请向当地信访部门提出" in shown  # what the agent reads out is beside the reason
    after = done(agent, ticket, "decline", reason="petition")
    assert ticket.status == TicketStatus.DECLINED
    assert "不予受理理由" not in after
    assert "告知的法定途径" in after
    assert "请向当地信访部门提出" in after


def test_danger_to_life_can_not_be_declined(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(
        session, now=now, urgency=Urgency.CRITICAL, time_class=TimeClass.EMERGENCY
    )
    session.flush()
    shown = page(agent, ticket)
    assert form(ticket, "decline") not in shown
    assert form(ticket, "hand_over") in shown
    answer = send(agent, ticket, "decline", reason="other", note="不归我们管")
    assert answer.status_code == 409


def test_a_hand_over_waits_for_the_receivers_number_and_shows_both(
    agent: TestClient, ticket: Ticket
) -> None:
    after = done(agent, ticket, "hand_over", receiver="fire", reason="楼道着火", line_kept="true")
    for word in ("移交待确认", "对方还没有确认", "三方转接", "移交确认时限", "把诉求移交119"):
        assert word in after
    after = done(agent, ticket, "acknowledge", their_number="XF-20261125-31")
    assert ticket.closing == Closing.HANDED_OVER
    assert "XF-20261125-31" in after
    assert "移交待确认" not in after
    assert form(ticket, "acknowledge") not in after


def test_only_another_region_takes_a_code(agent: TestClient, ticket: Ticket) -> None:
    assert (
        send(
            agent, ticket, "hand_over", receiver="hotline", region="成都", reason="事发地在成都"
        ).status_code
        == 422
    )
    after = done(
        agent, ticket, "hand_over", receiver="hotline", region="510100", reason="事发地在成都"
    )
    assert "其他地区 12345 510100" in after


def test_by_the_requesters_wish_orders_are_recalled_and_the_page_says_whose_wish(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket, order = handled(session, now)
    after = done(agent, ticket, "withdraw", wish="settled_otherwise")
    assert "诉求人撤回了诉求（问题已自行解决）" in after
    session.refresh(order)
    assert order.status == "recalled"
    assert MENU not in after  # a withdrawn ticket is final


def test_a_closed_ticket_is_done_again_for_a_reason(agent: TestClient, ticket: Ticket) -> None:
    assert form(ticket, "reopen") not in page(agent, ticket)
    done(agent, ticket, "decline", reason="unclear")
    after = done(agent, ticket, "reopen", reason="should_accept", note="诉求人说明了地点")
    assert ticket.status == TicketStatus.REGISTERED
    for word in ("重办 1 次", "应当受理", "诉求人说明了地点", "以前的（1）"):
        assert word in after


def test_an_archived_ticket_offers_nothing(
    agent: TestClient, session: Session, ticket: Ticket, now: datetime
) -> None:
    done(agent, ticket, "decline", reason="unclear")
    ticket.archived_at = now
    session.flush()
    assert MENU not in page(agent, ticket)


def test_each_line_becomes_a_ticket_of_its_own_and_all_are_linked(
    agent: TestClient, ticket: Ticket
) -> None:
    after = done(agent, ticket, "split", parts="小区门口的路灯不亮。\n\n楼上夜里施工太吵。\n")
    assert "拆出" in after
    assert after.count('<a class="number" href="/console/tickets/') == 2
    part = after.split('<a class="number" href="', 1)[1].split('"', 1)[0]
    assert f'href="/console/tickets/{ticket.number}"' in agent.get(part).text


def test_a_ticket_with_a_department_is_neither_answered_nor_declined_here(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket, _ = handled(session, now)
    shown = page(agent, ticket)
    for action in ("answer", "decline", "split", "reopen"):
        assert form(ticket, action) not in shown
        assert (
            send(agent, ticket, action, **FORMS.get(action, {"reason": "not_done"})).status_code
            == 409
        )
    assert orders.of_ticket(session, ticket)


def test_a_contested_ticket_is_not_dispatched_from_its_page(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = contested(session, now)
    assert form(ticket, "dispatch") not in page(agent, ticket)


def test_a_dissatisfied_requesters_ticket_goes_back_to_whoever_answered(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    order = replied(session, ticket, now)
    agent.post(f"/console/orders/{order.number}/complete", data={"version": ticket.version})
    assert ticket.status == TicketStatus.AWAITING_CALLBACK
    after = done(agent, ticket, "reopen", reason="dissatisfied", note="灯还是不亮")
    assert ticket.status == TicketStatus.DISPATCHED
    assert "灯还是不亮" in after
    assert endings.redone(session, ticket)[0].by != str(MACHINE)


@pytest.mark.parametrize(
    ("action", "fitting"),
    [
        ("decline", ("should_accept", "called_again")),
        ("hand_over", ("not_taken", "called_again", "not_done")),
        ("answer", ("dissatisfied", "called_again", "not_done")),
    ],
)
def test_only_what_can_be_true_of_how_it_ended_is_a_reason_to_do_it_again(
    agent: TestClient, ticket: Ticket, action: str, fitting: tuple[str, ...]
) -> None:
    shown = done(agent, ticket, action, **FORMS[action])
    offered = shown.split(form(ticket, "reopen"), 1)[1].split("</select>", 1)[0]
    assert tuple(re.findall(r'<option value="(\w+)">', offered)) == fitting

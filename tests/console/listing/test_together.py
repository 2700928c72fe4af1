"""批量办理: each ticket is judged by itself, and the answer names every one."""

import re
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch import intake
from dispatch.beside import supervision
from dispatch.handling import dispatching, orders, returns
from dispatch.handling.orders import Assignment
from dispatch.handling.returns import Return
from dispatch.models import ProposalRow, Ticket
from dispatch.states import TicketStatus
from dispatch.tickets import Draft, open_ticket
from hotline.core import accounts, privacy
from hotline.core.accounts import MACHINE
from hotline.core.phone import PhoneNumber
from tests.factories import PROPOSAL, create_ticket, system_of

TOGETHER = "/console/listing/together"
URBAN, HOUSING = "540102-urban", "540102-housing"
URBAN_NAME = "城关区城市管理和综合执法局"


def proposed(session: Session, now: datetime, department: str = URBAN) -> Ticket:
    ticket = create_ticket(session, now=now)
    basis = {"legal_basis": "《条例》第六条"}
    row = ProposalRow(ticket_id=ticket.id, at=now, department=department, confidence=1, body=basis)
    session.add(row)
    session.flush()
    return ticket


def line(ticket: Ticket, version: int | None = None) -> str:
    return f"{ticket.number}:{version or ticket.version}"


def do(client: TestClient, action: str, *lines: str, status: int = 200, **said: str) -> str:
    answer = client.post(TOGETHER, data={"action": action, "line": list(lines), **said})
    assert answer.status_code == status, answer.text
    return answer.text


def why(page: str) -> dict[str, str]:
    told = r'data-key="(\w+)">.*?</a>(?: <em>.*?</em>)?(?: <span>(.*?)</span>)?</li>'
    return dict(re.findall(told, page))


def test_each_is_dispatched_to_who_is_proposed_for_it_and_the_others_are_named(
    agent: TestClient, session: Session, now: datetime
) -> None:
    good, again, bare, stale = (
        proposed(session, now),
        proposed(session, now),
        create_ticket(session, now=now),
        proposed(session, now),
    )
    dispatching.dispatch(session, again, [Assignment(HOUSING)], actor=MACHINE, now=now)
    page = do(
        agent,
        "dispatch",
        *(line(good), line(again), line(bare), line(stale, stale.version + 1), "260101999990:1"),
        query="status=registered",
    )
    assert "办好了 1 件" in page
    assert "没有办成 4 件" in page
    assert why(page) == {
        good.number: "",
        again.number: "已经有主办单位。",
        bare.number: "没有建议的承办单位，请指定一家。",
        stale.number: "您勾选之后，这件工单已被他人修改，请重新查看。",
        "260101999990": "没有找到，或不在您的范围内。",
    }
    (order,) = orders.of_ticket(session, good)
    assert (order.department, order.legal_basis) == (URBAN, "《条例》第六条")
    assert order.dispatched_by == "agent-1"
    assert stale.status == bare.status == TicketStatus.REGISTERED
    assert 'href="/console/?status=registered"' in page


def test_all_may_go_to_one_department_or_to_another_than_before(
    agent: TestClient, session: Session, now: datetime
) -> None:
    made = [create_ticket(session, now=now) for _ in range(2)]
    session.flush()
    do(agent, "dispatch", *map(line, made), department=URBAN_NAME, words="请当日到场")
    for ticket in made:
        (order,) = orders.of_ticket(session, ticket)
        assert (order.department, order.note) == (URBAN, "请当日到场")
    to = session.get_one(type(order), order.id).department
    page = do(agent, "redispatch", *map(line, made), department=HOUSING)
    assert "办好了 2 件" in page
    assert {each.department for each in orders.of_ticket(session, made[0])} == {to, HOUSING}
    page = do(agent, "redispatch", *map(line, made), department=HOUSING)
    assert set(why(page).values()) == {"已经在这家单位。"}


def test_who_gave_it_back_is_not_named_again_by_the_way(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = proposed(session, now)
    dispatching.dispatch(session, ticket, [Assignment(URBAN)], actor=MACHINE, now=now)
    (order,) = orders.of_ticket(session, ticket)
    back = Return("unclear_duty", "不属本单位职责")
    returns.return_order(session, order, back, actor=system_of(URBAN), now=now)
    session.flush()
    page = do(agent, "dispatch", line(ticket))
    assert why(page) == {ticket.number: "这家单位已经退过单，请到工单页逐件处理。"}


def test_a_ticket_counts_once_however_often_it_is_named(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = proposed(session, now)
    page = do(agent, "dispatch", line(ticket), line(ticket))
    assert why(page) == {ticket.number: ""}


def test_one_requester_asks_again_about_all_of_theirs_and_nobody_for_others(
    agent: TestClient, session: Session, now: datetime
) -> None:
    made = [create_ticket(session, now=now) for _ in range(2)]
    other = open_ticket(
        session,
        Draft(
            "井盖丢了",
            made[0].source,  # type: ignore[arg-type]
            privacy.know_person(session, PhoneNumber("+8613989005678"), now=now),
            PROPOSAL,
        ),
        actor=MACHINE,
        now=now,
    )
    session.flush()
    page = do(agent, "remind", *map(line, [*made, other]), words="还没有人来", status=422)
    assert "不是同一诉求人" in page
    assert [each.reminders for each in (*made, other)] == [0, 0, 0]
    page = do(agent, "remind", *map(line, made), words="还没有人来")
    assert "办好了 2 件" in page
    assert [each.reminders for each in (*made, other)] == [1, 1, 0]
    assert "请写明内容" in do(agent, "remind", line(made[0]), status=422)


def test_what_a_role_may_not_do_it_may_not_do_in_bulk(
    agent: TestClient, lead: TestClient, auditor: TestClient, session: Session, now: datetime
) -> None:
    ticket = proposed(session, now)
    page = agent.get("/console/").text
    assert 'value="dispatch"' in page
    assert 'value="supervise"' not in page
    assert 'name="line"' not in auditor.get("/console/").text
    assert do(agent, "supervise", line(ticket), words="请说明", status=403)
    assert do(auditor, "dispatch", line(ticket), status=403)
    assert ticket.status == TicketStatus.REGISTERED
    dispatching.dispatch(session, ticket, [Assignment(URBAN)], actor=MACHINE, now=now)
    session.flush()
    assert "办好了 1 件" in do(lead, "supervise", line(ticket), words="请说明进展")
    (raised,) = supervision.of_ticket(session, ticket)
    assert raised.instruction == "请说明进展"
    assert why(do(lead, "supervise", line(ticket), words="再说明")) == {
        ticket.number: "已在督办中。"
    }


def test_out_of_reach_is_not_there(agent: TestClient, session: Session, now: datetime) -> None:
    below = accounts.find(session, "agent-1")
    assert below
    below.district = "540121"
    ticket = proposed(session, now)  # in 540102
    page = do(agent, "dispatch", line(ticket))
    assert why(page) == {ticket.number: "没有找到，或不在您的范围内。"}
    assert ticket.number not in agent.get("/console/").text
    found = agent.get(f"/console/?q={ticket.number}").text
    assert f'data-key="{ticket.number}"' not in found
    assert "共 0 件" in agent.get("/console/listing/count").text


def test_only_what_is_long_closed_is_archived(
    lead: TestClient, session: Session, now: datetime
) -> None:
    old, young, going = (create_ticket(session, now=now) for _ in range(3))
    old.closed_at, young.closed_at = now - timedelta(days=4000), now
    session.flush()
    page = do(lead, "archive", *map(line, (old, young, going)))
    assert why(page) == {
        old.number: "",
        young.number: "还在可以重办的期限内，不能归档。",
        going.number: "还没有办结，不能归档。",
    }
    assert old.archived_at


@pytest.mark.parametrize("lines", [[], ["nothing"], ["1:99999999999"], ["1:" + "9" * 10]])
def test_lines_that_nobody_ticked_are_refused(agent: TestClient, lines: list[str]) -> None:
    assert "请先勾选工单" in do(agent, "dispatch", *lines, status=422)


def test_too_many_at_once_are_refused(agent: TestClient) -> None:
    do(agent, "dispatch", *(f"{each}:1" for each in range(101)), status=422)


def test_an_unknown_action_or_department_is_refused(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = proposed(session, now)
    do(agent, "close", line(ticket), status=422)
    assert "没有这个承办单位" in do(agent, "dispatch", line(ticket), department="无", status=422)
    do(agent, "redispatch", line(ticket), status=422)
    assert intake.proposal_of(session, ticket)
    assert ticket.status == TicketStatus.REGISTERED

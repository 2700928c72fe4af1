"""会商 and 督办 on the ticket's page."""

from datetime import datetime

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.beside import supervision
from dispatch.handling import cases, orders
from dispatch.models import Ticket
from hotline.core.accounts import Actor, Role
from tests.console.matters import (
    CITY,
    URBAN,
    contested,
    done,
    form,
    handled,
    page,
    refused,
    send,
    system,
)
from tests.factories import create_ticket


def case_of(session: Session, ticket: Ticket) -> int:
    case = cases.open_of(session, ticket)
    assert case
    return case.id or 0


def test_who_can_not_tell_whose_it_is_asks_for_a_decision(
    agent: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    session.flush()
    after = done(agent, ticket, "contest", note="两区都称不管这段河堤")
    for word in ("会商中", "两区都称不管这段河堤", "会商时限", "工单进入会商", "等待裁定"):
        assert word in after
    assert form(ticket, "contest") not in after
    assert form(ticket, "decide") not in after  # an agent decides nothing between departments


def test_a_team_lead_decides_for_one_of_those_heard_and_the_order_binds(
    lead: TestClient, session: Session, now: datetime
) -> None:
    ticket = contested(session, now)
    shown = page(lead, ticket)
    assert 'type="radio" name="department" value="城关区城市管理和综合执法局"' in shown
    case = case_of(session, ticket)
    after = done(
        *(lead, ticket, "decide"),
        case=case,
        department="城关区城市管理和综合执法局",
        basis="第六条",
    )
    order = orders.of_ticket(session, ticket)[-1]
    assert (order.department, order.binding) == (URBAN, True)
    for word in ("已裁定", "会商裁定，不得退单", "裁定由城关区城市管理和综合执法局承办"):
        assert word in after


def test_a_department_that_was_not_heard_can_be_written(
    lead: TestClient, session: Session, now: datetime
) -> None:
    ticket = contested(session, now)
    given = {"case": case_of(session, ticket), "another": "拉萨市公安局", "basis": "三定方案"}
    done(lead, ticket, "decide", department=CITY, **given)
    assert orders.of_ticket(session, ticket)[-1].department == "540100-police"


def test_who_dispatched_it_decides_nothing_and_is_told_so(
    lead: TestClient, session: Session, now: datetime
) -> None:
    ticket = contested(session, now, by=Actor("team_lead-1", Role.TEAM_LEAD))
    shown = page(lead, ticket)
    assert form(ticket, "decide") not in shown
    assert "须由他人裁定" in shown
    given = {"case": case_of(session, ticket), "department": CITY, "basis": "三定方案"}
    assert send(lead, ticket, "decide", **given).status_code == 403


def test_an_agent_does_not_decide(agent: TestClient, session: Session, now: datetime) -> None:
    ticket = contested(session, now)
    case = case_of(session, ticket)
    refused(agent, ticket, "decide", case=case, department=CITY, basis="三定方案")


def test_who_only_looks_asks_for_no_decision(
    auditor: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    session.flush()
    refused(auditor, ticket, "contest", note="两区都称不管")


def test_another_tickets_case_is_not_decided_from_here(
    lead: TestClient, session: Session, now: datetime
) -> None:
    ticket, other = contested(session, now), contested(session, now)
    given = {"case": case_of(session, other), "department": CITY, "basis": "三定方案"}
    assert send(lead, ticket, "decide", **given).status_code == 404
    assert cases.open_of(session, other)


def test_a_person_has_a_department_answer_for_it_and_lets_it_go(
    lead: TestClient, session: Session, now: datetime
) -> None:
    ticket, order = handled(session, now)
    after = done(lead, ticket, "supervise", instruction="请说明进展", order=order.number)
    for word in ("督办中", "请说明进展", "督办反馈时限", "领导批示"):
        assert word in after
    (row,) = supervision.of_ticket(session, ticket)
    supervision.answer(session, row, "已更换电缆。", actor=system(URBAN), now=now)
    session.flush()
    assert "已更换电缆。" in page(lead, ticket)
    after = done(lead, ticket, "lift", supervised=row.id, note="已核实")
    assert "督办中" not in after
    assert "以前的（1）" in after
    assert "已核实" in after


def test_an_agent_sees_a_supervision_but_neither_raises_nor_lifts_one(
    agent: TestClient, lead: TestClient, session: Session, now: datetime
) -> None:
    ticket, _ = handled(session, now)
    refused(agent, ticket, "supervise", instruction="请说明进展")
    done(lead, ticket, "supervise", instruction="请说明进展")
    assert "请说明进展" in page(agent, ticket)
    (row,) = supervision.of_ticket(session, ticket)
    refused(agent, ticket, "lift", supervised=row.id)

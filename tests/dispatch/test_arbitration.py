"""会商: A → B → A stops, somebody else decides, the decision binds and is a precedent."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch import history
from dispatch.handling import arbitration, cases, dispatching, orders, reviews
from dispatch.handling.arbitration import Why
from dispatch.handling.cases import CaseStatus
from dispatch.handling.orders import Assignment
from dispatch.handling.returns import Return
from dispatch.routing import router
from hotline.core.errors import Conflict, Invalid, NotAllowed
from knowledge import precedents
from tests.dispatch.arbitration_scene import BASIS, LEAD, contested, open_case
from tests.dispatch.dispatching_scene import (
    AGENT,
    CITY,
    DAY,
    HOUR,
    HOUSING,
    URBAN,
    WATER,
    dispatched,
    give_back,
    order_of,
    reply_clocks,
    running,
    system,
    told,
)
from tests.factories import LAMP, create_ticket


def test_the_second_return_opens_a_case_by_itself_and_only_its_clock_and_the_reply_clock_run(
    session: Session, now: datetime
) -> None:
    ticket = contested(session, now)
    case = open_case(session, ticket)
    assert (case.why, case.round, ticket.status) == (Why.SECOND_RETURN, 0, "registered")
    assert case.candidates == [URBAN, CITY, HOUSING]
    left = running(session, ticket)
    assert {kind for _, kind in left} == {"arbitrate_by", "reply_by"}
    assert {subject for subject, _ in left} == {history.chain(ticket)}
    assert told(session, ticket)[-3:] == ["order.returned", "arbitration.opened", "ticket.returned"]


def test_in_arbitration_the_ticket_is_given_to_nobody(session: Session, now: datetime) -> None:
    ticket = contested(session, now)
    for code in (URBAN, CITY, HOUSING, WATER):
        for give in (dispatching.dispatch, dispatching.add):
            with pytest.raises(Conflict, match="in arbitration"):
                give(session, ticket, [Assignment(code)], actor=LEAD, now=now)


def test_the_decision_binds_takes_up_the_reply_clock_and_is_kept(
    session: Session, now: datetime
) -> None:
    ticket = contested(session, now)
    case, later = open_case(session, ticket), now + DAY
    before = told(session, ticket)
    order = arbitration.decide(session, case, URBAN, BASIS, actor=LEAD, now=later)
    assert (order.department, order.role, order.binding) == (URBAN, "lead", True)
    assert (ticket.status, cases.open_of(session, ticket)) == ("dispatched", None)
    assert (case.department, case.decided_by, case.decided_at) == (URBAN, "tsering", later)
    (reply_by,) = reply_clocks(session, ticket)
    assert (reply_by.subject, reply_by.started_at) == (orders.subject(order), now)
    assert {kind for _, kind in running(session, ticket)} == {
        "accept_by",
        "contact_by",
        "reply_by",
    }
    assert told(session, ticket)[len(before) :] == ["order.dispatched", "arbitration.decided"]
    with pytest.raises(Conflict, match="can't be returned"):
        give_back(session, ticket, URBAN, later)
    (precedent,) = precedents.of_ticket(session, ticket.number)
    assert (precedent.matter_code, precedent.district_code) == ("010101", "540102")
    assert (precedent.department_code, precedent.basis) == (URBAN, BASIS)
    assert precedent.valid_from == later.date()


def test_who_dispatched_a_contested_order_does_not_decide(session: Session, now: datetime) -> None:
    ticket = contested(session, now)
    case = open_case(session, ticket)
    with pytest.raises(NotAllowed, match="dawa"):
        arbitration.decide(session, case, URBAN, BASIS, actor=AGENT, now=now)
    assert cases.status_of(session, case) is CaseStatus.OPEN


@pytest.mark.parametrize(("code", "basis"), [(URBAN, " "), ("nowhere", BASIS)])
def test_a_decision_names_a_department_and_its_basis(
    session: Session, now: datetime, code: str, basis: str
) -> None:
    case = open_case(session, contested(session, now))
    with pytest.raises(Invalid):
        arbitration.decide(session, case, code, basis, actor=LEAD, now=now)


def test_a_case_is_decided_once(session: Session, now: datetime) -> None:
    ticket = contested(session, now)
    case = open_case(session, ticket)
    arbitration.decide(session, case, URBAN, BASIS, actor=LEAD, now=now)
    with pytest.raises(Conflict):
        arbitration.decide(session, case, CITY, BASIS, actor=LEAD, now=now)
    assert len(orders.of_ticket(session, ticket)) == 3


def test_naming_who_gave_it_back_before_opens_a_case_instead_of_an_order(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    give_back(session, ticket, URBAN, now)
    before = told(session, ticket)
    to = [Assignment(URBAN)]
    dispatching.dispatch(session, ticket, to, actor=AGENT, now=now)
    assert open_case(session, ticket).why == Why.RETURNED_BEFORE
    assert len(orders.of_ticket(session, ticket)) == 1
    assert told(session, ticket)[len(before) :] == ["arbitration.opened"]


def test_redispatch_back_to_who_gave_it_back_recalls_and_opens_a_case(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    give_back(session, ticket, URBAN, now)
    dispatching.dispatch(session, ticket, [Assignment(CITY)], actor=AGENT, now=now)
    second = order_of(session, ticket, CITY)
    dispatching.redispatch(session, ticket, second, Assignment(URBAN), actor=AGENT, now=now)
    assert (second.status, ticket.status) == ("recalled", "registered")
    assert open_case(session, ticket).why == Why.RETURNED_BEFORE
    assert {kind for _, kind in running(session, ticket)} == {"arbitrate_by", "reply_by"}


def test_an_agent_asks_before_anybody_has_it_but_not_while_somebody_leads(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    with pytest.raises(Invalid):
        arbitration.ask(session, ticket, " ", actor=AGENT, now=now)
    case = arbitration.ask(session, ticket, "两区交界，问13989001234", actor=AGENT, now=now)
    assert (case.why, case.note) == (Why.ASKED, "两区交界，问139****1234")
    assert {kind for _, kind in running(session, ticket)} == {"arbitrate_by"}
    with pytest.raises(Conflict, match="already"):
        arbitration.ask(session, ticket, "再问一次", actor=AGENT, now=now)
    order = arbitration.decide(session, case, CITY, BASIS, actor=LEAD, now=now + HOUR)
    (reply_by,) = reply_clocks(session, ticket)
    assert (reply_by.subject, reply_by.started_at) == (orders.subject(order), now + HOUR)
    with pytest.raises(Conflict, match=CITY):
        arbitration.ask(session, ticket, "再问一次", actor=AGENT, now=now)


def test_what_was_decided_is_recalled_by_an_arbitrator_only_and_decided_anew(
    session: Session, now: datetime
) -> None:
    ticket = contested(session, now)
    case = open_case(session, ticket)
    order = arbitration.decide(session, case, URBAN, BASIS, actor=LEAD, now=now)
    with pytest.raises(Conflict, match="decided by arbitration"):
        dispatching.redispatch(session, ticket, order, Assignment(WATER), actor=LEAD, now=now)
    with pytest.raises(NotAllowed):
        dispatching.recall(session, ticket, order, "裁定有误", actor=AGENT, now=now)
    dispatching.recall(session, ticket, order, "裁定有误", actor=LEAD, now=now)
    again = open_case(session, ticket)
    assert (again.id != case.id, again.why) == (True, Why.SECOND_RETURN)
    assert len(reply_clocks(session, ticket)) == 1


def test_the_department_that_assists_and_is_named_leads_by_one_order(
    session: Session, now: datetime
) -> None:
    ticket = contested(session, now)
    case = open_case(session, ticket)
    arbitration.decide(session, case, URBAN, BASIS, actor=LEAD, now=now)
    other = dispatched(session, now, URBAN, WATER)
    give_back(session, other, URBAN, now, suggested=CITY)
    dispatching.dispatch(session, other, [Assignment(CITY)], actor=AGENT, now=now)
    give_back(session, other, CITY, now, suggested=WATER)
    assert other.status == "dispatched"
    case = open_case(session, other)
    arbitration.decide(session, case, WATER, BASIS, actor=LEAD, now=now)
    mine = [each for each in orders.of_ticket(session, other) if each.department == WATER]
    assert [(each.role, each.status) for each in mine] == [
        ("assisting", "recalled"),
        ("lead", "dispatched"),
    ]


def test_a_case_lapses_when_its_ticket_takes_another_way(session: Session, now: datetime) -> None:
    ticket = contested(session, now)
    case = open_case(session, ticket)
    ticket.status = "withdrawn"
    session.flush()
    assert cases.status_of(session, case) is CaseStatus.LAPSED
    assert cases.listed(session, status=CaseStatus.OPEN) == []
    assert case in cases.listed(session, status=CaseStatus.LAPSED)
    with pytest.raises(Conflict):
        arbitration.decide(session, case, URBAN, BASIS, actor=LEAD, now=now)


def test_a_decision_binds_in_later_rounds_too(session: Session, now: datetime) -> None:
    ticket = contested(session, now)
    case = open_case(session, ticket)
    arbitration.decide(session, case, URBAN, BASIS, actor=LEAD, now=now)
    ticket.redone += 1  # redone: the next order is no arbitration's own
    again = orders.issue(session, ticket, Assignment(URBAN), lead=True, actor=AGENT, now=now)
    back = Return("not_our_duty", "三定方案", WATER)
    with pytest.raises(Conflict, match="can't be returned"):
        reviews.return_order(session, again, back, actor=system(URBAN), now=now)


def test_the_next_ticket_of_the_pair_is_routed_by_the_precedent_and_says_so(
    session: Session, now: datetime
) -> None:
    first = router.propose(session, LAMP, home="540100", spoken=False, auto=None, at=now)
    assert first.department_code == URBAN
    ticket = contested(session, now)
    arbitration.decide(session, open_case(session, ticket), CITY, BASIS, actor=LEAD, now=now)
    following = router.propose(session, LAMP, home="540100", spoken=False, auto=None, at=now)
    assert (following.department_code, following.legal_basis) == (CITY, BASIS)
    (reason,) = [each for each in following.reasons if each.startswith("会商先例")]
    assert ticket.number in reason


def test_a_matter_that_is_left_open_makes_no_precedent(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now, category=("待定", "", ""))
    case = arbitration.ask(session, ticket, "说不清是什么事", actor=AGENT, now=now)
    arbitration.decide(session, case, CITY, BASIS, actor=LEAD, now=now)
    assert precedents.of_ticket(session, ticket.number) == []

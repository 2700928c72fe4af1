"""待补充: a question goes to an agent, the requester's words come back masked, no clock stops."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch import history
from dispatch.beside.models_beside import InfoRequest
from dispatch.handling import dispatching, info_requests, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Ticket, WorkOrder
from dispatch.timing import clocks
from hotline.core import privacy
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.privacy import Person
from tests.factories import create_ticket, system_of

AGENT = Actor("dawa", Role.AGENT)
URBAN = Actor("540102-urban#1", Role.SYSTEM, "540102-urban")
QUESTION = "是13989001234说的那盏灯吗？"
SAID = "小学东门对面那盏，换个号码联系：13989005678。"


def dispatched(session: Session, now: datetime) -> tuple[Ticket, WorkOrder]:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, ticket)
    return ticket, order


def ask(session: Session, order: WorkOrder, now: datetime) -> InfoRequest:
    return info_requests.ask(session, order, QUESTION, actor=URBAN, now=now)


def give(session: Session, row: InfoRequest, now: datetime, said: str = SAID) -> InfoRequest:
    return info_requests.give(session, row, said, actor=AGENT, now=now)


def test_the_answer_is_sealed_and_the_department_reads_it_masked(
    session: Session, now: datetime
) -> None:
    ticket, order = dispatched(session, now)
    row = give(session, ask(session, order, now), now)
    assert row.question == "是139****1234说的那盏灯吗？"
    assert row.answer == "小学东门对面那盏，换个号码联系：139****5678。"
    person = session.get_one(Person, ticket.person_id)
    assert row.sealed_answer
    assert privacy.unseal(person, row.sealed_answer, "info_request") == SAID
    assert SAID.encode() not in row.sealed_answer


def test_no_clock_stops_and_both_steps_are_told_without_their_words(
    session: Session, now: datetime
) -> None:
    ticket, order = dispatched(session, now)
    before = [clock.model_dump() for clock in clocks.of_ticket(session, ticket)]
    row = give(session, ask(session, order, now), now)
    assert [clock.model_dump() for clock in clocks.of_ticket(session, ticket)] == before
    asked, given = history.story(session, ticket)[-2:]
    assert (asked.type, given.type) == ("order.info_asked", "order.info_given")
    for event in (asked, given):
        assert event.audience == "department"
        assert event.refs == {
            "ticket": ticket.number,
            "order": order.number,
            "department": "540102-urban",
            "info": row.id,
        }


def test_an_open_question_is_listed_until_it_is_answered_or_its_order_ends(
    session: Session, now: datetime
) -> None:
    _, order = dispatched(session, now)
    first, second = ask(session, order, now), ask(session, order, now)

    def waiting() -> list[int | None]:
        return [row.id for row, _ in info_requests.register(session, open_only=True)]

    assert waiting() == [first.id, second.id]
    give(session, first, now)
    assert waiting() == [second.id]
    back = Return("unclear_request", "诉求不明")
    reviews.return_order(session, order, back, actor=URBAN, now=now)
    assert waiting() == []
    assert len(info_requests.register(session)) == 2
    assert info_requests.register(session, reader=system_of("540100-urban")) == []
    with pytest.raises(Conflict, match="returned"):
        give(session, second, now)


def test_a_question_is_answered_once_and_never_emptily(session: Session, now: datetime) -> None:
    _, order = dispatched(session, now)
    with pytest.raises(Invalid):
        info_requests.ask(session, order, "  ", actor=URBAN, now=now)
    row = ask(session, order, now)
    with pytest.raises(Invalid):
        give(session, row, now, " ")
    give(session, row, now)
    with pytest.raises(Conflict):
        give(session, row, now)
    assert info_requests.find(session, order, row.id or 0) is row
    with pytest.raises(NotFound):
        info_requests.find(session, order, (row.id or 0) + 1)


def test_who_has_replied_asks_nothing_more(session: Session, now: datetime) -> None:
    _, order = dispatched(session, now)
    row = ask(session, order, now)  # before it is accepted
    orders.accept(session, order, actor=URBAN, now=now)
    ask(session, order, now)
    answer = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
    replies.reply(session, order, answer, actor=URBAN, now=now)
    with pytest.raises(Conflict, match="replied"):
        ask(session, order, now)
    assert give(session, row, now).answered_by == "dawa"  # the reply may still be rejected

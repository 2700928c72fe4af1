"""What was decided, returned or written once stands at the next dispatch, return and recall."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch import history
from dispatch.ending import endings, withdrawals
from dispatch.ending.withdrawals import Wish
from dispatch.handling import arbitration, cases, dispatching, onward, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, NotAllowed
from tests.dispatch.dispatching_scene import (
    AGENT,
    CITY,
    URBAN,
    dispatched,
    give_back,
    order_of,
    running,
    system,
)
from tests.factories import create_ticket

BOSS = Actor("pema", Role.SUPERVISOR)
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")


def test_what_arbitration_decided_stands_in_the_next_round_too(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    case = arbitration.ask(session, ticket, "不清楚", actor=AGENT, now=now)
    order = arbitration.decide(session, case, URBAN, "三定方案", actor=BOSS, now=now)
    orders.accept(session, order, actor=system(URBAN), now=now)
    replies.reply(session, order, ANSWER, actor=system(URBAN), now=now)
    reviews.complete(session, order, actor=AGENT, now=now)
    endings.reopen(session, ticket, actor=AGENT, now=now)
    again = order_of(session, ticket, URBAN)
    assert (again.round, again.status) == (1, "dispatched")
    with pytest.raises(Conflict, match="arbitration"):
        dispatching.redispatch(session, ticket, again, Assignment(CITY), actor=AGENT, now=now)
    with pytest.raises(NotAllowed):
        dispatching.recall(session, ticket, again, "派错", actor=AGENT, now=now)
    dispatching.recall(session, ticket, again, "派错", actor=BOSS, now=now)
    assert cases.open_of(session, ticket)


def test_who_decided_wrongly_recalls_the_order_and_decides_anew(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    case = arbitration.ask(session, ticket, "不清楚", actor=AGENT, now=now)
    order = arbitration.decide(session, case, URBAN, "三定方案", actor=BOSS, now=now)
    dispatching.recall(session, ticket, order, "裁定有误", actor=BOSS, now=now)
    again = cases.open_of(session, ticket)
    assert again
    anew = arbitration.decide(session, again, CITY, "三定方案", actor=BOSS, now=now)
    assert (anew.department, anew.binding) == (CITY, True)


def test_dispatching_to_who_gave_it_back_keeps_what_the_dispatcher_wrote(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    give_back(session, ticket, URBAN, now)
    named = [Assignment(URBAN, note="路灯确属该局管养"), Assignment(CITY, note="请配合")]
    with pytest.raises(Conflict, match="alone"):
        dispatching.dispatch(session, ticket, named, actor=AGENT, now=now)
    assert cases.open_of(session, ticket) is None
    dispatching.dispatch(session, ticket, named[:1], actor=AGENT, now=now)
    case = cases.open_of(session, ticket)
    assert case
    assert case.note == "路灯确属该局管养"


def test_what_a_department_writes_is_kept_masked_and_sent_twice_is_kept_once(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    order, number = order_of(session, ticket, URBAN), "13989001234"
    orders.accept(session, order, actor=system(URBAN), now=now)
    said = f"打{number}联系"
    unit = system(URBAN)
    contact = orders.log_contact(
        session, order, reached=True, text=said, at=now, actor=unit, now=now
    )
    answer = Answer(said, is_true=True, is_solved=False, public_reply=said, unsolved_reason=said)
    kept = replies.reply(session, order, answer, actor=system(URBAN), now=now)
    words = [contact.note, kept.result, kept.public_reply, kept.unsolved_reason]
    assert number not in str(words)
    assert replies.reply(session, order, answer, actor=system(URBAN), now=now) == kept
    assert list(replies.replies_of(session, order)) == [kept]


def test_a_withdrawal_takes_back_an_order_with_those_below_it_once_each(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now, CITY)
    order = order_of(session, ticket, CITY)
    orders.accept(session, order, actor=system(CITY), now=now)
    onward.dispatch(session, order, [URBAN], "", actor=system(CITY), now=now)
    withdrawals.withdraw(session, ticket, Wish.MISTAKEN, actor=AGENT, now=now)
    assert {each.status for each in orders.of_ticket(session, ticket)} == {"recalled"}
    assert running(session, ticket) == {}
    types = [event.type for event in history.story(session, ticket)]
    assert types.count("order.recalled") == 2

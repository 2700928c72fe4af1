"""Who has a ticket: added, replaced and taken back, while its reply clock runs on."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from dispatch import history
from dispatch.handling import dispatching, leads, onward, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.timing.clocks import Threshold
from hotline.core.errors import Conflict, Invalid, NotFound
from tests.dispatch.dispatching_scene import (
    AGENT,
    CITY,
    DAY,
    HOUR,
    HOUSING,
    URBAN,
    dispatched,
    give_back,
    order_of,
    reply_clocks,
    running,
    swept,
    system,
    told,
)
from tests.factories import create_ticket


def test_each_department_is_told_what_its_dispatcher_says_without_numbers(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    named = [Assignment(URBAN, note="先设警示标志"), Assignment(CITY, note="联系13989001234")]
    dispatching.dispatch(session, ticket, named, actor=AGENT, now=now)
    assert [each.note for each in orders.of_ticket(session, ticket)] == [
        "先设警示标志",
        "联系139****1234",
    ]


def test_an_added_department_assists_by_clocks_of_its_own(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    before = told(session, ticket)
    later = now + HOUR
    dispatching.add(session, ticket, [Assignment(CITY)], actor=AGENT, now=later)
    added = order_of(session, ticket, CITY)
    assert (added.role, ticket.status) == ("assisting", "dispatched")
    own = running(session, ticket)[orders.subject(added), "reply_by"]
    assert own.started_at == later
    assert told(session, ticket)[len(before) :] == ["order.dispatched", "ticket.dispatched"]


@pytest.mark.parametrize("codes", [[URBAN], [CITY, CITY], ["nowhere"], []])
def test_a_department_that_has_the_ticket_or_is_none_is_not_added(
    session: Session, now: datetime, codes: list[str]
) -> None:
    ticket = dispatched(session, now)
    named = [Assignment(code) for code in codes]
    with pytest.raises((Conflict, Invalid)):
        dispatching.add(session, ticket, named, actor=AGENT, now=now)
    assert len(orders.of_ticket(session, ticket)) == 1


def test_nobody_assists_where_nobody_has_the_ticket(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    with pytest.raises(Conflict):
        dispatching.add(session, ticket, [Assignment(CITY)], actor=AGENT, now=now)


def test_redispatch_recalls_one_order_and_issues_another_by_the_same_reply_clock(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    first = order_of(session, ticket, URBAN)
    (promised,) = reply_clocks(session, ticket)
    due, before = promised.due_at, told(session, ticket)
    later = now + DAY
    instead = Assignment(CITY, note="市管路段")
    dispatching.redispatch(session, ticket, first, instead, actor=AGENT, now=later)
    second = order_of(session, ticket, CITY)
    assert (first.status, second.role, second.note) == ("recalled", "lead", "市管路段")
    (clock,) = reply_clocks(session, ticket)
    assert (clock.id, clock.subject) == (promised.id, orders.subject(second))
    assert (clock.started_at, clock.due_at) == (now, due)
    others = {kind: each for (_, kind), each in running(session, ticket).items()}
    assert others.keys() == {"accept_by", "contact_by", "return_by", "reply_by"}
    assert others["accept_by"].started_at == later
    done = told(session, ticket)[len(before) :]
    assert done == ["order.recalled", "order.dispatched", "ticket.dispatched"]


def test_who_had_it_from_above_may_have_it_from_the_hotline_instead(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now, CITY)
    above = order_of(session, ticket, CITY)
    orders.accept(session, above, actor=system(CITY), now=now)
    (below,) = onward.dispatch(session, above, [URBAN], "", actor=system(CITY), now=now)
    with pytest.raises(Conflict, match="already"):
        dispatching.add(session, ticket, [Assignment(URBAN)], actor=AGENT, now=now)
    with pytest.raises(Conflict, match="below"):
        give_back(session, ticket, CITY, now)
    dispatching.redispatch(session, ticket, above, Assignment(URBAN), actor=AGENT, now=now + HOUR)
    assert (above.status, below.status) == ("recalled", "recalled")
    assert leads.leading(session, ticket) == order_of(session, ticket, URBAN)
    (clock,) = reply_clocks(session, ticket)
    assert clock.started_at == now


def test_an_assisting_order_is_replaced_by_an_assisting_one(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now, URBAN, CITY)
    helper = order_of(session, ticket, CITY)
    dispatching.redispatch(session, ticket, helper, Assignment(HOUSING), actor=AGENT, now=now + DAY)
    assert order_of(session, ticket, HOUSING).role == "assisting"
    assert leads.leading(session, ticket) == order_of(session, ticket, URBAN)


def test_the_recall_of_the_only_order_gives_the_ticket_back_and_the_reply_clock_runs_on(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    order = order_of(session, ticket, URBAN)
    later = now + DAY
    dispatching.recall(session, ticket, order, "派错了单位", actor=AGENT, now=later)
    assert (ticket.status, order.status) == ("registered", "recalled")
    assert order.recall_reason == "派错了单位"
    left = running(session, ticket)
    assert left.keys() == {
        (history.chain(ticket), "reply_by"),
        (history.chain(ticket), "dispatch_by"),
    }
    assert left[history.chain(ticket), "reply_by"].started_at == now
    assert left[history.chain(ticket), "dispatch_by"].started_at == later
    assert told(session, ticket)[-2:] == ["order.recalled", "ticket.returned"]


def test_a_recall_says_why_and_of_which_order(session: Session, now: datetime) -> None:
    ticket, other = dispatched(session, now), dispatched(session, now)
    order = order_of(session, ticket, URBAN)
    with pytest.raises(Invalid):
        dispatching.recall(session, ticket, order, " ", actor=AGENT, now=now)
    with pytest.raises(NotFound):
        dispatching.find_order(session, ticket, f"{other.number}-1")
    order = dispatching.find_order(session, ticket, f"{ticket.number}-1")
    dispatching.recall(session, ticket, order, "派错了单位", actor=AGENT, now=now)
    for act in (dispatching.recall, dispatching.redispatch):
        to: Any = "派错了单位" if act is dispatching.recall else Assignment(CITY)
        with pytest.raises(Conflict), session.begin_nested():
            act(session, ticket, order, to, actor=AGENT, now=now)


def test_a_reply_that_is_recalled_no_longer_stops_the_reply_clock(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    order = order_of(session, ticket, URBAN)
    orders.accept(session, order, actor=system(URBAN), now=now)
    answer = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
    replies.reply(session, order, answer, actor=system(URBAN), now=now + HOUR)
    assert reply_clocks(session, ticket) == []
    dispatching.recall(session, ticket, order, "答非所问", actor=AGENT, now=now + DAY)
    (clock,) = reply_clocks(session, ticket)
    assert (clock.subject, clock.started_at) == (history.chain(ticket), now)


def test_a_quarrel_does_not_stop_the_reply_clock_nor_its_cards(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now)
    (promised,) = reply_clocks(session, ticket)
    give_back(session, ticket, URBAN, now + HOUR)
    assert promised.subject == history.chain(ticket)
    late = promised.due_at + timedelta(days=9)
    assert swept(session, promised, late) == list(Threshold)
    dispatching.dispatch(session, ticket, [Assignment(CITY)], actor=AGENT, now=late)
    session.flush()
    second = order_of(session, ticket, CITY)
    assert (promised.subject, promised.started_at) == (orders.subject(second), now)
    assert swept(session, promised, late) == []  # no card is shown a second time


def test_a_lead_that_is_gone_is_sought_while_others_assist_on(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now, URBAN, CITY)
    give_back(session, ticket, URBAN, now + HOUR)
    assert ticket.status == "dispatched"
    left = running(session, ticket)
    assert (history.chain(ticket), "dispatch_by") in left
    assert (history.chain(ticket), "reply_by") in left
    dispatching.dispatch(session, ticket, [Assignment(HOUSING)], actor=AGENT, now=now + DAY)
    assert leads.leading(session, ticket) == order_of(session, ticket, HOUSING)
    assert (history.chain(ticket), "dispatch_by") not in running(session, ticket)
    assert order_of(session, ticket, CITY).status == "dispatched"


def test_an_assisting_answer_alone_does_not_settle_a_ticket_without_a_lead(
    session: Session, now: datetime
) -> None:
    ticket = dispatched(session, now, URBAN, CITY)
    give_back(session, ticket, URBAN, now + HOUR)
    helper = order_of(session, ticket, CITY)
    orders.accept(session, helper, actor=system(CITY), now=now)
    answer = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
    replies.reply(session, helper, answer, actor=system(CITY), now=now + HOUR)
    reviews.complete(session, helper, actor=AGENT, now=now + HOUR)
    assert ticket.status == "registered"
    assert len(reply_clocks(session, ticket)) == 1


def test_an_assisting_return_stops_its_own_clocks_only(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now, URBAN, CITY)
    give_back(session, ticket, CITY, now + HOUR)
    subjects = {subject for subject, _ in running(session, ticket)}
    assert subjects == {orders.subject(order_of(session, ticket, URBAN))}
    assert ticket.status == "dispatched"


def test_what_gave_the_ticket_back_is_not_made_to_assist(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    give_back(session, ticket, URBAN, now)
    both = [Assignment(CITY), Assignment(URBAN)]
    with pytest.raises(Conflict, match="gave"):
        dispatching.dispatch(session, ticket, both, actor=AGENT, now=now)
    dispatching.dispatch(session, ticket, both[:1], actor=AGENT, now=now)
    with pytest.raises(Conflict, match="gave"):
        dispatching.add(session, ticket, both[1:], actor=AGENT, now=now)

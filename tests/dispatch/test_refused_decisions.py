"""What an agent may not decide: danger, what departments had, a number that is a person's."""

from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session

from dispatch import history
from dispatch.ending import answers, declines, endings, handovers
from dispatch.ending.endings import RedoReason
from dispatch.handling import arbitration, dispatching, orders, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.returns import Return
from dispatch.terms import TimeClass, Urgency
from hotline.core.errors import Conflict, Invalid
from tests.dispatch.deciding_scene import AGENT, FIRE, TOLD, URBAN, awaiting
from tests.factories import create_ticket


@pytest.mark.parametrize(
    "number", ["JJ20261125-0031", "受案字〔2026〕第31号", "510100202611250031", "公（治）字31"]
)
def test_their_number_stands_with_the_hand_over_and_not_in_the_history(
    session: Session, now: datetime, number: str
) -> None:
    ticket = create_ticket(session, now=now)
    row = handovers.hand_over(session, ticket, FIRE, actor=AGENT, now=now)
    handovers.acknowledge(session, row, number, actor=AGENT, now=now)
    assert row.their_number == number
    assert number not in str([event.refs for event in history.story(session, ticket)])


@pytest.mark.parametrize(
    "number",
    [
        "",
        "13989001234",
        "JJ-13989001234",
        "540102199001011234",
        "王小明540102199001011234电话13989001234已受理",
        "王小明2026年",
        "已受理",
        "请打电话，谢谢您了",
        "A" * 41,
    ],
)
def test_their_number_is_a_number_and_no_sentence(
    session: Session, now: datetime, number: str
) -> None:
    ticket = create_ticket(session, now=now)
    row = handovers.hand_over(session, ticket, FIRE, actor=AGENT, now=now)
    with pytest.raises(Invalid):
        handovers.acknowledge(session, row, number, actor=AGENT, now=now)
    assert ticket.closed_at is None


@pytest.mark.parametrize(
    "danger", [{"urgency": Urgency.CRITICAL}, {"time_class": TimeClass.EMERGENCY}]
)
def test_danger_to_life_is_not_answered_away(
    session: Session, now: datetime, danger: dict[str, Any]
) -> None:
    ticket = create_ticket(session, now=now, **danger)
    with pytest.raises(Conflict, match="danger"):
        answers.answer(session, ticket, TOLD, actor=AGENT, now=now)
    assert ticket.status == "registered"


def test_what_departments_had_is_not_answered_on_the_line(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, ticket)
    back = Return("unclear_duty", "三定方案")
    reviews.return_order(session, order, back, actor=URBAN, now=now)
    assert ticket.status == "registered"
    with pytest.raises(Conflict, match="had ticket"):
        answers.answer(session, ticket, TOLD, actor=AGENT, now=now)
    arbitration.ask(session, ticket, "不清楚", actor=AGENT, now=now)
    with pytest.raises(Conflict, match="arbitration"):
        answers.answer(session, ticket, TOLD, actor=AGENT, now=now)


def test_a_ticket_is_done_again_for_a_reason_that_can_be_true_of_its_end(
    session: Session, now: datetime
) -> None:
    declined, due = create_ticket(session, now=now), awaiting(session, now)
    declines.decline(session, declined, "petition", actor=AGENT, now=now)
    for ticket, wrong in (
        (declined, RedoReason.DISSATISFIED),
        (declined, RedoReason.NOT_TAKEN),
        (due, RedoReason.SHOULD_ACCEPT),
        (due, RedoReason.NOT_TAKEN),
    ):
        with pytest.raises(Conflict) as refused:
            endings.reopen(session, ticket, reason=wrong, actor=AGENT, now=now)
        assert "called_again" in refused.value.remedy
    assert (declined.redone, due.redone) == (0, 0)

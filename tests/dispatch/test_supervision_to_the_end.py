"""督办 at a ticket's end and after it: lifted with it, raised anew for what is done again."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch.beside import supervision
from dispatch.beside.supervision import Cause
from dispatch.ending import answers, endings
from dispatch.ending.answers import Told
from dispatch.ending.endings import RedoReason
from dispatch.handling import orders, replies, reviews
from dispatch.handling.replies import Answer
from hotline.core.errors import Conflict
from hotline.core.events import Audience, EventType
from tests.dispatch.supervision_scene import (
    AGENT,
    BOSS,
    URBAN,
    audiences,
    feedback,
    finds,
    given_back,
    raised,
)
from tests.dispatch.sweep_scene import dispatched
from tests.factories import create_ticket


@pytest.mark.parametrize(
    ("redone", "reason", "cause"),
    [
        (1, RedoReason.DISSATISFIED, ["dissatisfied"]),
        (1, RedoReason.NOT_DONE, []),
        (2, RedoReason.DISSATISFIED, ["second_redo"]),
        (2, RedoReason.CALLED_AGAIN, ["second_redo"]),
    ],
)
def test_a_redo_is_supervised_for_dissatisfaction_and_from_the_second_time_on(
    session: Session, now: datetime, redone: int, reason: RedoReason, cause: list[str]
) -> None:
    ticket, order = dispatched(session, now)
    ticket.redone = order.round = redone
    dissatisfied = reason is RedoReason.DISSATISFIED
    supervision.watch_redo(session, ticket, dissatisfied=dissatisfied, now=now)
    assert [each for each, _ in raised(session, ticket)] == cause


def test_neither_a_recalled_order_nor_a_ticket_at_its_end_is_supervised(
    session: Session, now: datetime
) -> None:
    ticket, first = dispatched(session, now)
    given_back(session, ticket, now)
    with pytest.raises(Conflict, match="returned"):
        supervision.supervise(session, ticket, first, Cause.PERSON, actor=BOSS, now=now)
    ticket.closed_at = now
    with pytest.raises(Conflict, match="at its end"):
        supervision.supervise(session, ticket, None, Cause.PERSON, actor=BOSS, now=now)


def test_with_its_end_a_ticket_is_supervised_no_more_and_its_history_says_so(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    row = supervision.supervise(session, ticket, None, Cause.PERSON, actor=BOSS, now=now)
    answers.answer(session, ticket, Told("已经告知办理流程"), actor=AGENT, now=now)
    assert (row.lifted_by, row.lifted_at) == ("hotline", now)
    assert feedback(session, row).stopped_at == now
    assert audiences(session, ticket, EventType.SUPERVISION_LIFTED) == [(Audience.DEPARTMENT, None)]
    assert supervision.listed(session, still_open=True) == []


def test_every_redo_from_the_second_on_is_supervised_by_a_clock_that_runs(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    running = []
    for _ in range(4):
        answers.answer(session, ticket, Told("已经告知办理流程"), actor=AGENT, now=now)
        endings.reopen(session, ticket, reason=RedoReason.CALLED_AGAIN, actor=AGENT, now=now)
        rows = supervision.of_ticket(session, ticket)
        running.append([row.cause for row in rows if not feedback(session, row).stopped_at])
    assert running == [[], ["second_redo"], ["second_redo"], ["second_redo"]]
    assert len(supervision.of_ticket(session, ticket)) == 3


def test_a_redo_after_the_callback_leaves_the_clock_of_a_supervision_running(
    session: Session, now: datetime
) -> None:
    ticket, order = dispatched(session, now)
    row = supervision.supervise(session, ticket, order, Cause.PERSON, actor=BOSS, now=now)
    orders.accept(session, order, actor=URBAN, now=now)
    answer = Answer("已更换路灯电缆，恢复照明。", True, True, "路灯已于今日修复，恢复照明。")
    replies.reply(session, order, answer, actor=URBAN, now=now)
    reviews.complete(session, order, actor=AGENT, now=now)
    endings.reopen(session, ticket, actor=AGENT, now=now)
    assert feedback(session, row).stopped_at is None
    assert finds(session, row, "540102-urban")

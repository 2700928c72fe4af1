"""撤回原因: whose order was taken back is told why, by a code where nobody said it in words."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch import history
from dispatch.ending import handovers, withdrawals
from dispatch.ending.handovers import Transfer
from dispatch.ending.withdrawals import Wish
from dispatch.handling import dispatching, onward, orders, recalls
from dispatch.handling.orders import Assignment
from dispatch.handling.recalls import RecallCode
from dispatch.models import Ticket, WorkOrder
from hotline.api.order_views import order_detail
from hotline.console.order_views import order_views
from hotline.console.words import table
from tests.dispatch.dispatching_scene import (
    AGENT,
    CITY,
    HOUSING,
    URBAN,
    dispatched,
    order_of,
    system,
)

Act = Callable[[Session, Ticket, WorkOrder, datetime], object]


def redispatch(session: Session, ticket: Ticket, order: WorkOrder, now: datetime) -> object:
    return dispatching.redispatch(session, ticket, order, Assignment(HOUSING), actor=AGENT, now=now)


def hand_over(session: Session, ticket: Ticket, _order: WorkOrder, now: datetime) -> object:
    given = Transfer("petition", "涉及信访事项")
    return handovers.hand_over(session, ticket, given, actor=AGENT, now=now)


def withdraw(session: Session, ticket: Ticket, _order: WorkOrder, now: datetime) -> object:
    return withdrawals.withdraw(session, ticket, Wish.MISTAKEN, actor=AGENT, now=now)


def recall(session: Session, ticket: Ticket, order: WorkOrder, now: datetime) -> object:
    return dispatching.recall(session, ticket, order, "派错了单位", actor=AGENT, now=now)


@pytest.mark.parametrize(
    ("act", "code", "said"),
    [
        (redispatch, RecallCode.REDISPATCHED, "改派其他单位"),
        (hand_over, RecallCode.HANDED_OVER, "已移交其他机关"),
        (withdraw, RecallCode.WITHDRAWN, "诉求人撤回"),
        (recall, RecallCode.RECALLED, "派错了单位"),
    ],
)
def test_a_department_reads_why_its_order_and_those_below_were_taken_back(
    session: Session, now: datetime, act: Act, code: RecallCode, said: str
) -> None:
    ticket = dispatched(session, now, CITY)
    order = order_of(session, ticket, CITY)
    orders.accept(session, order, actor=system(CITY), now=now)
    (below,) = onward.dispatch(session, order, [URBAN], "", actor=system(CITY), now=now)
    assert recalls.code_of(session, order) is None
    act(session, ticket, order, now)
    told = [each for each in history.story(session, ticket) if each.type == "order.recalled"]
    assert [each.refs["why"] for each in told] == [code, code]
    shown = {each.number: each.recall_reason for each in order_views(session, [order, below])}
    for each in (order, below):
        assert recalls.code_of(session, each) is code
        detail = order_detail(session, each, reader=each.department)
        assert detail.recall_code is code
        assert shown[each.number] == said


def test_who_has_the_order_instead_reads_of_no_recall(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    redispatch(session, ticket, order_of(session, ticket, URBAN), now)
    second = order_of(session, ticket, HOUSING)
    assert order_detail(session, second, reader=HOUSING).recall_code is None


def test_every_code_has_its_word() -> None:
    assert table("zh")["recalled"].keys() == {each.value for each in RecallCode}

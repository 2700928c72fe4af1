"""撤回答复: the reply is taken back, and the clocks never noticed it."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch import history
from dispatch.handling import orders, replies, reply_withdrawals, reviews
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import WorkOrder
from dispatch.states import OrderStatus
from dispatch.timing import clocks, sweep
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, HotlineError, Invalid, NotAllowed
from tests.dispatch.extension_scene import AGENT, CITY, URBAN, accepted

ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
HOUR = timedelta(hours=1)


def replied(session: Session, now: datetime) -> WorkOrder:
    _, order = accepted(session, now)
    said = Answer(**{**ANSWER.__dict__, "contacted_at": now})
    replies.reply(session, order, said, actor=URBAN, now=now + HOUR)
    return order


def withdraw(session: Session, order: WorkOrder, now: datetime, actor: Actor = URBAN) -> None:
    reply_withdrawals.withdraw_reply(
        session, order, "写成了另一件，电话13989001234", actor=actor, now=now
    )


def running(session: Session, order: WorkOrder) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for each in clocks.of_ticket(session, orders.ticket_of(session, order)):
        if each.subject == orders.subject(order) and each.stopped_at is None:
            found[each.kind] = each.due_at
    return found


def test_the_clocks_run_on_as_if_nobody_had_answered(session: Session, now: datetime) -> None:
    _, order = accepted(session, now)
    before = running(session, order)
    said = Answer(**{**ANSWER.__dict__, "contacted_at": now})
    replies.reply(session, order, said, actor=URBAN, now=now + HOUR)
    assert running(session, order) == {}
    withdraw(session, order, now + 2 * HOUR)
    assert order.status == OrderStatus.ACCEPTED
    assert running(session, order) == before
    assert {"reply_by", "return_by", "contact_by"} <= before.keys()


def test_a_contact_that_was_logged_before_stays_made(session: Session, now: datetime) -> None:
    _, order = accepted(session, now)
    orders.log_contact(session, order, reached=True, text="", at=now, actor=URBAN, now=now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now + HOUR)
    withdraw(session, order, now + 2 * HOUR)
    assert "contact_by" not in running(session, order)


def test_what_passed_meanwhile_strikes_at_once(session: Session, now: datetime) -> None:
    order = replied(session, now)
    late = now + timedelta(days=40)
    assert not _struck(session, order, late)
    withdraw(session, order, late)
    assert _struck(session, order, late) == {"reply_by", "return_by", "contact_by"}


def test_the_reply_stays_readable_with_its_reason_masked(session: Session, now: datetime) -> None:
    order = replied(session, now)
    withdraw(session, order, now + HOUR)
    (kept,) = replies.replies_of(session, order)
    assert kept.verdict == "withdrawn"
    assert kept.review_note == "写成了另一件，电话139****1234"
    assert kept.reviewed_at is None
    last = history.story(session, orders.ticket_of(session, order))[-1]
    assert (last.type, last.audience) == ("order.reply_withdrawn", "department")
    assert "13989001234" not in str(last.refs)


def test_another_reply_takes_its_place_and_is_reviewed(session: Session, now: datetime) -> None:
    order = replied(session, now)
    withdraw(session, order, now + HOUR)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now + 2 * HOUR)
    reviews.complete(session, order, actor=AGENT, now=now + 3 * HOUR)
    assert [each.verdict for each in replies.replies_of(session, order)] == [
        "withdrawn",
        "completed",
    ]
    ticket = orders.ticket_of(session, order)
    assert [each.verdict for each in replies.told(session, ticket)] == ["completed"]


def test_an_order_whose_reply_was_withdrawn_can_still_be_returned(
    session: Session, now: datetime
) -> None:
    order = replied(session, now)
    withdraw(session, order, now + HOUR)
    given = Return("unclear_duty", "三定方案")
    reviews.return_order(session, order, given, actor=URBAN, now=now + HOUR)
    assert order.status == OrderStatus.RETURNED


@pytest.mark.parametrize("when", ["before", "twice", "reviewed"])
def test_only_a_reply_that_waits_for_review_is_withdrawn(
    session: Session, now: datetime, when: str
) -> None:
    order = accepted(session, now)[1] if when == "before" else replied(session, now)
    if when == "twice":
        withdraw(session, order, now)
    if when == "reviewed":
        reviews.complete(session, order, actor=AGENT, now=now + HOUR)
    with pytest.raises(Conflict):
        withdraw(session, order, now + HOUR)


@pytest.mark.parametrize(("actor", "refusal"), [(CITY, NotAllowed), (AGENT, NotAllowed)])
def test_only_its_own_department_withdraws_a_reply(
    session: Session, now: datetime, actor: Actor, refusal: type[HotlineError]
) -> None:
    order = replied(session, now)
    with pytest.raises(refusal):
        withdraw(session, order, now + HOUR, actor)
    assert order.status == OrderStatus.REPLIED


def test_a_withdrawal_says_why(session: Session, now: datetime) -> None:
    order = replied(session, now)
    with pytest.raises(Invalid):
        reply_withdrawals.withdraw_reply(session, order, " ", actor=URBAN, now=now)


def test_a_signed_reply_is_withdrawn_with_the_clocks_it_stopped(
    session: Session, now: datetime
) -> None:
    _, order = accepted(session, now)
    before = running(session, order)
    leader = Actor("zhang", Role.LEADER, "540102-urban")
    replies.reply(session, order, ANSWER, signed_off_by="局长", actor=leader, now=now + HOUR)
    withdraw(session, order, now + 2 * HOUR, leader)
    assert running(session, order) == before


def _struck(session: Session, order: WorkOrder, now: datetime) -> set[str]:
    """Sweep, and return the kinds of clock that were told to be overdue so far."""
    while sweep.strike_batch(session, now=now).struck:
        pass
    story = history.story(session, orders.ticket_of(session, order))
    return {event.refs["clock"] for event in story if event.type == "clock.overdue"}

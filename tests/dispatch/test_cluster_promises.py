"""并单不误时: whatever happens to the main ticket, a follower's clocks say what is so."""

from datetime import datetime

from sqlmodel import Session

from dispatch import history
from dispatch.beside import extensions
from dispatch.clustering import clusters, following
from dispatch.ending import endings
from dispatch.ending.endings import RedoReason
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.returns import Return
from tests.dispatch.cluster_scene import (
    AGENT,
    ANSWER,
    DAY,
    HOUR,
    LEAD,
    URBAN,
    WHY,
    accepted,
    answer,
    hear,
    owed,
    running,
    send,
    three,
)


def test_a_promise_of_an_earlier_round_never_runs_again(session: Session, now: datetime) -> None:
    main, second, other = three(session, now)
    send(session, second, now)
    send(session, main, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now + HOUR)
    answer(session, orders.of_ticket(session, main)[-1], now + 2 * HOUR)
    hear(session, second, 5, now + 3 * HOUR)
    later = now + 60 * DAY
    endings.reopen(session, second, reason=RedoReason.CALLED_AGAIN, actor=AGENT, now=later)
    clusters.merge(session, other, [second], WHY, actor=AGENT, now=later)
    order = accepted(session, other, later)
    replies.reply(session, order, ANSWER, actor=URBAN, now=later + HOUR)
    reviews.reject(session, order, note="不完整", actor=AGENT, now=later + 2 * HOUR)
    assert running(session, second) == []


def test_a_promise_of_this_round_runs_on_when_the_answer_is_rejected(
    session: Session, now: datetime
) -> None:
    main, second, _ = three(session, now)
    send(session, second, now)
    order = accepted(session, main, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now + HOUR)
    assert running(session, second) == []
    reviews.reject(session, order, note="不完整", actor=AGENT, now=now + 2 * HOUR)
    assert [clock.kind for clock in running(session, second)] == ["reply_by"]


def test_nobody_need_dispatch_who_is_merged_into_a_dispatched_main(
    session: Session, now: datetime
) -> None:
    main, second, _ = three(session, now)
    to = [Assignment("540102-urban"), Assignment("540100-urban")]
    dispatching.dispatch(session, second, to, actor=AGENT, now=now)
    why = Return("unclear_duty", "三定方案")
    reviews.return_order(session, orders.of_ticket(session, second)[0], why, actor=URBAN, now=now)
    assert running(session, second, "dispatch_by")
    send(session, main, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    assert [clock.kind for clock in running(session, second)] == ["reply_by"]


def test_who_is_merged_into_an_answered_main_waits_for_its_review(
    session: Session, now: datetime
) -> None:
    main, second, _ = three(session, now)
    send(session, second, now)
    order = accepted(session, main, now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    assert running(session, second) == []
    reviews.reject(session, order, note="不完整", actor=AGENT, now=now + HOUR)
    assert [clock.kind for clock in running(session, second)] == ["reply_by"]


def test_a_promise_runs_on_when_the_answer_is_taken_back_unreviewed(
    session: Session, now: datetime
) -> None:
    main, second, _ = three(session, now)
    send(session, second, now)
    order = accepted(session, main, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now + HOUR)
    assert running(session, second) == []
    dispatching.recall(session, main, order, "单位有误", actor=AGENT, now=now + 2 * HOUR)
    assert [clock.kind for clock in running(session, second)] == ["reply_by"]


def test_more_time_for_the_main_is_more_time_for_its_followers_who_are_told(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    send(session, second, now)
    order = accepted(session, main, now)
    clusters.merge(session, main, [second, third], WHY, actor=AGENT, now=now)
    asked = extensions.request_extension(session, order, 5, "等待配件", actor=URBAN, now=now)
    extensions.decide_extension(session, asked, True, "", actor=LEAD, now=now + HOUR)
    (extended,) = running(session, main, "reply_by")
    (promised,) = running(session, second, following.PROMISED[0])
    assert (promised.due_at, promised.limit) == (extended.due_at, "7wd+5wd")
    assert running(session, third) == []
    for each in (second, third):
        assert owed(session, each) == ["registered", "extended"]
        event = history.story(session, each)[-1]
        assert (event.type, event.audience) == ("extension.granted", "caller")
        assert datetime.fromisoformat(event.refs["due"]) == extended.due_at


def test_more_time_for_who_assists_is_no_promise_to_the_caller(
    session: Session, now: datetime
) -> None:
    main, _, _ = three(session, now)
    to = [Assignment("540100-urban"), Assignment("540102-urban")]
    dispatching.dispatch(session, main, to, actor=AGENT, now=now)
    assisting = orders.of_ticket(session, main)[1]
    orders.accept(session, assisting, actor=URBAN, now=now)
    asked = extensions.request_extension(session, assisting, 5, "等待配件", actor=URBAN, now=now)
    extensions.decide_extension(session, asked, True, "", actor=LEAD, now=now)
    assert owed(session, main) == ["registered"]
    granted = [each for each in history.story(session, main) if each.type == "extension.granted"]
    assert [each.audience for each in granted] == ["department"]

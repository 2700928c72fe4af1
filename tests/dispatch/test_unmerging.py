"""拆出: a merge that was a mistake costs its requester nothing."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch.beside import suspensions
from dispatch.clustering import clusters
from dispatch.handling import orders
from hotline.core.errors import Conflict
from tests.dispatch.cluster_scene import AGENT, DAY, HOUR, WHY, answer, running, send, three


def test_who_is_unmerged_is_dispatched_anew_but_answered_by_the_first_due_time(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    clusters.merge(session, main, [second, third], WHY, actor=AGENT, now=now)
    order = send(session, main, now + HOUR)
    (expected,) = running(session, main, "reply_by")
    clusters.unmerge(session, second, "不是同一处", actor=AGENT, now=now + DAY)
    assert second.status == "registered"
    by_kind = {clock.kind: clock for clock in running(session, second)}
    assert set(by_kind) == {"dispatch_by", "reply_by"}
    assert by_kind["dispatch_by"].started_at == now + DAY
    assert by_kind["reply_by"].due_at == expected.due_at
    mine = send(session, second, now + DAY)
    (carried,) = running(session, second, "reply_by")
    assert (carried.subject, carried.due_at) == (orders.subject(mine), expected.due_at)
    assert (order.status, third.status) == ("dispatched", "dispatched")


def test_who_is_unmerged_before_the_main_went_out_is_as_it_was(
    session: Session, now: datetime
) -> None:
    main, second, _ = three(session, now)
    (before,) = running(session, second)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    clusters.unmerge(session, second, "不是同一处", actor=AGENT, now=now + HOUR / 4)
    assert (second.status, running(session, second)) == ("registered", [before])


def test_who_is_unmerged_from_a_suspended_main_waits_no_longer(
    session: Session, now: datetime
) -> None:
    main, second, _ = three(session, now)
    send(session, second, now)
    send(session, main, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    later = (now + 30 * DAY).date()
    suspensions.suspend(
        session, main, "540102-urban", later, "等待道路改造", actor=AGENT, now=now + HOUR
    )
    (waiting,) = running(session, second, "reply_by")
    assert waiting.waits_for
    clusters.unmerge(session, second, "不是同一处", actor=AGENT, now=now + DAY)
    assert waiting.waits_for == ""
    assert waiting.next_alarm_at


def test_an_answered_member_is_not_unmerged_but_done_again(session: Session, now: datetime) -> None:
    main, second, _ = three(session, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    answer(session, send(session, main, now), now + HOUR)
    with pytest.raises(Conflict, match="Reopen it"):
        clusters.unmerge(session, second, "不是同一处", actor=AGENT, now=now + HOUR)
    with pytest.raises(Conflict, match="follows no main"):
        clusters.unmerge(session, main, "不是同一处", actor=AGENT, now=now + HOUR)

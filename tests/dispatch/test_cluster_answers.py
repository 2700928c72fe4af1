"""并单的答复: each requester is told what was answered while they waited, and nothing is lost."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch import reminders
from dispatch.clustering import cluster_record, clusters
from dispatch.ending import endings
from dispatch.ending.endings import RedoReason
from dispatch.handling import arbitration, cases, dispatching, orders, replies, reviews
from dispatch.models import Ticket
from hotline.core import privacy
from hotline.core.errors import Conflict
from tests.dispatch.cluster_scene import (
    AGENT,
    ANSWER,
    DAY,
    HOUR,
    URBAN,
    WHY,
    answer,
    hear,
    send,
    three,
)
from tests.factories import create_ticket


def remind(session: Session, ticket: Ticket, said: str, now: datetime) -> None:
    person = session.get_one(privacy.Person, ticket.person_id)
    reminders.remind(session, ticket, person, said, call_id=None, actor=AGENT, now=now)


def joined(session: Session, ticket: Ticket) -> list[str]:
    """Return whom the ticket's newest order answers too."""
    order = orders.of_ticket(session, ticket)[-1]
    found = [each.number for each in cluster_record.of_order(session, order)]
    assert cluster_record.count_of_order(session, order) == len(found)
    return found


def test_a_main_that_was_ever_dispatched_stays_the_main_one(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    answer(session, send(session, main, now), now + HOUR)
    hear(session, main, 5, now + HOUR)
    again = RedoReason.CALLED_AGAIN
    endings.reopen(session, main, reason=again, actor=AGENT, now=now + DAY)
    clusters.merge(session, main, [third], WHY, actor=AGENT, now=now + DAY)
    with pytest.raises(Conflict, match="was dispatched"):
        clusters.make_main(session, third, actor=AGENT, now=now + DAY)
    assert len(replies.told(session, second)) == 1
    hear(session, second, 1, now + DAY)
    assert (second.status, second.redone) == ("dispatched", 1)


def test_who_was_answered_is_not_told_what_the_main_is_answered_later(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    order = send(session, main, now + HOUR)
    answer(session, order, now + 2 * HOUR)
    assert joined(session, main) == [second.number]
    hear(session, second, 5, now + 3 * HOUR)
    hear(session, main, 1, now + 3 * HOUR)
    clusters.merge(session, main, [third], WHY, actor=AGENT, now=now + 4 * HOUR)
    assert joined(session, main) == [third.number]
    answer(session, orders.of_ticket(session, main)[-1], now + DAY)
    assert [each.number for each in cluster_record.of_order(session, order)] == [second.number]
    told = [len(replies.told(session, each)) for each in (main, second, third)]
    assert told == [2, 1, 1]
    again = RedoReason.CALLED_AGAIN
    endings.reopen(session, second, reason=again, actor=AGENT, now=now + 2 * DAY)
    assert len(replies.told(session, second)) == 1


def test_an_order_that_was_taken_back_shows_no_other_requests(
    session: Session, now: datetime
) -> None:
    main, second, _ = three(session, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    order = send(session, main, now)
    assert joined(session, main) == [second.number]
    dispatching.recall(session, main, order, "单位有误", actor=AGENT, now=now + HOUR)
    assert joined(session, main) == []


def test_a_department_reads_what_a_follower_reminded_of(session: Session, now: datetime) -> None:
    main, second, third = three(session, now)
    clusters.merge(session, main, [second, third], WHY, actor=AGENT, now=now)
    order = send(session, main, now)
    remind(session, third, "孩子在暗处摔伤，请打13989001234", now + HOUR)
    calm, asking = cluster_record.of_order(session, order)
    assert (calm.number, calm.reminders, calm.reminded) == (second.number, 0, [])
    (said,) = asking.reminded
    assert (asking.reminders, said.at) == (1, now + HOUR)
    assert "孩子在暗处摔伤" in said.text
    assert "13989001234" not in said.text


def test_the_others_are_read_page_by_page(session: Session, now: datetime) -> None:
    main, *others = [create_ticket(session, now=now) for _ in range(5)]
    cluster = clusters.merge(session, main, others, WHY, actor=AGENT, now=now)
    order = send(session, main, now)
    first = cluster_record.of_order(session, order, limit=3)
    rest = cluster_record.of_order(session, order, after=first[-1].id, limit=3)
    assert [each.number for each in (*first, *rest)] == [each.number for each in others]
    assert cluster_record.count(session, cluster) == 5
    inside = cluster_record.members(session, cluster, limit=2)
    more = cluster_record.members(session, cluster, after=inside[-1].row.id or 0)
    assert [len(inside), len(more)] == [2, 3]


def test_a_contested_main_stays_the_main_one(session: Session, now: datetime) -> None:
    main, second, _ = three(session, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    arbitration.ask(session, main, "职责不清", actor=AGENT, now=now)
    with pytest.raises(Conflict, match="suspended or contested"):
        clusters.make_main(session, second, actor=AGENT, now=now)
    assert cases.open_of(session, main)


def test_a_reply_that_waits_for_review_is_not_merged_away(session: Session, now: datetime) -> None:
    main, second, _ = three(session, now)
    order = send(session, second, now)
    orders.accept(session, order, actor=URBAN, now=now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    send(session, main, now)
    with pytest.raises(Conflict, match="waits for review") as refused:
        clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    assert "Review it first" in refused.value.remedy
    reviews.reject(session, order, note="不完整", actor=AGENT, now=now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    assert order.status == "recalled"

"""并单: one main ticket's orders stand for many requesters, each of whom keeps what is theirs."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from dispatch import history
from dispatch.clustering import cluster_record, clusters, following
from dispatch.ending import withdrawals
from dispatch.ending.withdrawals import Wish
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.returns import Return
from dispatch.models import Rating, Ticket
from dispatch.terms import RequestType
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType
from tests.dispatch.cluster_scene import (
    AGENT,
    ANSWER,
    DAY,
    HOUR,
    URBAN,
    WHY,
    answer,
    hear,
    running,
    send,
    three,
)
from tests.factories import create_ticket


def told(session: Session, ticket: Ticket) -> list[str]:
    return [event.type for event in history.story(session, ticket)]


def test_a_member_follows_its_main_to_the_callback_and_is_rated_by_itself(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    cluster = clusters.merge(session, main, [second, third], WHY, actor=AGENT, now=now)
    order = send(session, main, now + HOUR)
    assert {each.status for each in (main, second, third)} == {"dispatched"}
    assert running(session, second) == []
    assert orders.of_ticket(session, second) == []
    answer(session, order, now + DAY)
    assert {each.status for each in (main, second, third)} == {"awaiting_callback"}
    assert [clock.kind for clock in running(session, third)] == ["callback_by"]
    for place, each in enumerate((main, second, third)):
        hear(session, each, 3 + place, now + 2 * DAY)
    assert sorted(session.exec(select(Rating.satisfaction)).all()) == [3, 4, 5]
    assert {each.status for each in (main, second, third)} == {"closed"}
    assert [reply.public_reply for reply in replies.told(session, second)] == ["路灯已经修好。"]
    assert cluster_record.of_ticket(session, second) == cluster


def test_both_sides_of_a_merge_tell_of_it(session: Session, now: datetime) -> None:
    main, second, _ = three(session, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    clusters.unmerge(session, second, "不是同一处", actor=AGENT, now=now)
    for each in (main, second):
        last = history.story(session, each)[-2:]
        assert [event.type for event in last] == ["ticket.merged", "ticket.unmerged"]
        for event in last:
            assert event.refs["member"] == second.number
            assert event.refs["main"] == main.number
    assert cluster_record.of_ticket(session, main) is None  # nobody else is left


def test_own_orders_of_a_member_are_recalled_and_its_promise_stands(
    session: Session, now: datetime
) -> None:
    main, second, _ = three(session, now)
    mine = send(session, second, now)
    (promised,) = running(session, second, "reply_by")
    order = send(session, main, now + HOUR)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now + 2 * HOUR)
    assert (mine.status, second.status) == ("recalled", "dispatched")
    assert "order.recalled" in told(session, second)
    (kept,) = running(session, second)
    assert (kept.due_at, kept.subject) == (promised.due_at, history.chain(second))
    orders.accept(session, order, actor=URBAN, now=now + 2 * HOUR)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now + DAY)
    assert running(session, second) == []
    reviews.reject(session, order, note="没有写明时间", actor=AGENT, now=now + DAY)
    assert running(session, second) == [kept]


def test_who_joins_late_goes_out_at_once_and_the_department_is_told(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    order = send(session, main, now)
    cluster = cluster_record.of_ticket(session, main)
    assert cluster
    clusters.add(session, cluster, [third], actor=AGENT, now=now + HOUR)
    assert third.status == "dispatched"
    shown = cluster_record.of_order(session, order)
    assert [each.number for each in shown] == [second.number, third.number]
    assert all("13989001234" not in each.text and "路灯" in each.text for each in shown)
    last = history.story(session, main)[-1]
    assert (last.type, last.audience) == ("ticket.merged", "department")
    departments = [
        event.refs["departments"]
        for event in history.story(session, third)
        if event.type == EventType.TICKET_DISPATCHED
    ]
    assert departments == [["540102-urban"]]


def test_a_returned_main_takes_its_members_back_to_the_agent(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    clusters.merge(session, main, [second, third], WHY, actor=AGENT, now=now)
    order = send(session, main, now)
    back = Return("unclear_duty", "权责清单")
    reviews.return_order(session, order, back, actor=URBAN, now=now + HOUR)
    assert {each.status for each in (main, second, third)} == {"registered"}
    dispatching.dispatch(session, main, [Assignment("540100-urban")], actor=AGENT, now=now + DAY)
    assert {each.status for each in (main, second, third)} == {"dispatched"}


def test_a_dissatisfied_member_is_done_again_alone_by_who_led_the_main(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    cluster = clusters.merge(session, main, [second, third], WHY, actor=AGENT, now=now)
    answer(session, send(session, main, now), now + DAY)
    hear(session, second, 1, now + DAY)
    assert (second.status, second.redone) == ("dispatched", 1)
    assert (main.status, third.status) == ("awaiting_callback", "awaiting_callback")
    (again,) = orders.of_ticket(session, second)
    assert (again.department, again.role) == ("540102-urban", "lead")
    assert cluster_record.of_ticket(session, second) is None
    assert cluster_record.of_ticket(session, third) == cluster
    assert [each.row.why for each in cluster_record.members(session, cluster)] == [
        "",
        "reopened",
        "",
    ]
    assert told(session, main)[-1] == "ticket.unmerged"
    answer(session, again, now + 2 * DAY)
    hear(session, second, 5, now + 2 * DAY)
    assert second.status == "closed"
    assert len(replies.told(session, second)) == 2


def test_a_dissatisfied_main_is_done_again_without_its_members(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    clusters.merge(session, main, [second], WHY, actor=AGENT, now=now)
    answer(session, send(session, main, now), now + DAY)
    hear(session, main, 1, now + DAY)
    assert (main.status, second.status) == ("dispatched", "awaiting_callback")
    clusters.merge(session, main, [third], WHY, actor=AGENT, now=now + DAY)  # one cluster still
    answer(session, orders.of_ticket(session, main)[-1], now + 2 * DAY)
    assert third.status == "awaiting_callback"


def test_another_member_can_lead_until_the_main_is_dispatched(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    clusters.merge(session, main, [second, third], WHY, actor=AGENT, now=now)
    with pytest.raises(Conflict, match=f"merged into {main.number}"):
        send(session, second, now)
    clusters.make_main(session, second, actor=AGENT, now=now)
    withdrawals.withdraw(session, main, Wish.MISTAKEN, actor=AGENT, now=now)
    send(session, second, now)
    assert (main.status, third.status) == ("withdrawn", "dispatched")
    assert following.main_of(session, third) == second
    with pytest.raises(Conflict, match="was dispatched"):
        clusters.make_main(session, third, actor=AGENT, now=now)


def test_a_main_cant_end_while_others_follow_it_but_a_member_may_be_withdrawn(
    session: Session, now: datetime
) -> None:
    main, second, third = three(session, now)
    clusters.merge(session, main, [second, third], WHY, actor=AGENT, now=now)
    send(session, main, now)
    with pytest.raises(Conflict, match="follow"), session.begin_nested():
        withdrawals.withdraw(session, main, Wish.NOT_WANTED, actor=AGENT, now=now)
    session.refresh(main)
    withdrawals.withdraw(session, second, Wish.NOT_WANTED, actor=AGENT, now=now)
    assert (main.status, second.status, third.status) == ("dispatched", "withdrawn", "dispatched")
    clusters.unmerge(session, third, "另有情况", actor=AGENT, now=now)
    withdrawals.withdraw(session, main, Wish.NOT_WANTED, actor=AGENT, now=now)
    assert main.status == "withdrawn"


def test_what_can_not_be_merged_is_refused_and_says_why(session: Session, now: datetime) -> None:
    main, second, third = three(session, now)
    sent = create_ticket(session, now=now)
    send(session, sent, now)
    secret = create_ticket(session, now=now, request_type=RequestType.REPORT)
    elsewhere = create_ticket(session, now=now, district="540103")
    clusters.merge(session, third, [create_ticket(session, now=now)], WHY, actor=AGENT, now=now)
    for members, why in (
        ([sent], f"{sent.number} is dispatched and main"),
        ([secret], "confidential"),
        ([elsewhere], "district 540103"),
        ([third], "in the cluster of"),
    ):
        with pytest.raises(Conflict, match=why):
            clusters.merge(session, main, members, WHY, actor=AGENT, now=now)
    for members, reason in (([], WHY), ([second, second], WHY), ([main], WHY), ([second], " ")):
        with pytest.raises(Invalid):
            clusters.merge(session, main, members, reason, actor=AGENT, now=now)
    assert cluster_record.of_ticket(session, main) is None
    county = clusters.merge(
        session,
        create_ticket(session, now=now, district="540100"),
        [elsewhere, main],
        WHY,
        actor=AGENT,
        now=now,
    )
    assert len(cluster_record.members(session, county)) == 3

"""并单 in transactions of their own: several clerks at once, and the feed of what was committed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Event

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from dispatch import feed, reminders, tickets
from dispatch.beside.models_beside import ClusterMember
from dispatch.callback import callback_record, callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.clustering import cluster_record, clusters, following
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.db import transaction
from hotline.core.events import Cursor
from hotline.core.privacy import Person
from tests.dispatch.at_once import Step, at_once
from tests.factories import LAMP, create_ticket, proposal, system_of

AGENT = Actor("dawa", Role.AGENT)
ASKING = Actor("pema", Role.AGENT)  # who answered does not ask whether that was right
TO = [Assignment("540102-urban")]
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
ROUNDS = 4


def opened(engine: Engine, now: datetime, count: int) -> list[str]:
    with transaction(engine) as session:
        return [create_ticket(session, now=now).number for _ in range(count)]


def merging(main: str, members: Sequence[str], now: datetime) -> Step:
    def step(session: Session) -> object:
        leads = cluster_record.find_main(session, main)
        found = cluster_record.find_tickets(session, members)
        return clusters.merge(session, leads, found, "同一路段", actor=AGENT, now=now)

    return step


def sending(number: str, now: datetime) -> Step:
    def step(session: Session) -> object:
        ticket = tickets.find(session, number, lock=True)
        return dispatching.dispatch(session, ticket, TO, actor=AGENT, now=now)

    return step


def test_whoever_merges_at_once_no_ticket_is_in_two_clusters(
    emptied: Engine, now: datetime
) -> None:
    for _ in range(ROUNDS):
        one, other, third, fourth = opened(emptied, now, 4)
        ended = at_once(
            emptied,
            [
                merging(one, [third, fourth], now),
                merging(other, [fourth, third], now),
                merging(one, [other], now),
                merging(other, [one], now),
                sending(one, now),
                sending(third, now),
            ],
        )
        assert "done" in ended
        with transaction(emptied) as session:
            active = select(ClusterMember.ticket_id).where(col(ClusterMember.left_at).is_(None))
            found = session.exec(active).all()
            assert len(set(found)) == len(found)
            cluster = cluster_record.of_ticket(session, tickets.find(session, one))
            if cluster:
                statuses = {each.ticket.status for each in cluster_record.members(session, cluster)}
                assert len(statuses) == 1


def test_two_dissatisfied_members_at_once_are_both_done_again(
    emptied: Engine, now: datetime
) -> None:
    main, second, third = opened(emptied, now, 3)
    with transaction(emptied) as session:
        merging(main, [second, third], now)(session)
        ticket = dispatching.dispatch(
            session, tickets.find(session, main), TO, actor=AGENT, now=now
        )
        (order,) = orders.of_ticket(session, ticket)
        orders.accept(session, order, actor=AGENT, now=now)
        replies.reply(session, order, ANSWER, actor=AGENT, now=now)
        reviews.complete(session, order, actor=AGENT, now=now)

    def complaining(number: str) -> Step:
        def step(session: Session) -> object:
            (asked,) = callback_record.of_ticket(session, tickets.find(session, number))
            said = Answers(AttemptOutcome.COMPLETED, solved=False, rating=1)
            later = now + timedelta(days=1)
            return callbacks.record_by_person(session, asked, said, actor=ASKING, now=later)

        return step

    ended = at_once(emptied, [complaining(each) for each in (main, second, third)])
    assert ended == ["done"] * 3
    with transaction(emptied) as session:
        found = [tickets.find(session, each) for each in (main, second, third)]
        assert [(each.status, each.redone) for each in found] == [("dispatched", 1)] * 3
        assert [cluster_record.of_ticket(session, each) for each in found] == [None] * 3
        events.verify(session)


def test_a_department_that_has_the_main_is_told_who_joins_and_leaves(
    emptied: Engine, now: datetime
) -> None:
    main, second, apart = opened(emptied, now, 3)
    at_once(emptied, [sending(main, now)])
    at_once(emptied, [merging(main, [second], now)])
    with transaction(emptied) as session:
        clusters.unmerge(session, tickets.find(session, second), "不同路段", actor=AGENT, now=now)
    with transaction(emptied) as session:
        heard = feed.read(session, Cursor(), reader=system_of("540102-urban")).events
        told = [
            (each.type, each.refs["member"]) for each in heard if each.type.startswith("ticket.")
        ]
        assert told == [("ticket.merged", second), ("ticket.unmerged", second)]
        assert feed.read(session, Cursor(), reader=system_of("540100-urban")).events == []
        count = select(func.count()).select_from(ClusterMember)
        assert session.exec(count).one() == 2
        assert apart not in str([each.refs for each in heard])


def test_a_reminder_and_a_clerk_at_the_main_wait_for_each_other_in_one_order(
    emptied: Engine, now: datetime
) -> None:
    main, second = opened(emptied, now, 2)
    at_once(emptied, [merging(main, [second], now)])
    held, looking = Event(), Event()

    def at_the_main(session: Session) -> object:
        found = tickets.find(session, main, lock=True)
        held.set()
        looking.wait(1)  # a reminder that locked the second ticket first would hold it by now
        return following.followers(session, found, lock=True)

    def reminding(session: Session) -> object:
        held.wait(60)
        person = session.get_one(Person, tickets.find(session, main).person_id)
        found = reminders.find_open(session, person, LAMP, proposal())
        looking.set()
        return found

    assert at_once(emptied, [at_the_main, reminding]) == ["done", "done"]

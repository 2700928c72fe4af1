"""扫描与经办同时: a sweep and whoever writes to a cluster never wait for each other in a ring."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from dispatch import tickets
from dispatch.clustering import cluster_record, clusters
from dispatch.ending import endings
from dispatch.handling import orders, replies, reviews
from dispatch.timing import clocks, sweep
from hotline.core import events
from hotline.core.db import transaction
from tests.dispatch.at_once import Step
from tests.dispatch.cluster_scene import AGENT, ANSWER, URBAN, WHY, accepted
from tests.factories import create_ticket

LATE = timedelta(days=20)


@pytest.fixture
def merged(emptied: Engine, now: datetime) -> list[str]:
    """A dispatched main ticket and two that follow it, by number; the reply waits for review."""
    with transaction(emptied) as session:
        made = [create_ticket(session, now=now) for _ in range(3)]
        clusters.merge(session, made[0], made[1:], WHY, actor=AGENT, now=now)
        order = accepted(session, made[0], now)
        replies.reply(session, order, ANSWER, actor=URBAN, now=now)
        return [each.number for each in made]


def settle(session: Session, main: str, now: datetime) -> None:
    """Complete the main ticket's order: every ticket of the cluster goes to its callback."""
    (order,) = orders.of_ticket(session, tickets.find(session, main, lock=True))
    reviews.complete(session, order, actor=AGENT, now=now)


def at_once(engine: Engine, steps: Sequence[Step]) -> list[object]:
    """Take the steps at the same time, each in a transaction; a deadlock's loser raises."""

    def take(step: Step) -> object:
        with transaction(engine) as session:
            return step(session)

    with ThreadPoolExecutor(len(steps)) as threads:
        return [each.result(120) for each in [threads.submit(take, step) for step in steps]]


def sweep_the_rest(engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        while sweep.strike_batch(session, now=now).struck:
            pass


def struck(engine: Engine, number: str, kind: str) -> list[set[str]]:
    """Return the thresholds that the ticket's clocks of this kind have passed."""
    with transaction(engine) as session:
        found = clocks.of_ticket(session, tickets.find(session, number))
        return [clocks.struck(session, each) for each in found if each.kind == kind]


def test_a_member_that_leaves_and_a_sweep_of_the_cluster_do_not_cross(
    emptied: Engine, merged: list[str], now: datetime
) -> None:
    main, second, _ = merged
    with transaction(emptied) as session:
        settle(session, main, now)
    left, swept = Event(), Event()

    def leaving(session: Session) -> object:
        """Do again what a reopening does, and let the sweep come between its two halves."""
        ticket = tickets.find(session, second, lock=True)
        clusters.leave(session, ticket, actor=AGENT, now=now)  # writes into the main's history
        left.set()
        swept.wait(20)  # a sweep that waited for that history holds the clocks needed next
        endings.stop_clocks(session, ticket, now=now)
        return cluster_record.of_ticket(session, ticket)

    def sweeping(session: Session) -> object:
        left.wait(60)
        batch = sweep.strike_batch(session, now=now + LATE)
        swept.set()
        return {each.thing.number for each in batch.struck}

    _, found = at_once(emptied, [leaving, sweeping])
    assert found == {merged[2]}  # the others were being written to: they are left for the next one
    sweep_the_rest(emptied, now + LATE)
    assert struck(emptied, main, "callback_by") == [{"warning", "due", "overdue", "escalated"}]
    assert struck(emptied, second, "callback_by") == [set()]
    with transaction(emptied) as session:
        assert events.verify(session)


def test_a_settling_cluster_and_a_sweep_of_its_members_do_not_cross(
    emptied: Engine, merged: list[str], now: datetime
) -> None:
    main, *followers = merged
    held, swept = Event(), Event()
    with transaction(emptied) as session:  # what a follower was promised of its own is due too
        for number in followers:
            follower = tickets.find(session, number)
            clusters.unmerge(session, follower, WHY, actor=AGENT, now=now)
            accepted(session, follower, now)
        members = [tickets.find(session, each) for each in followers]
        clusters.merge(session, tickets.find(session, main), members, WHY, actor=AGENT, now=now)

    def settling(session: Session) -> object:
        tickets.find(session, main, lock=True)
        held.set()
        swept.wait(20)  # the sweep holds the followers and their clocks until it commits
        settle(session, main, now)
        return "settled"

    def sweeping(session: Session) -> object:
        held.wait(60)
        sweep.strike_batch(session, now=now + LATE)
        swept.set()
        return "swept"

    assert at_once(emptied, [settling, sweeping]) == ["settled", "swept"]
    sweep_the_rest(emptied, now + LATE)
    with transaction(emptied) as session:
        statuses = {tickets.find(session, each).status for each in merged}
        assert statuses == {"awaiting_callback"}
        assert events.verify(session)

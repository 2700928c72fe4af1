"""Random walks over clusters: nobody is lost, nothing is lost, and the figures add up."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlmodel import Session, col, select

from dispatch import history, reminders
from dispatch.beside.models_beside import Cluster, ClusterMember
from dispatch.callback import callback_record, callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.clustering import clusters, counting
from dispatch.clustering.counting import Counts, Key, Measure, Scope
from dispatch.clustering.following import FOLLOWING
from dispatch.ending import endings, withdrawals
from dispatch.ending.endings import RedoReason
from dispatch.ending.withdrawals import Wish
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.states import OPEN_ORDERS
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.errors import HotlineError, NotFound
from hotline.core.privacy import Person, unseal
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
UNITS = ("540102-urban", "540100-urban")
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
TICKETS, MOST, STEPS, WALKS = 4, 9, 40, 6


class Walk:
    """Some tickets, the time, and every step that can be tried on them."""

    def __init__(self, session: Session, now: datetime, seed: int) -> None:
        self.session, self.begun, self.now = session, now, now
        self.chance = Random(seed)  # noqa: S311 - a walk that can be walked again
        self.tickets: list[Ticket] = []
        self.said: list[tuple[str, str, int, list[str]]] = []
        for _ in range(TICKETS):
            self.ask()
        person = session.get_one(Person, self.tickets[0].person_id)
        reminders.remind(session, self.tickets[0], person, "催一下路灯", call_id=None, now=now)
        self.said[0] = self.words(self.tickets[0])
        self.done: Counter[str] = Counter()

    def words(self, ticket: Ticket) -> tuple[str, str, int, list[str]]:
        person = self.session.get_one(Person, ticket.person_id)
        asked = [each.text for each in reminders.of_ticket(self.session, ticket)]
        sealed = unseal(person, ticket.sealed_text, "ticket")
        return ticket.text, sealed, ticket.reminders, asked

    def ask(self) -> None:
        if len(self.tickets) == MOST:
            raise NotFound("Nobody calls.")
        text = f"第{len(self.tickets)}盏路灯坏了，电话13989001234。"
        self.tickets.append(create_ticket(self.session, now=self.now, text=text))
        self.said.append(self.words(self.tickets[-1]))

    def pick(self, *statuses: str) -> Ticket:
        """Return a ticket, one in this status if there is any."""
        fit = [each for each in self.tickets if each.status in statuses]
        return self.chance.choice(fit or self.tickets)

    def order(self, *statuses: str) -> WorkOrder:
        """Return an order in this status; raise NotFound when there is none."""
        listed = [each for one in self.tickets for each in orders.of_ticket(self.session, one)]
        fit = [each for each in listed if each.status in statuses]
        if not fit:
            raise NotFound("No order is so.")
        return self.chance.choice(fit)

    def merge(self) -> None:
        main = self.pick("registered", "dispatched")
        members = self.chance.sample(self.tickets, self.chance.choice([1, 1, 2]))
        clusters.merge(self.session, main, members, "同一件事", actor=AGENT, now=self.now)

    def unmerge(self) -> None:
        member = self.pick("registered", "dispatched")
        clusters.unmerge(self.session, member, "不是一件事", actor=AGENT, now=self.now)

    def make_main(self) -> None:
        clusters.make_main(self.session, self.pick("registered"), actor=AGENT, now=self.now)

    def send(self) -> None:
        to = [Assignment(self.chance.choice(UNITS))]
        dispatching.dispatch(self.session, self.pick("registered"), to, actor=AGENT, now=self.now)

    def reply(self) -> None:
        order = self.order("dispatched")
        orders.accept(self.session, order, actor=AGENT, now=self.now)
        replies.reply(self.session, order, ANSWER, actor=AGENT, now=self.now)

    def reject(self) -> None:
        order = self.order("replied")
        reviews.reject(self.session, order, note="没有说清", actor=AGENT, now=self.now)
        replies.reply(self.session, order, ANSWER, actor=AGENT, now=self.now)

    def complete(self) -> None:
        reviews.complete(self.session, self.order("replied"), actor=AGENT, now=self.now)

    def give_back(self) -> None:
        back, order = Return("unclear_duty", "权责清单"), self.order("dispatched")
        reviews.return_order(self.session, order, back, actor=AGENT, now=self.now)

    def recall(self) -> None:
        order = self.order("dispatched", "replied")
        ticket = orders.ticket_of(self.session, order)
        dispatching.recall(self.session, ticket, order, "派错了", actor=AGENT, now=self.now)

    def hear(self) -> None:
        asked = callback_record.of_ticket(self.session, self.pick("awaiting_callback"))
        if not asked:
            raise NotFound("Nobody is asked.")
        rating = self.chance.choice([1, 5])
        said = Answers(AttemptOutcome.COMPLETED, solved=rating > 2, rating=rating)
        callbacks.record_by_person(self.session, asked[-1], said, actor=AGENT, now=self.now)

    def withdraw(self) -> None:
        withdrawals.withdraw(self.session, self.pick(), Wish.NOT_WANTED, actor=AGENT, now=self.now)

    def reopen(self) -> None:
        again, reason = self.pick("closed"), RedoReason.CALLED_AGAIN
        endings.reopen(self.session, again, reason=reason, actor=AGENT, now=self.now)

    def step(self) -> None:
        """Take one step; what is refused did nothing, and another one is tried."""
        self.now += timedelta(minutes=7)
        often = [self.merge, self.reply, self.complete, self.hear] * 4
        also = [self.send, self.unmerge, self.make_main, self.recall, self.reject, self.ask] * 2
        rarely = [self.reopen, self.withdraw, self.give_back]
        for act in self.chance.sample([*often, *also, *rarely], 12):
            with suppress(HotlineError), self.session.begin_nested():
                act()
                self.done[act.__name__] += 1
                break
        for each in self.tickets:
            self.session.refresh(each)


def check(walk: Walk) -> None:
    """Raise AssertionError for anything that must never be so."""
    session = walk.session
    assert [walk.words(each) for each in walk.tickets] == walk.said
    active = session.exec(select(ClusterMember).where(col(ClusterMember.left_at).is_(None))).all()
    assert len({row.ticket_id for row in active}) == len(active)
    by_cluster: dict[int, list[int]] = {}
    for row in active:
        by_cluster.setdefault(row.cluster_id, []).append(row.ticket_id)
    for cluster_id, members in by_cluster.items():
        cluster = session.get_one(Cluster, cluster_id)
        assert cluster.main_id in members
        assert len(members) > 1
        check_members(walk, cluster, [each for each in members if each != cluster.main_id])
    figures = counting.total(session, Scope(walk.begun, walk.now + timedelta(days=1)))
    merged_away = len(active) - len(by_cluster)
    assert figures == Counts(len(walk.tickets) - merged_away, len(walk.tickets), 1)


def check_members(walk: Walk, cluster: Cluster, members: Sequence[int]) -> None:
    main = walk.session.get_one(Ticket, cluster.main_id)
    for each in (walk.session.get_one(Ticket, member) for member in members):
        if each.status not in FOLLOWING:
            continue
        assert each.status == main.status
        mine = orders.of_ticket(walk.session, each)
        assert not [order for order in mine if order.status in OPEN_ORDERS]
        kinds = walk.session.exec(
            select(Clock.kind).where(Clock.ticket_id == each.id, col(Clock.stopped_at).is_(None))
        ).all()
        idle = {"accept_by", "contact_by", "return_by", "callback_by"}
        assert not set(kinds) & (idle | ({"dispatch_by"} if each.status == "dispatched" else idle))


@pytest.mark.parametrize("seed", range(WALKS))
def test_whatever_is_merged_and_unmerged_nothing_is_lost(
    session: Session, now: datetime, seed: int
) -> None:
    walk = Walk(session, now, seed)
    for _ in range(STEPS):
        walk.step()
        check(walk)
    for each in walk.tickets:
        assert_sides_agree(session, each)
    assert_figures_add_up(session, Scope(walk.begun, walk.now + timedelta(days=1)))
    events.verify(session)


def assert_sides_agree(session: Session, ticket: Ticket) -> None:
    """Every merge and unmerge of a member stands in its main ticket's history too."""
    for event in history.story(session, ticket):
        if event.type in ("ticket.merged", "ticket.unmerged"):
            other = {event.refs["main"], event.refs["member"]} - {ticket.number}
            chain = events.history(session, f"ticket:{other.pop()}")
            same = [
                (each.type, each.at, each.refs["member"])
                for each in chain
                if each.refs.get("member")
            ]
            assert (event.type, event.at, event.refs["member"]) in same


def assert_figures_add_up(session: Session, scope: Scope) -> None:
    """The parts make the total, and behind each figure are as many rows as it says."""
    total = counting.total(session, scope)
    for key in Key:
        parts = counting.by(session, scope, key).values()
        for measure in Measure:
            assert sum(getattr(each, measure) for each in parts) == getattr(total, measure)
    for measure in Measure:
        rows = counting.behind(session, scope, measure, limit=100)
        assert len(rows) == getattr(total, measure)

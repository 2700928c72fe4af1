"""Requesters and clerks at the same moment: what is left is what a careful clerk would leave."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, func, select

from dispatch import history, tickets
from dispatch.ending.withdrawals import Wish
from dispatch.handling import dispatching, orders, replies
from dispatch.handling.orders import Assignment
from dispatch.models import Rating, Reply
from dispatch.requesters import additions, links, looking_up, ratings, withdrawing
from dispatch.requesters.models_requesters import Addition, Lookup
from dispatch.requesters.ratings import Judgement
from dispatch.states import TicketStatus
from hotline.core import events
from hotline.core.db import transaction
from tests.dispatch.at_once import Step, at_once
from tests.dispatch.deciding_scene import AGENT, ANSWER, URBAN, awaiting
from tests.dispatch.requester_scene import STRANGER, key_of
from tests.factories import create_ticket

ROUNDS = 4


def handled(engine: Engine, now: datetime) -> tuple[str, str]:
    """Return the number of a ticket that its department handles, and a key to it."""
    with transaction(engine) as session:
        ticket = create_ticket(session, now=now)
        to = [Assignment("540102-urban")]
        dispatching.dispatch(session, ticket, to, actor=AGENT, now=now)
        (order,) = orders.of_ticket(session, ticket)
        orders.accept(session, order, actor=URBAN, now=now)
        return ticket.number, key_of(session, ticket, now)


def withdrawing_it(number: str, key: str, now: datetime) -> Step:
    def step(session: Session) -> object:
        held = links.hold(session, number, key, now=now, lock=True)
        seen = TicketStatus.DISPATCHED
        return withdrawing.withdraw(session, held.ticket, Wish.OTHER, seen=seen, now=now)

    return step


def replying(number: str, now: datetime) -> Step:
    def step(session: Session) -> object:
        order = orders.find(session, f"{number}-1", lock=True)
        return replies.reply(session, order, ANSWER, actor=URBAN, now=now)

    return step


def rating(number: str, key: str, grade: int, now: datetime) -> Step:
    def step(session: Session) -> object:
        held = links.hold(session, number, key, now=now, lock=True)
        return ratings.rate(session, held.ticket, Judgement(grade), now=now)

    return step


def test_a_withdrawal_beside_a_reply_is_withdrawn_and_the_reply_is_kept_or_refused(
    emptied: Engine, now: datetime
) -> None:
    for _ in range(ROUNDS):
        number, key = handled(emptied, now)
        steps = [withdrawing_it(number, key, now), replying(number, now)]
        withdrawn, replied = at_once(emptied, steps)
        assert withdrawn == "done"
        assert replied in ("done", "Conflict")
        with transaction(emptied) as session:
            ticket = tickets.find(session, number)
            (order,) = orders.of_ticket(session, ticket)
            assert (ticket.status, order.status) == ("withdrawn", "recalled")
            kept = select(func.count()).select_from(Reply).where(Reply.order_id == order.id)
            assert session.exec(kept).one() == (replied == "done")
    with transaction(emptied) as session:
        events.verify(session)


def test_of_two_ratings_at_once_one_stands(emptied: Engine, now: datetime) -> None:
    for _ in range(ROUNDS):
        with transaction(emptied) as session:
            ticket = awaiting(session, now)
            number, key = ticket.number, key_of(session, ticket, now)
        ended = at_once(emptied, [rating(number, key, grade, now) for grade in (5, 1)])
        assert sorted(ended) == ["Conflict", "done"]
        with transaction(emptied) as session:
            ticket = tickets.find(session, number)
            given = session.exec(
                select(Rating.satisfaction).where(Rating.ticket_id == ticket.id)
            ).all()
            after = {5: ("closed", 0), 1: ("dispatched", 1)}
            assert len(given) == 1
            assert (ticket.status, ticket.redone) == after[given[0]]


def test_one_rating_sent_five_times_at_once_is_one(emptied: Engine, now: datetime) -> None:
    with transaction(emptied) as session:
        ticket = awaiting(session, now)
        number, key = ticket.number, key_of(session, ticket, now)
    assert at_once(emptied, [rating(number, key, 1, now)] * 5) == ["done"] * 5
    with transaction(emptied) as session:
        ticket = tickets.find(session, number)
        assert (ticket.status, ticket.redone) == ("dispatched", 1)
        told = [each.type for each in history.story(session, ticket)]
        assert told.count("callback.completed") == told.count("ticket.reopened") == 1


def test_one_addition_sent_five_times_at_once_is_one(emptied: Engine, now: datetime) -> None:
    number, key = handled(emptied, now)

    def step(session: Session) -> object:
        held = links.hold(session, number, key, now=now, lock=True)
        return additions.add(session, held.ticket, "灯在小学门口。", now=now)

    assert at_once(emptied, [step] * 5) == ["done"] * 5
    with transaction(emptied) as session:
        assert session.exec(select(func.count()).select_from(Addition)).one() == 1


def test_guesses_at_once_are_counted_one_by_one(emptied: Engine, now: datetime) -> None:
    number, _ = handled(emptied, now)

    def guessing(place: int) -> Step:
        def step(session: Session) -> object:
            where = f"10.0.0.{place}"
            return looking_up.look_up(session, number, STRANGER, address=where, now=now)

        return step

    assert at_once(emptied, [guessing(place) for place in range(5)]) == ["done"] * 5
    with transaction(emptied) as session:
        counted = session.exec(select(Lookup.failures).order_by("failures")).all()
    assert counted == [1, 1, 1, 1, 1, 5]

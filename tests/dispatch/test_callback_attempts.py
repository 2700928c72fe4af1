"""回访次数: every attempt is kept; what counts lies on another day and in another part of it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from dispatch.callback import callback_record, callbacks, polite
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.models import Callback, Ticket
from dispatch.terms import RequestType
from hotline.core.clock import BEIJING
from tests.dispatch.cluster_scene import AGENT, ANSWER, URBAN
from tests.dispatch.polite_scene import HOURS, LHASA, beijing, moments, part_at, polite_hours
from tests.factories import create_ticket

MINUTE = timedelta(minutes=1)
NO_ANSWER = Answers(AttemptOutcome.NO_ANSWER)


@pytest.fixture
def ticket(session: Session, now: datetime) -> Ticket:
    """A complaint that waits for its callback, which a person makes: Wednesday, 15:00 on."""
    made = create_ticket(session, now=now, request_type=RequestType.COMPLAINT)
    dispatching.dispatch(session, made, [Assignment("540102-urban")], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, made)
    orders.accept(session, order, actor=URBAN, now=now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    reviews.complete(session, order, actor=AGENT, now=now)
    return made


def asked(session: Session, ticket: Ticket) -> Callback:
    (callback,) = callback_record.of_ticket(session, ticket)
    return callback


def hear(session: Session, ticket: Ticket, at: datetime, said: Answers = NO_ANSWER) -> Callback:
    return callbacks.record_by_person(session, asked(session, ticket), said, actor=AGENT, now=at)


def test_three_within_a_minute_are_kept_and_count_once(session: Session, ticket: Ticket) -> None:
    first = asked(session, ticket).planned_for
    for seconds in (0, 20, 40):
        callback = hear(session, ticket, first + timedelta(seconds=seconds))
    assert (callback.status, callback.attempts) == ("planned", 3)
    assert ticket.status == "awaiting_callback"
    kept = callback_record.attempts_of(session, callback)
    assert [each.outcome for each in kept] == ["no_answer"] * 3
    # Wednesday afternoon counted: it is Thursday evening's turn, as if there had been one.
    assert callback.planned_for == beijing("2026-11-26T19:00")


def test_three_on_other_days_and_parts_of_day_leave_the_requester_unreachable(
    session: Session, ticket: Ticket
) -> None:
    for _ in range(2):
        moment = asked(session, ticket).planned_for
        hear(session, ticket, moment)
        callback = hear(session, ticket, moment + MINUTE)
        assert callback.status == "planned"
    callback = hear(session, ticket, callback.planned_for)
    assert (callback.status, callback.attempts) == ("unreachable", 5)
    assert (ticket.status, ticket.closing) == ("closed", "unreachable")


@pytest.mark.parametrize(
    ("at", "again"),
    [
        ("2026-11-25T19:30", "2026-11-26T19:00"),  # the same day, in another part
        ("2026-11-26T16:00", "2026-11-26T19:00"),  # another day, in the same part
        ("2026-11-26T18:59", "2026-11-26T19:00"),
        ("2026-11-27T17:00", "2026-11-27T19:00"),  # what was planned has passed
        ("2026-11-28T17:00", "2026-11-29T10:00"),  # Saturday's second part; then the first
    ],
)
def test_one_that_does_not_count_leaves_the_turn_where_it_was_or_takes_the_next(
    session: Session, ticket: Ticket, at: str, again: str
) -> None:
    hear(session, ticket, beijing("2026-11-25T15:00"))
    callback = hear(session, ticket, beijing(at))
    assert callback.planned_for == beijing(again)
    last = [hear(session, ticket, callback.planned_for).status]
    last.append(hear(session, ticket, asked(session, ticket).planned_for).status)
    assert last == ["planned", "unreachable"]


def test_who_answers_at_the_second_try_within_a_minute_is_heard(
    session: Session, ticket: Ticket
) -> None:
    first = asked(session, ticket).planned_for
    hear(session, ticket, first)
    said = Answers(AttemptOutcome.COMPLETED, solved=True, rating=5)
    assert hear(session, ticket, first + MINUTE, said).status == "completed"
    assert ticket.closing == "resolved"


@given(polite_hours(), moments, st.integers(0, 14 * 24 * 60))
def test_what_is_left_is_a_polite_moment_to_come_that_counts(
    hours: polite.PoliteHours, last: datetime, minutes: int
) -> None:
    now = last + timedelta(minutes=minutes)
    following = polite.moment_left(hours, LHASA, last=last, now=now)
    assert following > now
    assert polite.is_polite(hours, LHASA, now=following)
    assert polite.differs(hours, LHASA, last=last, now=following)
    if polite.next_moment(hours, LHASA, last=last) > now:
        assert following == polite.next_moment(hours, LHASA, last=last)


@given(moments, moments)
def test_an_attempt_counts_on_a_later_day_in_another_part(one: datetime, other: datetime) -> None:
    last = polite.first_moment(HOURS, LHASA, now=min(one, other))
    now = polite.first_moment(HOURS, LHASA, now=max(one, other))
    later = now.astimezone(BEIJING).date() > last.astimezone(BEIJING).date()
    elsewhere = part_at(HOURS, now) != part_at(HOURS, last)
    assert polite.differs(HOURS, LHASA, last=last, now=now) == (later and elsewhere)

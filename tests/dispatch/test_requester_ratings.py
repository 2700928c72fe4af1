"""自评: a rating through the link is the callback's own answer, by the same rules."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch.callback import callback_record, callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.models import Callback, Notice, Rating
from dispatch.requesters import ratings
from dispatch.requesters.ratings import Judgement, Reason
from hotline.core.errors import Conflict, Invalid
from tests.dispatch.deciding_scene import AGENT, awaiting, dispatched, running, types
from tests.dispatch.requester_scene import answer, site_with_pages
from tests.factories import create_ticket

GOOD = Judgement(5, contacted=True, solved=True)
BAD = Judgement(1, contacted=False, solved=False, reasons=(Reason.NOT_SOLVED, Reason.TOO_SLOW))


def test_a_good_rating_does_the_planned_callback_and_closes(
    session: Session, now: datetime
) -> None:
    ticket = awaiting(session, now)
    rating = ratings.rate(session, ticket, GOOD, now=now)
    (callback,) = callback_record.of_ticket(session, ticket)
    assert (callback.status, callback.by, callback.attempts) == ("completed", "requester", 0)
    assert (callback.contacted, callback.resolved, callback.satisfaction) == (True, True, 5)
    assert (rating.satisfaction, rating.via, rating.callback_id) == (5, "link", callback.id)
    assert (ticket.status, ticket.closing) == ("closed", "resolved")
    assert running(session, ticket) == []
    assert callbacks.claim_due(session, now=now + timedelta(days=9), limit=9) == []
    assert types(session, ticket)[-2:] == ["callback.completed", "ticket.closed"]


def test_a_bad_rating_has_it_done_again_with_its_reasons_kept(
    session: Session, now: datetime
) -> None:
    ticket = awaiting(session, now)
    rating = ratings.rate(session, ticket, BAD, now=now)
    assert rating.reasons == ["not_solved", "too_slow"]
    assert (ticket.status, ticket.redone) == ("dispatched", 1)
    assert "rectify_by" in running(session, ticket)
    assert types(session, ticket).count("ticket.reopened") == 1


def test_each_round_has_a_rating_of_its_own(session: Session, now: datetime) -> None:
    ticket = awaiting(session, now)
    ratings.rate(session, ticket, BAD, now=now)
    answer(session, ticket, now)
    ratings.rate(session, ticket, GOOD, now=now)
    given = session.exec(select(Rating.satisfaction).order_by("id")).all()
    assert (given, ticket.status) == ([1, 5], "closed")


def test_the_same_rating_again_changes_nothing_and_another_is_refused(
    session: Session, now: datetime
) -> None:
    ticket = awaiting(session, now)
    first = ratings.rate(session, ticket, GOOD, now=now)
    told = types(session, ticket)
    assert ratings.rate(session, ticket, GOOD, now=now) is first
    with pytest.raises(Conflict):
        ratings.rate(session, ticket, BAD, now=now)
    assert types(session, ticket) == told


@pytest.mark.parametrize("arrange", [create_ticket, dispatched])
def test_there_is_nothing_to_rate_before_an_answer(
    session: Session, now: datetime, arrange: type
) -> None:
    ticket = arrange(session, now=now)
    assert ratings.open_round(session, ticket) is None
    with pytest.raises(Conflict):
        ratings.rate(session, ticket, GOOD, now=now)


@pytest.mark.parametrize("said", [Judgement(0), Judgement(6), Judgement(4, reasons=(Reason.RUDE,))])
def test_what_is_no_rating_is_refused(session: Session, now: datetime, said: Judgement) -> None:
    with pytest.raises(Invalid):
        ratings.rate(session, awaiting(session, now), said, now=now)


def test_who_was_rated_while_the_telephone_rang_is_not_rated_twice(
    session: Session, now: datetime
) -> None:
    ticket = awaiting(session, now)
    moment = session.exec(select(Callback.planned_for)).one()
    (errand,) = callbacks.claim_due(session, now=moment, limit=9)
    ratings.rate(session, ticket, GOOD, now=moment)
    heard = Answers(AttemptOutcome.COMPLETED, solved=False, rating=1)
    callbacks.record_result(session, errand.callback_id, errand.attempt, heard, now=moment)
    assert session.exec(select(Rating.satisfaction)).all() == [5]
    assert (ticket.status, ticket.redone) == ("closed", 0)
    (callback,) = callback_record.of_ticket(session, ticket)
    assert [each.outcome for each in callback_record.attempts_of(session, callback)] == [
        "completed"
    ]


def test_a_person_who_is_rung_too_late_is_told_that_it_is_done(
    session: Session, now: datetime
) -> None:
    ticket = awaiting(session, now)
    (callback,) = callback_record.of_ticket(session, ticket)
    ratings.rate(session, ticket, GOOD, now=now)
    heard = Answers(AttemptOutcome.COMPLETED, rating=1)
    with pytest.raises(Conflict):
        callbacks.record_by_person(session, callback, heard, actor=AGENT, now=now)


@pytest.mark.parametrize(
    ("said", "after"), [(GOOD, ("closed", "resolved", 0)), (BAD, ("registered", "", 1))]
)
def test_who_was_never_reached_may_still_say_it_themselves(
    session: Session, now: datetime, said: Judgement, after: tuple[str, str, int]
) -> None:
    ticket = awaiting(session, now)
    (callback,) = callback_record.of_ticket(session, ticket)
    for day in range(1, 9):
        if callback.status == "planned":
            moment = now + timedelta(days=day, hours=4 * (day % 2))
            missed = Answers(AttemptOutcome.NO_ANSWER)
            callbacks.record_by_person(session, callback, missed, actor=AGENT, now=moment)
    assert (callback.status, ticket.closing) == ("unreachable", "unreachable")
    ratings.rate(session, ticket, said, now=now + timedelta(days=12))
    assert (ticket.status, ticket.closing, ticket.redone) == after
    assert callback.status == "completed"
    with pytest.raises(Conflict):
        ratings.rate(session, ticket, Judgement(3), now=now + timedelta(days=12))


def test_with_pages_an_answer_is_told_before_anybody_rings(session: Session, now: datetime) -> None:
    with site_with_pages():
        awaiting(session, now)
    assert "answered" in session.exec(select(Notice.template)).all()

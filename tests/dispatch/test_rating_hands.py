"""Who had a hand in a matter says nothing of what its rating is worth."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch.callback import callback_ends, callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.callback.callback_plan import CallbackStatus
from dispatch.ratings import appeals, blind, jobs, paper, verifying
from dispatch.ratings.alert_rules import Rule
from dispatch.ratings.appeals import Plea
from dispatch.ratings.blind_draw import Said
from dispatch.ratings.concerned import concerned
from dispatch.ratings.models_ratings import BadRating, BlindCallback, BlindDraw
from dispatch.ratings.stages import Ground, Verdict
from dispatch.requesters import ratings
from dispatch.requesters.ratings import Judgement
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.clock import beijing_day
from hotline.core.errors import Invalid, NotAllowed
from tests.dispatch.deciding_scene import AGENT
from tests.dispatch.rating_scene import (
    DEPARTMENT,
    JUDGE,
    VERIFIER,
    answered,
    bad_rating,
    callback_of,
    rated,
)
from tests.dispatch.requester_scene import answer
from tests.factories import system_of

ASKER = Actor("pema", Role.AGENT)
HEARD = Answers(AttemptOutcome.COMPLETED, contacted=True, solved=False, rating=1)


def the_case(session: Session) -> BadRating:
    session.flush()
    return session.exec(select(BadRating)).one()


def test_who_dispatched_asked_or_typed_the_paper_does_not_verify(
    session: Session, now: datetime
) -> None:
    ticket = answered(session, now)
    callback = callback_of(session, ticket)
    callbacks.record_by_person(session, callback, HEARD, actor=ASKER, now=now)
    assert concerned(session, ticket) == {str(AGENT), str(ASKER), str(system_of(DEPARTMENT))}
    bad = the_case(session)
    for hand in (AGENT, ASKER):
        with pytest.raises(NotAllowed):
            verifying.verify(session, bad, Verdict.FALSE, "x", actor=hand, now=now)
    verifying.verify(session, bad, Verdict.TRUE, "x", actor=VERIFIER, now=now)


def test_paper_is_entered_by_nobody_who_handled_it_and_verified_by_another(
    session: Session, now: datetime
) -> None:
    ticket, day = answered(session, now), beijing_day(now)
    with pytest.raises(NotAllowed):
        paper.enter(session, ticket, Judgement(5), day, actor=AGENT, now=now)
    paper.enter(session, ticket, Judgement(1), day, actor=ASKER, now=now)
    with pytest.raises(NotAllowed):
        verifying.verify(session, the_case(session), Verdict.FALSE, "x", actor=ASKER, now=now)


def test_paper_of_this_round_was_not_filled_in_before_its_answer(
    session: Session, now: datetime
) -> None:
    ticket, _ = rated(session, now, 1)
    later = now + timedelta(days=3)
    answer(session, ticket, later)
    with pytest.raises(Invalid):
        paper.enter(session, ticket, Judgement(5), beijing_day(now), actor=ASKER, now=later)
    paper.enter(session, ticket, Judgement(5), beijing_day(later), actor=ASKER, now=later)


def test_who_reviewed_the_answer_does_not_decide_on_the_appeal(
    session: Session, now: datetime
) -> None:
    bad = bad_rating(session, now)
    plea = Plea(Ground.WRONG_RATING, "按错了键")
    appeals.appeal(session, bad, plea, actor=system_of(DEPARTMENT), now=now)
    session.flush()
    with pytest.raises(NotAllowed):
        appeals.decide(session, bad, True, "x", actor=AGENT, now=now)
    assert appeals.decide(session, bad, True, "x", actor=JUDGE, now=now).upheld


def test_who_dispatched_or_reviewed_and_then_asks_is_found_and_the_machine_is_not(
    session: Session, now: datetime
) -> None:
    ticket = answered(session, now)
    callback = callback_of(session, ticket)
    good = Answers(AttemptOutcome.COMPLETED, contacted=True, solved=True, rating=5)
    callbacks.record_by_person(session, callback, good, actor=AGENT, now=now)
    bad = callback_of(session, answered(session, now))  # what they heard is done again by them
    callbacks.record_by_person(session, bad, HEARD, actor=ASKER, now=now)
    machine, _ = rated(session, now, 5)
    callback_of(session, machine).by = str(MACHINE)
    session.flush()
    found = list(jobs.look(session, now=now + timedelta(minutes=1)))
    (alone,) = [each for each in found if each.rule is Rule.SELF_CALLBACK]
    assert (alone.ticket_id, alone.evidence["by"]) == (ticket.id, str(AGENT))


def test_who_handled_the_matter_is_not_the_blind_one(session: Session, now: datetime) -> None:
    ticket, _ = rated(session, now, 5)  # by its link: nobody of ours asked
    draw = BlindDraw(period="x", seed="0", percent=5, population=[], drawn=1, at=now, by="x")
    session.add(draw)
    session.flush()
    asked = callback_of(session, ticket).id or 0
    row = BlindCallback(draw_id=draw.id or 0, callback_id=asked, ticket_id=ticket.id or 0)
    session.add(row)
    session.flush()
    assert list(blind.to_ask(session, reader=AGENT, now=now)) == []
    assert list(blind.to_ask(session, reader=ASKER, now=now)) == [row]
    with pytest.raises(NotAllowed):
        blind.answer(session, row, Said(), reached=False, actor=AGENT, now=now)


def test_who_is_not_reached_again_was_not_asked_again_until_they_rate(
    session: Session, now: datetime
) -> None:
    ticket, _ = rated(session, now, 1)
    bad = the_case(session)
    answer(session, ticket, now)
    again = ratings.open_round(session, ticket)
    assert again
    missed = CallbackStatus.UNREACHABLE
    callback_ends.finish(session, again, ticket, missed, actor=MACHINE, now=now)
    assert (bad.stage, bad.asked_again_at, bad.ended_at) == ("not_reached", None, now)
    ratings.rate(session, ticket, Judgement(5), now=now)
    assert (bad.stage, bad.asked_again_at, bad.ended_at) == ("asked_again", now, None)

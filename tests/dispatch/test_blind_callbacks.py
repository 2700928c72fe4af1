"""盲复核: drawn once a week, asked by another person, compared, published."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from dispatch.callback import callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.models import Callback, Confidentiality, Ticket
from dispatch.ratings import blind, blind_draw, jobs
from dispatch.ratings.alert_rules import Rule
from dispatch.ratings.blind_draw import Said
from dispatch.ratings.models_ratings import BlindCallback, BlindDraw
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid, NotAllowed
from tests.dispatch.deciding_scene import AGENT
from tests.dispatch.rating_scene import answered, callback_of

OTHER = Actor("pema", Role.AGENT)
WEEK = timedelta(days=7)


def asked(session: Session, now: datetime, rating: int = 5) -> Callback:
    """Return a callback that an agent made and finished."""
    ticket = answered(session, now)
    callback = callback_of(session, ticket)
    heard = Answers(AttemptOutcome.COMPLETED, contacted=True, solved=True, rating=rating)
    return callbacks.record_by_person(session, callback, heard, actor=AGENT, now=now)


def drawn(session: Session, now: datetime) -> tuple[BlindDraw, BlindCallback]:
    asked(session, now)
    later = now + WEEK
    name = blind_draw.week_before(beijing_day(later))
    draw = blind.draw_week(session, name, actor=AGENT, now=later)
    (row,) = session.exec(select(BlindCallback).where(BlindCallback.draw_id == draw.id)).all()
    return draw, row


def test_a_week_is_drawn_once_and_can_be_drawn_again_by_anybody(
    session: Session, now: datetime
) -> None:
    for _ in range(3):
        asked(session, now)
    hidden = asked(session, now)
    session.get_one(Ticket, hidden.ticket_id).confidentiality = Confidentiality.SEALED
    later = now + WEEK
    name = blind_draw.week_before(beijing_day(later))
    with pytest.raises(Conflict):
        blind.draw_week(session, name, actor=AGENT, now=now)
    draw = blind.draw_week(session, name, actor=AGENT, now=later)
    assert len(draw.population) == 3
    rows = session.exec(select(BlindCallback.callback_id).order_by(col(BlindCallback.callback_id)))
    again = blind_draw.draw(draw.population, draw.seed, percent=draw.percent, most=200)
    assert list(rows.all()) == again
    assert len(again) == 1
    with pytest.raises(Conflict):
        blind.draw_week(session, name, actor=AGENT, now=later)
    assert jobs.draw_last_week(session, now=later) is None


def test_who_asked_first_neither_sees_nor_asks_again(session: Session, now: datetime) -> None:
    _, row = drawn(session, now)
    assert list(blind.to_ask(session, reader=AGENT, now=now)) == []
    assert list(blind.to_ask(session, reader=OTHER, now=now)) == [row]
    with pytest.raises(NotAllowed):
        blind.take(session, row, actor=AGENT, now=now)
    with pytest.raises(NotAllowed):
        blind.answer(session, row, Said(), reached=False, actor=AGENT, now=now)


def test_disagreement_is_kept_published_and_raised_while_the_first_answer_stands(
    session: Session, now: datetime
) -> None:
    draw, row = drawn(session, now)
    later = now + WEEK
    with pytest.raises(NotAllowed):  # nobody answers what they have not taken
        blind.answer(session, row, Said(True, False, 1), reached=True, actor=OTHER, now=later)
    blind.take(session, row, actor=OTHER, now=later)
    with pytest.raises(Invalid):
        blind.answer(session, row, Said(satisfaction=1), reached=False, actor=OTHER, now=later)
    blind.answer(session, row, Said(True, False, 1), reached=True, actor=OTHER, now=later)
    assert row.agrees is False
    first = session.get_one(Callback, row.callback_id)
    assert (first.resolved, first.satisfaction, first.by) == (True, 5, str(AGENT))
    (figures,) = blind.published(session)
    counts = (figures.drawn, figures.asked, figures.reached, figures.compared, figures.disagreed)
    assert counts == (1, 1, 1, 1, 1)
    assert (figures.share, figures.seed) == (1.0, draw.seed)
    with pytest.raises(Conflict):
        blind.answer(session, row, Said(), reached=False, actor=OTHER, now=later)
    found = [each.rule for each in jobs.look(session, now=later + timedelta(minutes=1))]
    assert Rule.BLIND_DISAGREES in found


def test_who_is_not_reached_contradicts_nobody(session: Session, now: datetime) -> None:
    _, row = drawn(session, now)
    blind.take(session, row, actor=OTHER, now=now + WEEK)
    blind.answer(session, row, Said(), reached=False, actor=OTHER, now=now + WEEK)
    (figures,) = blind.published(session)
    assert (figures.asked, figures.reached, figures.compared, figures.share) == (1, 0, 0, None)

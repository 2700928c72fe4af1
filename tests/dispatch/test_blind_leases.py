"""盲复核领取: a row is one person's, and its ticket is not there for them until they answer."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from dispatch import history, tickets
from dispatch.models import CallbackAttempt, Ticket
from dispatch.ratings import blind, leases
from dispatch.ratings.blind_draw import Said
from dispatch.ratings.models_ratings import BlindCallback
from dispatch.sealing import reach
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.db import transaction
from hotline.core.errors import Conflict, NotAllowed
from hotline.core.privacy import AccessLog
from tests.dispatch import inspection_scene as scene
from tests.dispatch.at_once import Step, at_once
from tests.dispatch.test_blind_callbacks import OTHER, WEEK, asked, drawn

THIRD = Actor("third", Role.AGENT)


@pytest.fixture
def row(session: Session, now: datetime) -> BlindCallback:
    return drawn(session, now)[1]


@pytest.fixture
def later(now: datetime) -> datetime:
    return now + WEEK


def ticket_of(session: Session, row: BlindCallback) -> Ticket:
    return session.get_one(Ticket, row.ticket_id)


def test_whoever_takes_it_does_not_find_its_ticket_until_they_answer(
    session: Session, row: BlindCallback, later: datetime
) -> None:
    ticket = ticket_of(session, row)
    assert tickets.find(session, ticket.number, reader=OTHER) == ticket
    blind.take(session, row, actor=OTHER, now=later)
    with pytest.raises(NotAllowed, match="blind"):
        tickets.find(session, ticket.number, reader=OTHER)
    assert list(tickets.newest(session, reader=OTHER)) == []
    told = events.history(session, history.chain(ticket))
    assert reach.told(session, OTHER, told) == []
    assert list(tickets.newest(session, reader=THIRD)) == [ticket]  # others go on with it
    blind.answer(session, row, Said(True, True, 5), reached=True, actor=OTHER, now=later)
    assert tickets.find(session, ticket.number, reader=OTHER) == ticket


def test_the_call_in_which_the_first_answer_was_given_is_not_there_either(
    session: Session, row: BlindCallback, later: datetime
) -> None:
    call = scene.talk(session, later, agent="agent-9")
    attempt = session.exec(
        select(CallbackAttempt).where(CallbackAttempt.callback_id == row.callback_id)
    ).one()
    attempt.call_id = call.id
    session.flush()
    heard = select(CallbackAttempt.id).where(reach.calls(OTHER, CallbackAttempt.call_id))
    assert session.exec(heard).all() == [attempt.id]
    blind.take(session, row, actor=OTHER, now=later)
    assert session.exec(heard).all() == []


def test_one_has_it_and_nobody_else_takes_it_meanwhile(
    session: Session, row: BlindCallback, later: datetime
) -> None:
    blind.take(session, row, actor=OTHER, now=later)
    assert blind.take(session, row, actor=OTHER, now=later).version == 2  # theirs already
    assert list(blind.to_ask(session, reader=THIRD, now=later)) == []
    with pytest.raises(Conflict):
        blind.take(session, row, actor=THIRD, now=later)
    with pytest.raises(NotAllowed):
        blind.answer(session, row, Said(), reached=False, actor=THIRD, now=later)


def test_let_go_it_is_free_for_others_and_never_again_for_who_had_it(
    session: Session, row: BlindCallback, later: datetime
) -> None:
    blind.take(session, row, actor=OTHER, now=later)
    leases.release(session, row, actor=OTHER, now=later)
    assert tickets.find(session, ticket_of(session, row).number, reader=OTHER)
    assert list(blind.to_ask(session, reader=OTHER, now=later)) == []
    with pytest.raises(NotAllowed):
        blind.take(session, row, actor=OTHER, now=later)
    assert list(blind.to_ask(session, reader=THIRD, now=later)) == [row]
    blind.take(session, row, actor=THIRD, now=later)
    told = [each.type for each in events.history(session, f"blind_callback:{row.id}")]
    assert told == ["rating.blind_taken", "rating.blind_released", "rating.blind_taken"]


def test_what_nobody_answered_in_its_hours_lapses(
    session: Session, row: BlindCallback, later: datetime
) -> None:
    blind.take(session, row, actor=OTHER, now=later)
    assert leases.lapse(session, now=later + timedelta(hours=3)) == 0
    over = later + timedelta(hours=5)
    assert list(blind.to_ask(session, reader=THIRD, now=over)) == [row]
    assert leases.lapse(session, now=over) == 1
    assert (row.taken_by, row.taken_until, row.had_by) == ("", None, [OTHER.name])
    assert leases.lapse(session, now=over) == 0


def test_the_telephone_is_shown_to_who_took_it_and_the_look_is_kept(
    session: Session, row: BlindCallback, later: datetime
) -> None:
    with pytest.raises(NotAllowed):
        blind.reveal(session, row, "盲复核", actor=OTHER, now=later)
    blind.take(session, row, actor=OTHER, now=later)
    shown = blind.reveal(session, row, "盲复核", actor=OTHER, now=later)
    assert shown.phone is not None
    assert session.exec(select(AccessLog.actor)).all() == [OTHER.name]


def taking(blind_id: int, now: datetime) -> Step:
    def step(session: Session) -> object:
        found = blind.find(session, blind_id, reader=OTHER, lock=True)
        return blind.take(session, found, actor=OTHER, now=now)

    return step


def test_nobody_has_more_than_three_however_many_they_take_at_once(
    emptied: Engine, now: datetime, later: datetime
) -> None:
    with transaction(emptied) as session:
        draw, first = drawn(session, now)
        rows = [first]
        for _ in range(5):
            again = asked(session, now)
            of, to, ticket = draw.id or 0, again.id or 0, again.ticket_id
            rows.append(BlindCallback(draw_id=of, callback_id=to, ticket_id=ticket))
        session.add_all(rows)
        session.flush()
        steps = [taking(each.id or 0, later) for each in rows]
    ended = at_once(emptied, steps)
    assert sorted(ended) == ["Conflict"] * 3 + ["done"] * leases.MOST

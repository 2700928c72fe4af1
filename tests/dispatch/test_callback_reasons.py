"""A callback by a person: why it is no better is kept, and who handled the matter does not ask."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from dispatch.callback import callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.callback.callback_plan import CallbackMode
from dispatch.models import Callback, Contact, Rating, WorkOrder
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Invalid, NotAllowed
from tests.dispatch.deciding_scene import AGENT
from tests.dispatch.rating_scene import answered, callback_of


@pytest.fixture
def callback(session: Session, now: datetime) -> Callback:
    return callback_of(session, answered(session, now))


def heard(rating: int | None, *reasons: str) -> Answers:
    return Answers(AttemptOutcome.COMPLETED, solved=False, rating=rating, reasons=reasons)


def test_the_reasons_of_a_bad_rating_are_kept(
    session: Session, callback: Callback, now: datetime
) -> None:
    said = heard(2, "too_slow", "rude", "rude")
    callbacks.record_by_person(session, callback, said, actor=AGENT, now=now)
    rating = session.exec(select(Rating).where(Rating.callback_id == callback.id)).one()
    assert (rating.satisfaction, rating.reasons) == (2, ["too_slow", "rude"])


@pytest.mark.parametrize("rating", [3, None])
def test_there_are_no_reasons_of_what_is_no_bad_rating(
    session: Session, callback: Callback, now: datetime, rating: int | None
) -> None:
    with pytest.raises(Invalid):
        callbacks.record_by_person(session, callback, heard(rating, "rude"), actor=AGENT, now=now)


def test_who_handled_the_matter_does_not_ask(
    session: Session, callback: Callback, now: datetime
) -> None:
    order = session.exec(
        select(WorkOrder.id).where(WorkOrder.ticket_id == callback.ticket_id)
    ).one()
    # Who works at the hotline now was at the department when it made contact.
    session.add(Contact(order_id=order or 0, at=now, by="moved-here", reached=True, note=""))
    session.flush()
    moved = Actor("moved-here", Role.AGENT)
    callback.mode = CallbackMode.PERSON
    assert callbacks.to_make(session, reader=moved) == []  # nor is it offered them
    with pytest.raises(NotAllowed):
        callbacks.record_by_person(session, callback, heard(5), actor=moved, now=now)
    assert callbacks.to_make(session, reader=AGENT) == [callback]
    callbacks.record_by_person(session, callback, heard(5), actor=AGENT, now=now)
    assert callback.by == str(AGENT)

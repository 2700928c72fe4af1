"""撤回: whoever withdraws is asked nothing more, wherever the ticket is."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch.callback import callback_record, callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.ending import endings, withdrawals
from dispatch.ending.withdrawals import Wish
from dispatch.handling import orders
from dispatch.models import Callback, Rating, Ticket
from hotline.core.errors import Conflict
from tests.dispatch.deciding_scene import AGENT, awaiting, dispatched, owed, running, types
from tests.factories import create_ticket


@pytest.mark.parametrize("arrange", [create_ticket, dispatched, awaiting])
def test_whoever_withdraws_is_asked_nothing_more(
    session: Session, now: datetime, arrange: Callable[..., Ticket]
) -> None:
    ticket = arrange(session, now=now)
    withdrawals.withdraw(session, ticket, Wish.SETTLED_OTHERWISE, actor=AGENT, now=now)
    assert (ticket.status, ticket.closing) == ("withdrawn", "withdrawn")
    assert running(session, ticket) == []
    assert {each.status for each in orders.of_ticket(session, ticket)} <= {"recalled", "completed"}
    assert {each.status for each in callback_record.of_ticket(session, ticket)} <= {"cancelled"}
    assert types(session, ticket)[-1] == "ticket.withdrawn"
    assert "withdrawn" in owed(session, ticket)
    assert callbacks.claim_due(session, now=now + timedelta(days=9), limit=9) == []
    with pytest.raises(Conflict):
        endings.reopen(session, ticket, actor=AGENT, now=now)


def test_a_callback_under_way_ends_without_effect_once_withdrawn(
    session: Session, now: datetime
) -> None:
    ticket = awaiting(session, now)
    moment = session.exec(select(Callback.planned_for)).one()
    (errand,) = callbacks.claim_due(session, now=moment, limit=9)
    withdrawals.withdraw(session, ticket, Wish.NOT_WANTED, actor=AGENT, now=moment)
    heard = Answers(AttemptOutcome.COMPLETED, solved=False, rating=1)
    callbacks.record_result(session, errand.callback_id, errand.attempt, heard, now=moment)
    assert (ticket.status, ticket.redone) == ("withdrawn", 0)
    assert session.exec(select(Rating)).all() == []
    (callback,) = callback_record.of_ticket(session, ticket)
    (attempt,) = callback_record.attempts_of(session, callback)
    assert (callback.status, attempt.outcome) == ("cancelled", "completed")
    assert callbacks.lost_attempts(session, known=[], now=moment) == []

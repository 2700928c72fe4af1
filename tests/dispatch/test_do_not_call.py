"""免打扰: whom the machine does not ring, what becomes of their callbacks, and who is owed none."""

import uuid
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from dispatch.callback import callback_record, callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.models import Callback, Ticket
from hotline.core import privacy
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, NotFound
from hotline.core.events import Event
from telephony import do_not_call, owed
from telephony.acd.patience import MissedWhy
from telephony.models_callers import DoNotCall, NotCallReason
from tests.dispatch.cluster_scene import AGENT, ANSWER, URBAN
from tests.factories import create_ended_call, create_ticket

LEAD = Actor("lead", Role.TEAM_LEAD)
DAY = timedelta(days=1)


def handled(session: Session, now: datetime) -> Ticket:
    """Return a ticket whose requester is to be asked how it was handled, by the machine."""
    made = create_ticket(session, now=now)
    dispatching.dispatch(session, made, [Assignment("540102-urban")], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, made)
    orders.accept(session, order, actor=URBAN, now=now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    reviews.complete(session, order, actor=AGENT, now=now)
    return made


def asked(session: Session, ticket: Ticket) -> Callback:
    (callback,) = callback_record.of_ticket(session, ticket)
    return callback


def listed(
    session: Session, ticket: Ticket, now: datetime, *, days: int | None = None
) -> DoNotCall:
    reason = NotCallReason.ASKED
    return do_not_call.add(session, ticket.person_id, reason, days=days, actor=LEAD, now=now)


def test_a_planned_callback_is_left_to_a_person_and_says_why(
    session: Session, now: datetime
) -> None:
    ticket = handled(session, now)
    callback = asked(session, ticket)
    assert callback.mode == "machine"
    listed(session, ticket, now)
    assert callbacks.claim_due(session, now=callback.planned_for, limit=9) == []
    assert (callback.mode, callback.status, callback.satisfaction) == ("person", "planned", None)
    (attempt,) = callback_record.attempts_of(session, callback)
    assert (attempt.outcome, attempt.by) == ("do_not_call", "hotline")
    chain = select(Event).where(Event.chain == f"ticket:{ticket.number}")
    told = [each for each in session.exec(chain) if each.type == "callback.attempted"]
    assert [each.refs["outcome"] for each in told] == ["do_not_call"]
    assert callbacks.claim_due(session, now=callback.planned_for + DAY, limit=9) == []


def test_a_new_callback_is_a_persons_from_the_beginning(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    listed(session, ticket, now)
    assert asked(session, handled(session, now)).mode == "person"


def test_a_wish_that_is_over_leaves_the_machine_free(session: Session, now: datetime) -> None:
    ticket = handled(session, now)
    callback = asked(session, ticket)
    listed(session, ticket, now - 9 * DAY, days=3)
    row = listed(session, ticket, now)
    do_not_call.remove(session, row.id or 0, actor=LEAD, now=now)
    [errand] = callbacks.claim_due(session, now=callback.planned_for, limit=9)
    assert errand.ticket_number == ticket.number


def test_an_answering_machine_counts_as_nobody_reached_and_rates_nothing(
    session: Session, now: datetime
) -> None:
    ticket = handled(session, now)
    callback = asked(session, ticket)
    for _ in range(3):
        moment = callback.planned_for
        [errand] = callbacks.claim_due(session, now=moment, limit=9)
        heard = Answers(AttemptOutcome.VOICEMAIL)
        callbacks.record_result(session, errand.callback_id, errand.attempt, heard, now=moment)
    assert (callback.status, callback.satisfaction) == ("unreachable", None)
    assert (ticket.status, ticket.closing) == ("closed", "unreachable")
    assert callback_record.rating_of(session, ticket) is None


def test_who_gives_up_waiting_is_owed_none_unless_they_press_1(
    session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    do_not_call.add(session, call.person_id, NotCallReason.ASKED, actor=LEAD, now=now)
    owed.owe(session, call, MissedWhy.ABANDONED, waiting_since=now, due_at=now, now=now)
    assert owed.open_ones(session) == []
    again = create_ended_call(session, now=now)
    row = owed.owe(session, again, MissedWhy.ASKED, waiting_since=now, due_at=now, now=now)
    assert owed.open_ones(session) == [row]


def test_who_asks_while_owed_one_is_shown_to_nobody_until_the_wish_is_over(
    session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    row = owed.owe(session, call, MissedWhy.ABANDONED, waiting_since=now, due_at=now, now=now)
    wish = do_not_call.add(session, call.person_id, NotCallReason.ASKED, actor=LEAD, now=now)
    assert list(owed.due(session, now=now)) == []
    row.why = MissedWhy.ASKED
    assert list(owed.due(session, now=now)) == [row]
    row.why = MissedWhy.ABANDONED
    do_not_call.remove(session, wish.id or 0, actor=LEAD, now=now + DAY)
    assert list(owed.due(session, now=now + DAY)) == [row]


def test_one_is_listed_once_known_by_the_number_and_told_of(
    session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now)
    row = do_not_call.add(
        session, call.person_id, NotCallReason.DISTRESS, call_id=call.id, actor=LEAD, now=now
    )
    with pytest.raises(Conflict):
        do_not_call.add(session, call.person_id, NotCallReason.ASKED, actor=LEAD, now=now)
    do_not_call.remove(session, row.id or 0, actor=LEAD, now=now)
    with pytest.raises(Conflict):
        do_not_call.remove(session, row.id or 0, actor=LEAD, now=now)
    with pytest.raises(NotFound):
        do_not_call.remove(session, 10**8, actor=LEAD, now=now)
    told = session.exec(select(Event).where(Event.chain == f"do_not_call:{row.id}")).all()
    assert [each.type for each in told] == ["do_not_call.added", "do_not_call.removed"]
    assert "13989001234" not in str([each.refs for each in told])
    nobody = privacy.know_person(session, None, now=now)
    with pytest.raises(Conflict):
        do_not_call.add(session, nobody.id, NotCallReason.ASKED, actor=LEAD, now=now)


_MOMENT = datetime.fromisoformat("2026-11-25T09:00:00+08:00")
_spans = st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=400))


@given(_spans, _spans, st.timedeltas(-timedelta(days=9), timedelta(days=900)))
def test_a_wish_holds_from_its_beginning_to_its_first_end(
    until: timedelta | None, removed: timedelta | None, after: timedelta
) -> None:
    row = DoNotCall(
        person_id=uuid.UUID(int=1),
        reason=NotCallReason.ASKED,
        added_at=_MOMENT,
        added_by="lead",
        until=_MOMENT + until if until else None,
        removed_at=_MOMENT + removed if removed else None,
    )
    ends = min([each for each in (until, removed) if each], default=timedelta.max)
    assert do_not_call.holds(row, _MOMENT + after) == (timedelta() <= after < ends)

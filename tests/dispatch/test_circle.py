"""回访: three attempts and no more, what was said is kept, and it decides how the ticket ends."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch import history
from dispatch.callback import attempts, callback_plan, callback_record, callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Callback, Notice, Rating, Ticket
from dispatch.terms import RequestType
from dispatch.timing import clocks
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.clock import beijing
from hotline.core.errors import Conflict, Invalid
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
URBAN = Actor("540102-urban#1", Role.SYSTEM, "540102-urban")
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
PARTS = ((9, 12), (15, 18), (19, 21))


def answered(session: Session, now: datetime, request_type: str = "assistance") -> Ticket:
    """Return a ticket whose only order has been answered and reviewed."""
    kind = RequestType(request_type)
    ticket = create_ticket(session, now=now, request_type=kind)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, ticket)
    orders.accept(session, order, actor=URBAN, now=now)
    office = "局长" if kind is RequestType.REPORT else ""  # whose reply needs a signature
    replies.reply(session, order, ANSWER, signed_off_by=office, actor=URBAN, now=now)
    reviews.complete(session, order, actor=AGENT, now=now)
    return ticket


def asked(session: Session, ticket: Ticket) -> Callback:
    (*_, newest) = callback_record.of_ticket(session, ticket)
    return newest


def ring(session: Session, ticket: Ticket, answers: Answers) -> Callback:
    """Make the machine's attempt at the moment for which it is planned."""
    moment = asked(session, ticket).planned_for
    (errand,) = callbacks.claim_due(session, now=moment, limit=9)
    return callbacks.record_result(
        session, errand.callback_id, errand.attempt, answers, now=moment + timedelta(minutes=1)
    )


def part_of(moment: datetime) -> int:
    hour = beijing(moment).hour
    return next(place for place, (begins, ends) in enumerate(PARTS) if begins <= hour < ends)


def ratings(session: Session) -> list[int]:
    return list(session.exec(select(Rating.satisfaction).order_by("id")).all())


def test_the_last_review_settles_the_ticket_and_plans_the_callback_at_once(
    session: Session, now: datetime
) -> None:
    ticket = answered(session, now)
    assert ticket.status == "awaiting_callback"
    callback = asked(session, ticket)
    assert (callback.mode, callback.status) == ("machine", "planned")
    assert part_of(callback.planned_for) == 1  # noon is no time to ring
    running = [each.kind for each in clocks.of_ticket(session, ticket) if not each.stopped_at]
    assert running == ["callback_by"]
    told = [event.type for event in history.story(session, ticket)][-3:]
    assert told == ["order.completed", "ticket.settled", "callback.planned"]


@pytest.mark.parametrize("request_type", ["complaint", "report"])
def test_people_ring_who_complained_or_reported(
    session: Session, now: datetime, request_type: str
) -> None:
    ticket = answered(session, now, request_type)
    assert [each.ticket_id for each in callbacks.to_make(session)] == [ticket.id]
    assert callbacks.claim_due(session, now=now + timedelta(days=3), limit=9) == []


def test_an_order_still_open_keeps_the_ticket_from_settling(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    both = [Assignment("540102-urban"), Assignment("540100-urban")]
    dispatching.dispatch(session, ticket, both, actor=AGENT, now=now)
    lead, assisting = orders.of_ticket(session, ticket)
    back = Return("overlapping_duty", "三定方案", "540102-housing")
    reviews.return_order(session, assisting, back, actor=URBAN, now=now)
    assert ticket.status == "dispatched"
    orders.accept(session, lead, actor=URBAN, now=now)
    replies.reply(session, lead, ANSWER, actor=URBAN, now=now)
    reviews.complete(session, lead, actor=AGENT, now=now)
    assert ticket.status == "awaiting_callback"


def test_three_attempts_on_other_days_and_parts_of_day_then_unreachable_without_a_rating(
    session: Session, now: datetime
) -> None:
    ticket = answered(session, now)
    moments = []
    for outcome in (AttemptOutcome.NO_ANSWER, AttemptOutcome.BUSY, AttemptOutcome.HUNG_UP):
        moments.append(asked(session, ticket).planned_for)
        callback = ring(session, ticket, Answers(outcome))
    assert len({beijing(moment).date() for moment in moments}) == 3
    assert sorted(map(part_of, moments)) == [0, 1, 2]
    assert (callback.status, callback.attempts) == ("unreachable", 3)
    assert (ticket.status, ticket.closing) == ("closed", "unreachable")
    assert ratings(session) == []
    assert callbacks.claim_due(session, now=now + timedelta(days=30), limit=9) == []


def test_what_broke_on_our_side_is_not_counted_and_soon_made_again(
    session: Session, now: datetime
) -> None:
    ticket = answered(session, now)
    before = asked(session, ticket).planned_for
    for _ in range(2):
        callback = ring(session, ticket, Answers(AttemptOutcome.LOST))
    assert (callback.status, callback.mode) == ("planned", "machine")
    assert callback.planned_for - before < timedelta(minutes=15)
    for _ in range(3):
        callback = ring(session, ticket, Answers(AttemptOutcome.NO_ANSWER))
    assert (callback.status, callback.attempts) == ("unreachable", 5)


def test_what_keeps_breaking_goes_to_a_person_whose_attempts_count(
    session: Session, now: datetime
) -> None:
    ticket = answered(session, now)
    for _ in range(attempts.MOST_LOST):
        callback = ring(session, ticket, Answers(AttemptOutcome.LOST))
    assert callback.mode == "person"
    for _ in range(3):
        tried = Answers(AttemptOutcome.NO_ANSWER)
        moment = callback.planned_for
        callbacks.record_by_person(session, callback, tried, actor=AGENT, now=moment)
    assert callback.status == "unreachable"


def test_a_number_that_we_may_not_ring_goes_to_a_person(session: Session, now: datetime) -> None:
    ticket = answered(session, now)
    callback = ring(session, ticket, Answers(AttemptOutcome.NOT_ALLOWED))
    assert (callback.status, callback.mode) == ("planned", "person")
    assert callbacks.to_make(session) == [callback]


def test_attempts_that_nobody_makes_any_more_are_planned_anew(
    session: Session, now: datetime
) -> None:
    ticket = answered(session, now)
    moment = asked(session, ticket).planned_for
    (errand,) = callbacks.claim_due(session, now=moment, limit=9)
    assert callbacks.lost_attempts(session, known=[errand.callback_id], now=moment) == []
    assert callbacks.lost_attempts(session, known=[], now=moment) == [errand.callback_id]
    assert asked(session, ticket).status == "planned"
    # The late report of the lost attempt changes nothing.
    late = Answers(AttemptOutcome.COMPLETED, solved=True, rating=5)
    callbacks.record_result(session, errand.callback_id, errand.attempt, late, now=moment)
    assert ratings(session) == []
    assert ticket.status == "awaiting_callback"


def test_what_was_said_before_hanging_up_stands(session: Session, now: datetime) -> None:
    ticket = answered(session, now)
    ring(session, ticket, Answers(AttemptOutcome.PARTIAL, contacted=True, solved=True))
    assert ticket.status == "awaiting_callback"
    callback = ring(session, ticket, Answers(AttemptOutcome.COMPLETED, rating=4))
    assert (callback.contacted, callback.resolved, callback.satisfaction) == (True, True, 4)
    assert (ticket.status, ticket.closing) == ("closed", "resolved")
    assert ratings(session) == [4]


def test_who_said_solved_and_was_not_reached_again_is_not_called_unreachable(
    session: Session, now: datetime
) -> None:
    ticket = answered(session, now)
    ring(session, ticket, Answers(AttemptOutcome.PARTIAL, solved=True))
    for _ in range(2):
        ring(session, ticket, Answers(AttemptOutcome.NO_ANSWER))
    assert (ticket.status, ticket.closing) == ("closed", "resolved")
    assert ratings(session) == []


@pytest.mark.parametrize(
    ("answers", "status", "closing"),
    [
        (Answers(AttemptOutcome.COMPLETED, solved=True, rating=5), "closed", "resolved"),
        (Answers(AttemptOutcome.COMPLETED, solved=False, rating=3), "closed", "explained"),
        (Answers(AttemptOutcome.COMPLETED, solved=True, rating=2), "dispatched", ""),
        (Answers(AttemptOutcome.COMPLETED, solved=False, rating=1), "dispatched", ""),
        (Answers(AttemptOutcome.PARTIAL, solved=False), "dispatched", ""),
        (Answers(AttemptOutcome.COMPLETED, solved=True), "closed", "resolved"),
    ],
)
def test_what_was_expressed_decides_how_it_ends(
    session: Session, now: datetime, answers: Answers, status: str, closing: str
) -> None:
    ticket = answered(session, now)
    ring(session, ticket, answers)
    assert (ticket.status, ticket.closing) == (status, closing)
    assert ratings(session) == ([answers.rating] if answers.rating else [])


def test_a_reopened_ticket_must_be_rectified_by_who_led_and_is_asked_about_again(
    session: Session, now: datetime
) -> None:
    ticket = answered(session, now)
    ring(session, ticket, Answers(AttemptOutcome.COMPLETED, solved=False, rating=1))
    first, again = orders.of_ticket(session, ticket)
    assert (again.department, again.role, again.round) == (first.department, "lead", 1)
    running = {each.kind for each in clocks.of_ticket(session, ticket) if not each.stopped_at}
    assert running == {"accept_by", "contact_by", "return_by", "rectify_by", "feedback_by"}
    later = now + timedelta(days=1)
    orders.accept(session, again, actor=URBAN, now=later)
    better = Answer("更换电缆", is_true=True, is_solved=True, public_reply="电缆已更换。")
    replies.reply(session, again, better, actor=URBAN, now=later)
    reviews.complete(session, again, actor=AGENT, now=later)
    ring(session, ticket, Answers(AttemptOutcome.COMPLETED, solved=True, rating=5))
    assert (ticket.status, ratings(session)) == ("closed", [1, 5])
    owed = session.exec(select(Notice.template).where(Notice.ticket_id == ticket.id)).all()
    assert sorted(owed) == ["closed", "registered", "reopened"]


def test_a_result_told_twice_counts_once(session: Session, now: datetime) -> None:
    ticket = answered(session, now)
    moment = asked(session, ticket).planned_for
    (errand,) = callbacks.claim_due(session, now=moment, limit=9)
    heard = Answers(AttemptOutcome.COMPLETED, solved=False, rating=1)
    for _ in range(2):
        callbacks.record_result(session, errand.callback_id, errand.attempt, heard, now=moment)
    assert (ticket.redone, ratings(session)) == (1, [1])


def test_a_moment_missed_while_nobody_looked_waits_for_a_polite_hour(
    session: Session, now: datetime
) -> None:
    ticket = answered(session, now)
    night = asked(session, ticket).planned_for.replace(hour=15)  # 23:00 in Lhasa
    assert callbacks.claim_due(session, now=night, limit=9) == []
    assert callback_plan.may_ring(session, ticket, now=asked(session, ticket).planned_for)
    assert asked(session, ticket).planned_for > night
    assert asked(session, ticket).attempts == 0


def test_a_person_who_is_late_or_hears_nothing_is_told(session: Session, now: datetime) -> None:
    ticket = answered(session, now, "complaint")
    callback = asked(session, ticket)
    for unheard in (Answers(AttemptOutcome.COMPLETED), Answers(AttemptOutcome.BUSY, rating=9)):
        with pytest.raises(Invalid), session.begin_nested():
            callbacks.record_by_person(session, callback, unheard, actor=AGENT, now=now)
    heard = Answers(AttemptOutcome.COMPLETED, solved=True, rating=5)
    callbacks.record_by_person(session, callback, heard, actor=AGENT, now=now)
    assert callback.by == "dawa"
    with pytest.raises(Conflict):
        callbacks.record_by_person(session, callback, heard, actor=MACHINE, now=now)

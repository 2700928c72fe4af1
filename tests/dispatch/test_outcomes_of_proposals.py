"""What was proposed for a ticket, and whether it was right, is noted after the fact."""

from datetime import datetime

from sqlmodel import Session

from dispatch import live_proposals, registering
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.registering import Heard
from dispatch.routing import earning
from dispatch.routing.confirming import NOTHING, Stated
from dispatch.states import TicketStatus
from dispatch.terms import RequestType, Urgency
from tests.dispatch.dispatching_scene import HOUSING, WATER, give_back
from tests.dispatch.earning_scene import (
    AGENT,
    LAMP,
    MINUTE,
    called_in,
    completed,
    finish,
    outcome_of,
    proposed_for,
)
from tests.factories import create_ended_call


def test_a_return_that_arbitration_gives_back_is_none_against_the_router(
    session: Session, now: datetime
) -> None:
    ticket = called_in(session, now)
    department = proposed_for(session, ticket)
    dispatching.dispatch(session, ticket, [Assignment(department)], actor=AGENT, now=now)
    order = orders.of_ticket(session, ticket)[0]
    dispatching.redispatch(session, ticket, order, Assignment(WATER), actor=AGENT, now=now)
    earning.take_in(session, now=now, limit=1000)
    assert outcome_of(session, ticket).right is False
    later = now + MINUTE
    order = orders.of_ticket(session, ticket)[-1]
    dispatching.redispatch(session, ticket, order, Assignment(department), actor=AGENT, now=later)
    earning.take_in(session, now=later, limit=1000)
    assert outcome_of(session, ticket).right is None
    finish(session, ticket)
    earning.take_in(session, now=later, limit=1000)
    assert outcome_of(session, ticket).right is True


def test_a_return_after_which_nobody_has_it_counts_against(session: Session, now: datetime) -> None:
    ticket = called_in(session, now)
    department = proposed_for(session, ticket)
    dispatching.dispatch(session, ticket, [Assignment(department)], actor=AGENT, now=now)
    give_back(session, ticket, department, now)
    earning.take_in(session, now=now, limit=1000)
    assert outcome_of(session, ticket).right is None
    ticket.status = TicketStatus.HANDED_OVER
    session.flush()
    earning.take_in(session, now=now, limit=1000)
    found = outcome_of(session, ticket)
    assert (found.right, found.why, found.outcome_department) == (False, "returned", "")
    ticket.status = TicketStatus.REGISTERED  # 重办
    later = now + MINUTE
    dispatching.dispatch(session, ticket, [Assignment(WATER)], actor=AGENT, now=later)
    earning.take_in(session, now=later, limit=1000)
    assert (found.right, found.why) == (False, "redispatched")


def test_a_person_s_correction_counts_against_once_it_is_completed(
    session: Session, now: datetime
) -> None:
    ticket = called_in(session, now)
    dispatching.dispatch(session, ticket, [Assignment(HOUSING)], actor=AGENT, now=now)
    earning.take_in(session, now=now, limit=1000)
    assert outcome_of(session, ticket).right is None
    finish(session, ticket)
    earning.take_in(session, now=now, limit=1000)
    found = outcome_of(session, ticket)
    assert (found.right, found.why, found.outcome_department) == (False, "corrected", HOUSING)


def test_what_an_agent_states_is_held_against_what_was_proposed(
    session: Session, now: datetime
) -> None:
    corrected = Stated(category=("教育文体",), district="540102")
    made = [
        registering.register(
            session, Heard(LAMP, stated, caller="13900000001"), home="540102", actor=AGENT, now=now
        ).ticket
        for stated in (NOTHING, corrected)
    ]
    earning.take_in(session, now=now, limit=1000)
    plain, changed = (outcome_of(session, ticket) for ticket in made)
    assert (plain.department, plain.matter_code) == (changed.department, changed.matter_code)
    assert not plain.spoken
    assert proposed_for(session, made[1]) != changed.department
    completed(session, made[1], proposed_for(session, made[1]), now)
    earning.take_in(session, now=now, limit=1000)
    assert (outcome_of(session, made[1]).right, outcome_of(session, made[1]).why) == (
        False,
        "corrected",
    )


def test_who_stated_everything_is_held_against_what_the_call_had_proposed(
    session: Session, now: datetime
) -> None:
    call = create_ended_call(session, now=now, said=(LAMP,), caller="13900000002")
    call.agent = "dawa"
    live_proposals.propose(session, call.id, home="540102", now=now)
    everything = Stated(RequestType.ASSISTANCE, ("教育文体",), "540102", Urgency.NORMAL)
    with_call = Heard(LAMP, everything, call_id=call.id)
    without = Heard(LAMP, everything, caller="13900000003")
    made = [
        registering.register(session, heard, home="540102", actor=AGENT, now=now).ticket
        for heard in (with_call, without)
    ]
    earning.take_in(session, now=now, limit=1000)
    heard, unasked = (outcome_of(session, ticket) for ticket in made)
    assert (heard.department, heard.spoken) == ("540102-urban", True)
    assert heard.confidence > 0.8
    assert (unasked.department, unasked.matter_code) == ("", "")

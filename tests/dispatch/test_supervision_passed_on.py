"""督办 of a ticket that changes hands: only whoever leads at present is asked."""

from datetime import datetime

from sqlmodel import Session

from dispatch.beside import supervision
from dispatch.beside.supervision import Cause
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from hotline.core.accounts import MACHINE
from hotline.core.events import EventType
from tests.dispatch.supervision_scene import BOSS, audiences, feedback, finds, given_back, told_of
from tests.dispatch.sweep_scene import LONG, dispatched, sweep_all
from tests.factories import create_ticket, system_of


def test_only_the_present_lead_is_asked_for_a_supervised_ticket(
    session: Session, now: datetime
) -> None:
    ticket, first = dispatched(session, now)
    second = given_back(session, ticket, now)
    row = supervision.supervise(session, ticket, None, Cause.PERSON, actor=BOSS, now=now)
    assert not finds(session, row, first.department)
    assert finds(session, row, second.department)
    assert supervision.listed(session, reader=system_of(first.department)) == []
    assert supervision.listed(session, reader=system_of(second.department)) == [row]
    assert told_of(session) == [("supervised", "department:540100-urban")]
    assert audiences(session, ticket, EventType.SUPERVISION_RAISED)[-1][1] == "540100-urban"


def test_what_an_order_was_supervised_for_passes_to_whoever_leads_next(
    session: Session, now: datetime
) -> None:
    ticket, first = dispatched(session, now)
    row = supervision.supervise(session, ticket, first, Cause.PERSON, actor=BOSS, now=now)
    second = given_back(session, ticket, now)
    assert supervision.of_order(session, first) == []
    assert supervision.of_order(session, second) == [row]
    assert not finds(session, row, first.department)
    assert feedback(session, row).stopped_at is None
    sweep_all(session, now + LONG)
    cards = [to for _, to in told_of(session)]
    assert cards[:4] == ["department:540102-urban", *["department:540100-urban"] * 3]


def test_a_cause_that_the_ticket_is_supervised_for_already_is_lifted_with_the_order(
    session: Session, now: datetime
) -> None:
    ticket, first = dispatched(session, now)
    of_order = supervision.supervise(session, ticket, first, Cause.PERSON, actor=BOSS, now=now)
    of_ticket = supervision.supervise(session, ticket, None, Cause.PERSON, actor=BOSS, now=now)
    given_back(session, ticket, now)
    assert (of_order.lifted_by, of_order.lifted_at) == ("hotline", now)
    assert of_ticket.lifted_at is None


def test_a_lead_is_told_what_the_ticket_was_supervised_for_before_it_came(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now, call_numbers=("119",))
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)
    assert [to for _, to in told_of(session)] == ["agents:540102", "department:540102-urban"]

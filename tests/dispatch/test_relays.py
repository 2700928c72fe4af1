"""中转通话: asked for by a department, within bounds, told once how it went."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Confidentiality, WorkOrder
from dispatch.relaying import relays
from dispatch.relaying.models_relays import Relay
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.core import events, privacy
from hotline.core.accounts import MACHINE
from hotline.core.errors import Conflict, Invalid
from telephony.outcomes import RelayOutcome
from tests import factories
from tests.factories import system_of

OFFICE = "0891-6331234"
URBAN = system_of("540102-urban")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now() -> datetime:
    """Return ten in the morning in Beijing on a Wednesday: a polite hour."""
    return datetime(2026, 11, 25, 2, tzinfo=UTC)


@pytest.fixture
def order(session: Session, now: datetime) -> WorkOrder:
    """An order that its department has accepted."""
    ticket = factories.create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)
    (made,) = orders.of_ticket(session, ticket)
    return orders.accept(session, made, actor=URBAN, now=now)


def ask(session: Session, order: WorkOrder, now: datetime, office: str = OFFICE) -> Relay:
    return relays.ask(session, order, office, actor=URBAN, now=now)


def end(
    session: Session, relay: Relay, outcome: RelayOutcome, now: datetime, seconds: float = 0
) -> Relay:
    found = relay.id or 0
    return relays.conclude(session, found, outcome, seconds=seconds, actor=MACHINE, now=now)


def told(session: Session, order: WorkOrder) -> list[str]:
    chain = f"ticket:{orders.ticket_of(session, order).number}"
    return [each.type for each in events.history(session, chain)]


def test_the_switch_is_given_each_call_once_and_the_department_learns_no_number(
    session: Session, order: WorkOrder, now: datetime
) -> None:
    relay = ask(session, order, now)
    assert OFFICE.encode() not in relay.sealed_office
    (errand,) = relays.claim(session, now=now, limit=5)
    assert (errand.order_number, errand.office) == (order.number, "+868916331234")
    assert relays.claim(session, now=now, limit=5) == []
    asked = events.history(session, f"ticket:{orders.ticket_of(session, order).number}")[-1]
    assert (asked.type, asked.refs["count"]) == ("relay.asked", 1)
    assert "6331234" not in str(asked.refs)


def test_who_talked_has_contacted_the_requester(
    session: Session, order: WorkOrder, now: datetime
) -> None:
    relay = ask(session, order, now)
    relays.claim(session, now=now, limit=5)
    later = now + 5 * MINUTE
    end(session, relay, RelayOutcome.TALKED, later, seconds=120)
    end(session, relay, RelayOutcome.LOST, later)
    assert (relay.outcome, relay.seconds, relay.ended_at) == ("talked", 120, later)
    (contact,) = orders.contacts_of(session, order)
    assert (contact.reached, contact.at) == (True, later - 2 * MINUTE)
    assert clocks.running_of(session, orders.subject(order), ClockKind.CONTACT_BY) is None
    assert told(session, order)[-3:] == ["relay.asked", "relay.ended", "order.contacted"]


@pytest.mark.parametrize("outcome", [RelayOutcome.NO_ANSWER, RelayOutcome.NO_OFFICE])
def test_who_was_not_reached_was_not_contacted(
    session: Session, order: WorkOrder, now: datetime, outcome: RelayOutcome
) -> None:
    end(session, ask(session, order, now), outcome, now + MINUTE)
    assert orders.contacts_of(session, order) == []
    assert ask(session, order, now + 2 * MINUTE).count == 2


def test_one_call_at_a_time_and_so_many_a_day(
    session: Session, order: WorkOrder, now: datetime
) -> None:
    first = ask(session, order, now)
    with pytest.raises(Conflict, match="being made"):
        ask(session, order, now)
    end(session, first, RelayOutcome.BUSY, now)
    for _ in range(relays.MOST_A_DAY - 1):
        end(session, ask(session, order, now), RelayOutcome.BUSY, now)
    with pytest.raises(Conflict, match="5 times today"):
        ask(session, order, now)
    assert ask(session, order, now + timedelta(days=1)).count == relays.MOST_A_DAY + 1


def test_nobody_is_rung_at_night_or_for_a_confidential_matter_or_without_a_number(
    session: Session, order: WorkOrder, now: datetime
) -> None:
    with pytest.raises(Conflict, match="too early or too late"):
        ask(session, order, now + timedelta(hours=14))
    ticket = orders.ticket_of(session, order)
    for level in (Confidentiality.CONFIDENTIAL, Confidentiality.SEALED):
        ticket.confidentiality = level
        with pytest.raises(Conflict, match="confidential"):
            ask(session, order, now)
    ticket.confidentiality = Confidentiality.INTERNAL
    nobody = privacy.know_person(session, None, now=now)
    ticket.person_id = nobody.id
    with pytest.raises(Conflict, match="no number"):
        ask(session, order, now)


@pytest.mark.parametrize("office", ["", "my desk", "12", "+1"])
def test_what_is_no_telephone_is_refused_without_being_repeated(
    session: Session, order: WorkOrder, now: datetime, office: str
) -> None:
    with pytest.raises(Invalid, match="no telephone number") as refused:
        ask(session, order, now, office)
    assert not office or office not in refused.value.detail


def test_a_call_that_nobody_could_make_in_time_is_not_made_later(
    session: Session, order: WorkOrder, now: datetime
) -> None:
    relay = ask(session, order, now)
    later = now + relays.STALE
    assert relays.claim(session, now=later, limit=5) == []
    assert relays.expire(session, actor=MACHINE, now=later) == [relay.id]
    assert relay.outcome == RelayOutcome.LOST


def test_a_department_that_lost_the_order_rings_nobody(
    session: Session, order: WorkOrder, now: datetime
) -> None:
    relay = ask(session, order, now)
    ticket = orders.ticket_of(session, order)
    dispatching.recall(session, ticket, order, "派错了", actor=MACHINE, now=now)
    assert relays.claim(session, now=now, limit=5) == []
    assert relays.expire(session, actor=MACHINE, now=now) == [relay.id]
    with pytest.raises(Conflict, match="no longer the department's"):
        ask(session, order, now)


@pytest.mark.parametrize("level", [Confidentiality.CONFIDENTIAL, Confidentiality.SEALED])
def test_what_became_confidential_after_it_was_asked_for_is_rung_for_nobody(
    session: Session, order: WorkOrder, now: datetime, level: Confidentiality
) -> None:
    relay = ask(session, order, now)
    orders.ticket_of(session, order).confidentiality = level
    session.flush()
    assert relays.claim(session, now=now, limit=5) == []
    assert relays.expire(session, actor=MACHINE, now=now) == [relay.id]


def test_a_call_that_died_with_its_switch_is_over(
    session: Session, order: WorkOrder, now: datetime
) -> None:
    relay = ask(session, order, now)
    assert relays.lost(session, known=[], actor=MACHINE, now=now) == []
    relays.claim(session, now=now, limit=5)
    assert relays.lost(session, known=[relay.id or 0], actor=MACHINE, now=now) == []
    assert relays.lost(session, known=[], actor=MACHINE, now=now) == [relay.id]

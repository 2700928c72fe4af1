"""Relayed calls as the switch makes them, on a real database: two legs, claimed once, told once."""

import socket
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import WorkOrder
from dispatch.relaying import relays as asked
from dispatch.relaying.models_relays import Relay as RelayRow
from hotline.core.accounts import MACHINE
from hotline.core.settings import Settings
from hotline.switch import errands, relays, reports
from hotline.switch.connections import Connection
from telephony import records
from telephony.commands import (
    CallEnded,
    Hello,
    RelayDone,
)
from telephony.orders import Relay
from tests import factories
from tests.factories import system_of

TRUNK = Settings(sip_outbound="sip:{number}@trunk.example:5060")
TRIAL = Settings(sip_outbound="")
URBAN = system_of("540102-urban")


@pytest.fixture
def now() -> datetime:
    """Return ten in the morning in Beijing on a Wednesday: a polite hour."""
    return datetime(2026, 11, 25, 2, tzinfo=UTC)


@pytest.fixture
def worker() -> Iterator[Connection]:
    """A worker that may place two calls; its far end is held open."""
    ours, theirs = socket.socketpair()
    yield Connection(Hello("media-1.7", 7, 5061, 4, outbound=2), _socket=ours)
    ours.close()
    theirs.close()


def ask(session: Session, now: datetime, office: str = "0891-6331234") -> RelayRow:
    ticket = factories.create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)
    (order,) = orders.of_ticket(session, ticket)
    orders.accept(session, order, actor=URBAN, now=now)
    return asked.ask(session, order, office, actor=URBAN, now=now)


def taken(session: Session, worker: Connection, now: datetime) -> Relay:
    [order] = relays.take(session, TRUNK, {worker: 2}, now=now)
    assert isinstance(order.what, Relay)
    return order.what


def test_a_relayed_call_rings_both_through_the_trunk_and_takes_two_legs(
    session: Session, worker: Connection, now: datetime
) -> None:
    ask(session, now)
    assert relays.take(session, TRUNK, {worker: 1}, now=now) == []
    order = taken(session, worker, now)
    assert order.office == "sip:08916331234@trunk.example:5060"
    assert order.requester == "sip:13989001234@trunk.example:5060"
    call = records.get_call(session, uuid.UUID(order.call_id))
    assert (call.direction, call.caller_masked, call.errand) == ("out", "139****1234", order.errand)
    assert errands.room(session, (worker,)) == {worker: 0}
    assert relays.take(session, TRUNK, {worker: 2}, now=now) == []


def test_how_it_went_is_told_once_and_its_sound_is_kept(
    session: Session, worker: Connection, now: datetime
) -> None:
    row = ask(session, now)
    order = taken(session, worker, now)
    later = now + timedelta(minutes=3)
    done = RelayDone(order.errand, order.call_id, "talked", 60.0, later.isoformat())
    for _ in range(2):
        reports.keep(session, done)
        ended = CallEnded(order.call_id, "talked", 60.0, 0, later.isoformat())
        assert reports.keep(session, ended) is False  # nothing for the recogniser
    assert (row.outcome, row.seconds, str(row.call_id)) == ("talked", 60.0, order.call_id)
    call = records.get_call(session, uuid.UUID(order.call_id))
    recording = records.recording_of(session, call)
    assert recording
    assert (recording.status, recording.seconds) == ("kept", 60.0)
    (contact,) = orders.contacts_of(session, session.get_one(WorkOrder, row.order_id))
    assert contact.reached


@pytest.mark.parametrize(
    ("office", "site"),
    [
        ("+1 212 555 0100", TRUNK),
        ("0891-6331234", TRIAL),
        ("sip:1001@192.0.2.1", TRUNK),
        ("sip:12345@127.0.0.1", TRUNK),
    ],
)
def test_who_may_not_be_rung_is_not(
    session: Session, worker: Connection, now: datetime, office: str, site: Settings
) -> None:
    row = ask(session, now, office)
    assert relays.take(session, site, {worker: 2}, now=now) == []
    assert row.outcome == "not_allowed"


def test_a_call_that_its_worker_never_heard_of_is_lost(
    session: Session, worker: Connection, now: datetime
) -> None:
    row = ask(session, now)
    order = taken(session, worker, now)
    known = Hello("media-1.7", 7, 5061, 4, outbound=2, dials=(order.call_id,))
    errands.lose_unknown(session, known, now=now)
    errands.lose_forgotten(session, now=now)
    assert row.outcome == ""
    errands.lose_unknown(session, Hello("media-1.7", 7, 5061, 4), now=now)
    assert (row.outcome, row.ended_at) == ("lost", now)


def test_a_claimed_call_without_a_record_is_lost_by_the_next_leader(
    session: Session, now: datetime
) -> None:
    row = ask(session, now)
    asked.claim(session, now=now, limit=1)
    errands.lose_forgotten(session, now=now)
    assert row.outcome == "lost"

"""Callbacks as the switch makes them, on a real database: nothing is claimed twice or lost."""

import socket
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch.callback.callback_plan import CallbackMode, CallbackStatus
from dispatch.models import Callback, CallbackAttempt, Ticket
from hotline.core.errors import CannotStart
from hotline.core.privacy import Person
from hotline.core.settings import Settings
from hotline.switch import errands, reports
from hotline.switch.connections import Connection
from hotline.switch.orders import Order
from telephony import records
from telephony.commands import (
    CallAnswered,
    CallDialled,
    CallEnded,
    Hello,
    SurveyDone,
)
from telephony.models import Call, Direction
from telephony.orders import Dial
from tests import factories

TRUNK = Settings(sip_outbound="sip:{number}@trunk.example:5060")
TRIAL = Settings(sip_outbound="")


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


def due(session: Session, now: datetime) -> Callback:
    """Return a callback by machine that is due."""
    ticket = factories.create_ticket(session, now=now)
    callback = Callback(
        ticket_id=ticket.id or 0,
        round=1,
        mode=CallbackMode.MACHINE,
        status=CallbackStatus.PLANNED,
        planned_for=now,
    )
    session.add(callback)
    ticket.status = "awaiting_callback"
    session.flush()
    return callback


def taken(session: Session, worker: Connection, now: datetime) -> Order:
    [order] = errands.take(session, TRUNK, {worker: 1}, now=now)
    return order


def done(order: Order, now: datetime, outcome: str = "completed", rating: int = 5) -> SurveyDone:
    return SurveyDone(
        order.what.errand, order.what.call_id, outcome, True, True, rating, now.isoformat()
    )


def outcomes(session: Session, callback: Callback) -> list[str]:
    rows = select(CallbackAttempt).where(CallbackAttempt.callback_id == callback.id)
    return [attempt.outcome for attempt in session.exec(rows)]


def test_a_due_callback_becomes_a_call_to_its_requester(
    session: Session, worker: Connection, now: datetime
) -> None:
    callback = due(session, now)
    order = taken(session, worker, now)
    assert isinstance(order.what, Dial)
    assert order.what.destination == "sip:13989001234@trunk.example:5060"
    call = records.get_call(session, uuid.UUID(order.what.call_id))
    assert (call.direction, call.caller_masked, call.worker) == ("out", "139****1234", "media-1.7")
    assert callback.status == CallbackStatus.CALLING
    assert errands.room(session, (worker,)) == {worker: 1}
    assert errands.take(session, TRUNK, {worker: 1}, now=now) == []


def test_no_more_are_claimed_than_there_are_legs(
    session: Session, worker: Connection, now: datetime
) -> None:
    for _ in range(3):
        due(session, now)
    assert len(errands.take(session, TRUNK, errands.room(session, (worker,)), now=now)) == 2
    assert errands.take(session, TRUNK, errands.room(session, (worker,)), now=now) == []


def test_answers_told_five_times_count_once(
    session: Session, worker: Connection, now: datetime
) -> None:
    callback = due(session, now)
    order = taken(session, worker, now)
    reports.keep(session, CallDialled(order.what.call_id, "a@b", now.isoformat()))
    reports.keep(session, CallAnswered(order.what.call_id, now.isoformat()))
    for _ in range(5):
        reports.keep(session, done(order, now))
        reports.keep(session, CallEnded(order.what.call_id, "completed", 9.0, 3, now.isoformat()))
    ticket = session.get_one(Ticket, callback.ticket_id)
    assert (ticket.status, outcomes(session, callback)) == ("closed", ["completed"])
    call = records.get_call(session, uuid.UUID(order.what.call_id))
    recording = records.recording_of(session, call)
    assert (call.status, recording and recording.status) == ("ended", "kept")


def test_a_call_that_nobody_answered_keeps_no_recording(
    session: Session, worker: Connection, now: datetime
) -> None:
    due(session, now)
    order = taken(session, worker, now)
    reports.keep(session, CallEnded(order.what.call_id, "busy", 0.0, 0, now.isoformat()))
    call = records.get_call(session, uuid.UUID(order.what.call_id))
    assert records.recording_of(session, call) is None


def test_without_a_trunk_a_caller_from_elsewhere_is_left_to_a_person(
    session: Session, worker: Connection, now: datetime
) -> None:
    callback = due(session, now)
    assert errands.take(session, TRIAL, {worker: 1}, now=now) == []
    assert outcomes(session, callback) == ["not_allowed"]
    assert callback.mode == CallbackMode.PERSON


def test_without_a_trunk_the_newest_contact_on_this_machine_is_rung(
    session: Session, worker: Connection, now: datetime
) -> None:
    callback = due(session, now)
    for age, port in ((2, 5070), (1, 5080)):
        arrived = factories.arrival(now - timedelta(minutes=age))
        contact = f"sip:13989001234@127.0.0.1:{port}"
        call = records.open_call(session, type(arrived)(**{**vars(arrived), "contact": contact}))
        assert call.sealed_contact
        assert contact.encode() not in call.sealed_contact
    [order] = errands.take(session, TRIAL, {worker: 1}, now=now)
    assert isinstance(order.what, Dial)
    assert order.what.destination == "sip:13989001234@127.0.0.1:5080;transport=udp"
    assert callback.status == CallbackStatus.CALLING


def test_an_order_that_never_reached_its_worker_is_lost_and_planned_again(
    session: Session, worker: Connection, now: datetime
) -> None:
    callback = due(session, now)
    order = taken(session, worker, now)
    errands.lose_unknown(session, worker.hello, now=now)
    errands.never_sent(session, order, now=now)
    assert outcomes(session, callback) == ["lost"]
    assert callback.status == CallbackStatus.PLANNED
    assert records.open_calls(session, direction=Direction.OUT) == []


def test_an_order_that_its_worker_carries_out_is_left_alone(
    session: Session, worker: Connection, now: datetime
) -> None:
    callback = due(session, now)
    order = taken(session, worker, now)
    hello = Hello("media-1.7", 7, 5061, 4, outbound=2, dials=(order.what.call_id,))
    errands.lose_unknown(session, hello, now=now)
    errands.lose_forgotten(session, now=now)
    assert outcomes(session, callback) == [""]


def test_an_attempt_without_a_call_is_found_by_the_next_leader(
    session: Session, worker: Connection, now: datetime
) -> None:
    callback = due(session, now)
    order = taken(session, worker, now)
    call = session.get_one(Call, uuid.UUID(order.what.call_id))
    records.lose_call(session, call, seconds=0.0, now=now)
    errands.lose_forgotten(session, now=now)
    assert outcomes(session, callback) == ["lost"]


def test_a_requester_whose_data_can_not_be_read_holds_up_nobody(
    session: Session, worker: Connection, now: datetime
) -> None:
    callback = due(session, now)
    ticket = session.get_one(Ticket, callback.ticket_id)
    session.get_one(Person, ticket.person_id).wrapped_key = bytes(60)
    session.flush()
    assert errands.take(session, TRUNK, {worker: 1}, now=now) == []
    assert outcomes(session, callback) == ["not_allowed"]


@pytest.mark.parametrize(
    "own", [Settings(sip_outbound="trunk.example"), Settings(outbound_allowed="(")]
)
def test_settings_that_ring_nobody_are_named_at_the_start(own: Settings) -> None:
    with pytest.raises(CannotStart, match="HOTLINE_"):
        errands.check(own)

"""Seats and callers as the switch brings them together, on a real database."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from dispatch import intake
from dispatch.callback import call_ratings
from hotline.core import accounts, events
from hotline.core.accounts import Role
from hotline.core.errors import CannotStart, Invalid
from hotline.core.settings import Settings
from hotline.switch import errands, floor, recovery, reports, serving
from hotline.switch.connections import Connection
from telephony import owed, records, seats
from telephony.commands import (
    AgentGone,
    AgentJoined,
    CallAnswered,
    CallEnded,
    CallRated,
    Hello,
    offer_name,
)
from telephony.models import Call, Seat
from telephony.orders import Announce, Offer, TakeMessage
from tests import factories

OWN = Settings()
WORKER = "media-0.1"
HELLO = Hello(WORKER, 1, 5060, 4, outbound=2)
ROOM = {WORKER: 2}


def create_seat(session: Session, name: str, *, now: datetime, idle_s: int = 60) -> Seat:
    """Return a ready seat with a telephone of its own."""
    account = accounts.create_account(session, name, "secret-word", role=Role.AGENT, now=now)
    seat = seats.seat_of(session, account, now=now)
    seats.set_address(session, seat, f"sip:{name}@127.0.0.1:5080")
    seats.log_in(session, seat)
    seats.settle(session, now=now - timedelta(seconds=idle_s))
    return seat


def tell(session: Session, report: object, now: datetime) -> list[object]:
    """Return what the workers are told when this is reported."""
    reports.keep(session, report)  # type: ignore[arg-type]
    told = floor.take(session, OWN, report, now=now)
    return [each.order for each in told + serving.serve(session, OWN, ROOM, now=now)]


def arrive(session: Session, now: datetime) -> tuple[Call, object]:
    """Return a new call and what its worker is told of it, last."""
    arrived = factories.arrival(now, worker=WORKER)
    told = tell(session, arrived, now)
    own = [each for each in told if getattr(each, "call_id", "") == arrived.call_id]
    return records.get_call(session, uuid.UUID(arrived.call_id)), own[-1] if own else None


def gone(call: Call, seat: Seat, outcome: str, now: datetime, *, talked: bool = False) -> AgentGone:
    return AgentGone(str(call.id), seat.account_id, outcome, talked, now.isoformat())


def tell_gone(session: Session, report: AgentGone, now: datetime) -> object:
    told = tell(session, report, now)
    return told[-1] if told else None


def talk(session: Session, call: Call, seat: Seat, now: datetime) -> None:
    reports.keep(session, CallAnswered(str(call.id), now.isoformat()))
    reports.keep(session, AgentJoined(str(call.id), seat.account_id, now.isoformat()))


def end(session: Session, call: Call, now: datetime, reason: str = "agent_hung_up") -> None:
    reports.keep(session, CallEnded(str(call.id), reason, 12.0, 1, now.isoformat()))


def types(session: Session, call: Call) -> list[str]:
    return [event.type for event in events.history(session, records.chain(call.id))]


def test_a_caller_is_offered_to_the_seat_that_has_been_idle_longest(
    session: Session, now: datetime
) -> None:
    create_seat(session, "short", now=now, idle_s=10)
    long = create_seat(session, "long", now=now, idle_s=100)
    call, order = arrive(session, now)
    assert order == Offer(str(call.id), long.account_id, "sip:long@127.0.0.1:5080", 20.0)
    assert (long.status, long.call_id) == ("offered", call.id)
    assert types(session, call) == ["call.ringing", "call.queued", "call.offered"]


def test_with_nobody_logged_in_the_message_is_taken_at_once(
    session: Session, now: datetime
) -> None:
    call, order = arrive(session, now)
    assert order == TakeMessage(str(call.id))
    assert types(session, call) == ["call.ringing"]
    assert call.queued_at is None


def test_while_somebody_is_at_lunch_the_caller_waits(session: Session, now: datetime) -> None:
    seat = create_seat(session, "one", now=now)
    seats.pause(seat, "用餐")
    call, order = arrive(session, now)
    assert order == Announce(str(call.id), ())  # the worker says that they wait
    assert (call.queued_at, seat.status) == (now, "paused")
    seats.unpause(seat)
    [offered] = serving.serve(session, OWN, ROOM, now=now)
    assert isinstance(offered.order, Offer)


def test_one_seat_takes_one_call_and_a_worker_rings_no_more_than_its_spare_legs(
    session: Session, now: datetime
) -> None:
    for name in ("one", "two", "three"):
        create_seat(session, name, now=now)
    calls = [arrive(session, now) for _ in range(3)]
    assert [isinstance(order, Offer) for _, order in calls] == [True, True, False]
    assert isinstance(calls[2][1], Announce)
    assert len({order.seat for _, order in calls if isinstance(order, Offer)}) == 2
    assert errands.room(session, ()) == {}


def test_legs_of_desk_phones_are_not_given_to_callbacks(session: Session, now: datetime) -> None:
    create_seat(session, "one", now=now)
    arrive(session, now)
    connection = Connection(HELLO, _socket=None)  # type: ignore[arg-type]  # nothing is sent
    assert errands.room(session, (connection,)) == {connection: 1}


@pytest.mark.parametrize("outcome", ["no_answer", "busy", "rejected", "unreachable", "hung_up"])
def test_a_seat_that_does_not_take_its_call_is_paused_and_the_next_one_is_offered_it(
    session: Session, now: datetime, outcome: str
) -> None:
    first = create_seat(session, "first", now=now, idle_s=100)
    second = create_seat(session, "second", now=now)
    call, _ = arrive(session, now)
    order = tell_gone(session, gone(call, first, outcome, now), now)
    assert isinstance(order, Offer)
    assert order.seat == second.account_id
    assert (first.status, first.pause_reason, first.call_id) == ("paused", outcome, None)
    assert tell_gone(session, gone(call, second, outcome, now), now) == TakeMessage(str(call.id))


@pytest.mark.parametrize("outcome", ["lost", "no_free_leg"])
def test_our_own_fault_pauses_nobody(session: Session, now: datetime, outcome: str) -> None:
    seat = create_seat(session, "one", now=now)
    call, _ = arrive(session, now)
    order = tell_gone(session, gone(call, seat, outcome, now), now)
    assert order == TakeMessage(str(call.id))
    assert seat.status == "ready"


def test_a_caller_who_hangs_up_while_it_rings_leaves_the_seat_ready(
    session: Session, now: datetime
) -> None:
    seat = create_seat(session, "one", now=now)
    call, _ = arrive(session, now)
    end(session, call, now, "caller_hung_up")
    assert seat.status == "ready"
    assert tell_gone(session, gone(call, seat, "caller_gone", now), now) is None
    assert seat.status == "ready"


def test_a_call_is_the_agents_who_talked_and_has_the_callers_rating_once(
    session: Session, now: datetime
) -> None:
    seat = create_seat(session, "one", now=now)
    call, _ = arrive(session, now)
    for _ in range(3):
        talk(session, call, seat, now)
    assert (call.agent, seat.status) == ("one", "talking")
    for _ in range(3):
        reports.keep(session, gone(call, seat, "hung_up", now, talked=True))
        reports.keep(session, CallRated(str(call.id), 4, now.isoformat()))
        reports.keep(session, CallRated(str(call.id), 1, now.isoformat()))
        end(session, call, now)
    rating = call_ratings.of_call(session, call.id)
    assert rating
    assert (rating.satisfaction, rating.ticket_id, seat.status) == (4, None, "wrap_up")
    assert types(session, call) == [
        *("call.ringing", "call.queued", "call.offered", "call.answered", "call.connected"),
        *("call.rated", "call.ended"),
    ]


def test_a_rating_nobody_can_press_is_refused(session: Session, now: datetime) -> None:
    call, _ = arrive(session, now)
    with pytest.raises(Invalid):
        call_ratings.rate(session, call, 6, now=now)
    assert call_ratings.of_call(session, call.id) is None


def test_a_seat_whose_call_has_ended_is_never_left_talking(session: Session, now: datetime) -> None:
    seat = create_seat(session, "one", now=now)
    call, _ = arrive(session, now)
    talk(session, call, seat, now)
    seats.pause(seat, "用餐")
    assert seat.status == "talking"  # a call is finished first
    end(session, call, now, "caller_hung_up")
    assert (seat.status, seat.pause_reason) == ("paused", "用餐")
    late = AgentJoined(str(call.id), seat.account_id, now.isoformat())
    reports.keep(session, late)
    assert seat.status == "paused"


def test_a_dead_worker_loses_the_call_and_frees_the_seat(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    seat = create_seat(session, "one", now=now)
    call, _ = arrive(session, now)
    talk(session, call, seat, now)
    recovery.lose_calls(session, Settings(data_dir=tmp_path), alive=set())
    assert (call.status, call.agent, seat.status) == ("lost", "one", "wrap_up")
    [missed] = owed.open_ones(session)
    assert (missed.call_id, missed.why) == (call.id, "lost")


def test_the_next_leader_knows_who_talks_and_frees_who_was_never_rung(
    session: Session, now: datetime
) -> None:
    talking = create_seat(session, "talking", now=now, idle_s=100)
    offered = create_seat(session, "offered", now=now)
    first, _ = arrive(session, now)
    talk(session, first, talking, now)
    arrive(session, now)
    floor.free_unknown(
        session, replace(HELLO, offers=(offer_name(str(first.id), talking.account_id),)), now=now
    )
    assert (talking.status, offered.status) == ("talking", "ready")


def test_a_report_told_again_much_later_rings_nobody(session: Session, now: datetime) -> None:
    arrived = factories.arrival(now - timedelta(minutes=1), worker=WORKER)
    reports.keep(session, arrived)
    create_seat(session, "one", now=now)
    assert tell(session, arrived, now) == []


def test_a_call_that_has_ended_is_offered_to_nobody(session: Session, now: datetime) -> None:
    seat = create_seat(session, "one", now=now)
    arrived = factories.arrival(now, worker=WORKER)
    reports.keep(session, arrived)
    end(session, session.get_one(Call, uuid.UUID(arrived.call_id)), now)
    assert tell(session, arrived, now) == []
    assert seat.status == "ready"


def test_a_seat_that_rings_for_ever_is_freed(session: Session, now: datetime) -> None:
    seat = create_seat(session, "one", now=now)
    arrive(session, now)
    floor.tend(session, OWN, now=now + timedelta(seconds=50))
    assert seat.status == "offered"
    floor.tend(session, OWN, now=now + timedelta(seconds=70))
    assert (seat.status, seat.call_id) == ("ready", None)


def test_an_address_that_is_allowed_no_more_is_not_rung(session: Session, now: datetime) -> None:
    seat = create_seat(session, "one", now=now)
    other = create_seat(session, "two", now=now, idle_s=10)
    seat.address = "sip:one@198.51.100.7"
    _, order = arrive(session, now)
    assert isinstance(order, Offer)
    assert order.seat == other.account_id
    assert (seat.status, seat.pause_reason) == ("paused", "not_allowed")


def test_what_an_agent_heard_the_machine_does_not_register(session: Session, now: datetime) -> None:
    call = factories.create_ended_call(session, now=now)
    call.agent = "one"
    session.flush()
    assert call.id not in intake.forgotten_calls(session)
    made = intake.register_call(session, call.id, district="540100", auto_dispatch=True, now=now)
    assert made is None
    call.agent = ""
    session.flush()
    assert call.id in intake.forgotten_calls(session)


def test_a_pattern_for_desk_phones_that_is_none_is_named_at_the_start() -> None:
    with pytest.raises(CannotStart, match="HOTLINE_DESK_PHONES"):
        errands.check(Settings(desk_phones="("))

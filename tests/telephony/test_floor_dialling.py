"""An agent rings who is owed a call, or who called before; nobody is dialled without their key."""

import uuid
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from hotline.core import events
from telephony import owed, seat_states, seats
from telephony.commands import CallAnswered, CallEnded, RelayDone
from telephony.models import Call, Seat, SeatKind
from telephony.ordering import Verb
from telephony.orders import Leave, Relay, seat_party
from tests.telephony.floor_scene import Floor, refused


@pytest.fixture
def scene(session: Session, now: datetime) -> Floor:
    return Floor(session, now)


@pytest.fixture
def desk(scene: Floor) -> Seat:
    return scene.seat("desk", kind=SeatKind.DESK)


def told_last(scene: Floor, seat: Seat) -> tuple[datetime, str]:
    last = events.history(scene.session, seat_states.chain(seat))[-1]
    return last.at, str(last.refs["status"])


def test_an_owed_call_is_made_at_the_agents_key_and_returned_when_they_talk(
    scene: Floor, desk: Seat
) -> None:
    seats.pause(desk, "用餐")
    missed = scene.call()
    scene.later(10)
    scene.end(missed)
    [row] = owed.open_ones(scene.session)
    seats.unpause(desk)
    scene.later(scene.own.owed_after_s)
    assert row.account_id == desk.account_id
    assert told_last(scene, desk) == (scene.now, "ready")  # its page asks what it shows
    [relay], order = scene.ask(desk, Verb.DIAL, None, missed=row.id)
    assert isinstance(relay, Relay)
    assert (relay.office, relay.requester) == (
        "sip:desk@127.0.0.1:5080",
        "sip:13989001234@trunk.example:5060",
    )
    assert order.outcome == "done"
    assert desk.status == "offered"
    scene.report(CallAnswered(relay.call_id, scene.at))
    scene.later(120)
    assert desk.status == "talking"
    made = scene.session.get_one(Call, uuid.UUID(relay.call_id))
    assert "the hotline makes" in refused(scene, desk, Verb.HOLD, made)
    for _ in range(3):
        scene.report(RelayDone(relay.errand, relay.call_id, "talked", 60.0, scene.at))
        scene.report(CallEnded(relay.call_id, "talked", 60.0, 0, scene.at))
    assert (row.outcome, row.closed_by, desk.status) == (owed.RETURNED, "desk", "wrap_up")
    assert scene.types(missed).count("call.returned") == 1


def test_in_vain_it_is_owed_still_and_shown_again_later(scene: Floor, desk: Seat) -> None:
    seats.pause(desk, "用餐")
    missed = scene.call()
    scene.later(10)
    scene.end(missed)
    [row] = owed.open_ones(scene.session)
    [relay], _ = scene.ask(desk, Verb.DIAL, None, missed=row.id)
    scene.report(CallAnswered(relay.call_id, scene.at))
    scene.report(RelayDone(relay.errand, relay.call_id, "no_answer", 0.0, scene.at))
    scene.report(CallEnded(relay.call_id, "no_answer", 0.0, 0, scene.at))
    assert (row.closed_at, row.attempts, row.account_id) == (None, 1, None)
    assert row.due_at == scene.now + timedelta(seconds=scene.own.owed_again_s)


def test_a_call_of_ones_own_is_rung_back_and_nobody_dials_in_a_call(
    scene: Floor, desk: Seat
) -> None:
    agent = scene.seat("one", idle_s=900)
    call = scene.call()
    scene.connect(call, agent)
    web = scene.seat("web")
    [relay], _ = scene.ask(web, Verb.DIAL, None, of_call=str(call.id))
    assert isinstance(relay, Relay)
    assert relay.office == seat_party(web.account_id)  # its browser rings, and answers by itself
    [relay], _ = scene.ask(desk, Verb.DIAL, None, of_call=str(call.id))
    assert isinstance(relay, Relay)
    assert "in a call" in refused(scene, desk, Verb.DIAL, None, of_call=str(call.id))
    assert "in a call" in refused(scene, agent, Verb.DIAL, None, of_call=str(call.id))


def test_who_placed_a_call_ends_it_at_the_console_a_browser_has_no_handset(
    scene: Floor, desk: Seat
) -> None:
    call, web = scene.call(), scene.seat("web")
    [relay], _ = scene.ask(web, Verb.DIAL, None, of_call=str(call.id))
    made = scene.session.get_one(Call, uuid.UUID(relay.call_id))
    assert "the hotline makes" in refused(scene, desk, Verb.HANG_UP, made)
    told, order = scene.ask(web, Verb.HANG_UP, made)
    assert told == [Leave(relay.call_id, seat_party(web.account_id))]
    assert order.outcome == "done"


def test_two_agents_do_not_call_the_same_person_back(scene: Floor, desk: Seat) -> None:
    seats.pause(desk, "用餐")
    missed = scene.call()
    scene.later(10)
    scene.end(missed)
    [row] = owed.open_ones(scene.session)
    other = scene.seat("other", kind=SeatKind.DESK)
    scene.ask(desk, Verb.DIAL, None, missed=row.id)
    assert "A colleague" in refused(scene, other, Verb.DIAL, None, missed=row.id)
    assert other.status == "ready"


def test_a_call_that_ends_without_a_word_keeps_its_agent_from_nothing(
    scene: Floor, desk: Seat
) -> None:
    seats.pause(desk, "用餐")
    missed = scene.call()
    scene.later(10)
    scene.end(missed)
    [row] = owed.open_ones(scene.session)
    seats.unpause(desk)
    [relay], _ = scene.ask(desk, Verb.DIAL, None, missed=row.id)
    scene.report(CallEnded(relay.call_id, "failed", 0.0, 0, scene.at))
    scene.later(1)
    assert owed.shown(scene.session) == {}
    call = scene.call("13900000002")
    assert desk.call_id == call.id

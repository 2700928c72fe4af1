"""A switch that takes over and a worker that goes on agree on who is rung for a running call."""

from datetime import datetime

import pytest
from sqlmodel import Session

from hotline.switch import floor
from telephony import parties
from telephony.commands import Hello, invite_name, offer_name
from telephony.models import Call, Seat
from telephony.ordering import Verb
from telephony.orders import Invite, Leave, seat_party
from tests.telephony.floor_scene import WORKER, Floor, refused


@pytest.fixture
def scene(session: Session, now: datetime) -> Floor:
    return Floor(session, now)


def talk(scene: Floor) -> tuple[Call, Seat]:
    seat = scene.seat("one")
    call = scene.call()
    scene.connect(call, seat)
    return call, seat


def introduce(scene: Floor, call: Call, seat: Seat, *invites: str) -> list[object]:
    """Return what the worker is told that knows of the agent and of these invitations."""
    hello = Hello(
        *(WORKER, 1, 5060, 4),
        offers=(offer_name(str(call.id), seat.account_id),),
        invites=tuple(invite_name(str(call.id), each) for each in invites),
    )
    return [each.order for each in floor.free_unknown(scene.session, hello, now=scene.now)]


def emergency(scene: Floor, call: Call, seat: Seat) -> str:
    told, _ = scene.ask(seat, Verb.EMERGENCY, call, service="110")
    [invite] = [each for each in told if isinstance(each, Invite)]
    return invite.party


def test_an_invitation_that_never_arrived_keeps_no_line(scene: Floor) -> None:
    call, seat = talk(scene)
    emergency(scene, call, seat)
    assert "110" in refused(scene, seat, Verb.HANG_UP, call)
    assert introduce(scene, call, seat) == []
    assert [each.name for each in parties.here(scene.session, call.id)] == [
        seat_party(seat.account_id)
    ]
    assert scene.types(call)[-1] == "call.party_left"
    told, _ = scene.ask(seat, Verb.HANG_UP, call)
    assert told != []


def test_who_comes_after_they_were_given_up_is_let_go(scene: Floor) -> None:
    call, seat = talk(scene)
    party = emergency(scene, call, seat)
    introduce(scene, call, seat)  # the order was still on its way
    assert Leave(str(call.id), party) in scene.joined(call, party)


def test_one_that_rings_goes_on_under_the_next_leader(scene: Floor) -> None:
    call, seat = talk(scene)
    party = emergency(scene, call, seat)
    assert introduce(scene, call, seat, party) == []
    scene.joined(call, party)
    assert "call.party_joined" in scene.types(call)
    assert "110" in refused(scene, seat, Verb.HANG_UP, call)


def test_who_is_in_the_call_stays_whatever_an_earlier_version_says(scene: Floor) -> None:
    call, seat = talk(scene)
    party = emergency(scene, call, seat)
    scene.joined(call, party)
    assert introduce(scene, call, seat) == []
    row = parties.find(scene.session, call.id, party)
    assert row is not None
    assert row.left_at is None


def test_a_colleague_who_was_never_rung_is_free(scene: Floor) -> None:
    call, seat = talk(scene)
    other = scene.seat("two")
    scene.ask(seat, Verb.CONSULT, call, seat=other.account_id)
    assert other.call_id == call.id
    assert introduce(scene, call, seat) == []
    assert other.call_id is None


def test_a_worker_that_rings_for_nobody_any_more_is_told_to_stop(scene: Floor) -> None:
    call, seat = talk(scene)
    party = emergency(scene, call, seat)
    scene.parted(call, party, "no_answer")
    assert introduce(scene, call, seat, party) == [Leave(str(call.id), party)]

"""What agents and team leads ask for while they talk: judged, told to the worker, or refused."""

from datetime import datetime

import pytest
from sqlmodel import Session

from hotline.core import events
from hotline.core.accounts import Account, Role
from telephony import ordering, parties, records, seats
from telephony.commands import AgentJoined
from telephony.models import Call, Seat
from telephony.ordering import Verb
from telephony.orders import (
    Answer,
    HangUp,
    Hold,
    Invite,
    Leave,
    Listen,
    Meet,
    Mute,
    Offer,
    Press,
    seat_party,
)
from tests.telephony.floor_scene import OWN, Floor, refused

EMERGENCY_LINE = "110=sip:110@trunk.example 120=sip:120@hospital.example:5070"


@pytest.fixture
def scene(session: Session, now: datetime) -> Floor:
    return Floor(session, now, OWN.model_copy(update={"emergency": EMERGENCY_LINE}))


@pytest.fixture
def agent(scene: Floor) -> Seat:
    return scene.seat("one", idle_s=900)


@pytest.fixture
def call(scene: Floor, agent: Seat) -> Call:
    """A call that the agent talks in."""
    made = scene.call()
    scene.connect(made, agent)
    return made


def test_a_browser_seat_answers_what_it_is_offered_and_nothing_else(
    scene: Floor, agent: Seat
) -> None:
    call = scene.call()
    assert scene.told == [Offer(str(call.id), agent.account_id, f"seat:{agent.account_id}", 20.0)]
    told, row = scene.ask(agent, Verb.ANSWER, call)
    assert told == [Answer(str(call.id), agent.account_id)]
    assert row.outcome == "done"
    scene.connect(call, agent)
    assert "not offered" in refused(scene, agent, Verb.ANSWER, call)


def test_hold_and_mute_are_told_as_they_are_asked(scene: Floor, agent: Seat, call: Call) -> None:
    own, party = str(call.id), seat_party(agent.account_id)
    assert scene.ask(agent, Verb.HOLD, call)[0] == [Hold(own, True)]
    assert scene.ask(agent, Verb.UNHOLD, call)[0] == [Hold(own, False)]
    assert scene.ask(agent, Verb.MUTE, call)[0] == [Mute(own, party, True)]
    assert scene.ask(agent, Verb.UNMUTE, call)[0] == [Mute(own, party, False)]
    assert scene.ask(agent, Verb.PRESS, call, keys="12#")[0] == [Press(own, "caller", "12#")]
    assert "Keys are" in refused(scene, agent, Verb.PRESS, call, keys="call 110")
    assert scene.types(call)[-2:] == ["call.held", "call.resumed"]
    held = events.history(scene.session, records.chain(call.id))[-2]
    assert held.actor == "one"


@pytest.mark.parametrize(
    "verb", [Verb.HOLD, Verb.MUTE, Verb.CONSULT, Verb.MEET, Verb.TRANSFER, Verb.HANG_UP]
)
def test_a_call_is_controlled_by_who_talks_in_it_alone(
    scene: Floor, call: Call, verb: Verb
) -> None:
    other = scene.seat("two")
    assert "not in this call" in refused(scene, other, verb, call, seat=other.account_id)


def test_what_was_asked_long_ago_or_of_a_call_that_is_over_is_not_done(
    scene: Floor, agent: Seat, call: Call
) -> None:
    row = ordering.order(scene.session, Verb.HOLD, call, account_id=agent.account_id, now=scene.now)
    scene.later(11)
    assert row.why.startswith("The switch was away")
    scene.end(call)
    assert "over" in refused(scene, agent, Verb.HOLD, call)


def test_an_order_nobody_understands_holds_up_no_other(
    scene: Floor, agent: Seat, call: Call
) -> None:
    why = refused(scene, agent, Verb.LISTEN, call)
    assert why.startswith("one may not do call.supervise")
    lead = scene.seat("lead", role=Role.TEAM_LEAD)
    assert "not understood" in refused(scene, lead, Verb.LISTEN, call, listening="shout")
    assert scene.ask(agent, Verb.HOLD, call)[1].outcome == "done"


def test_a_colleague_is_consulted_apart_and_then_all_three_meet(
    scene: Floor, agent: Seat, call: Call
) -> None:
    other = scene.seat("two")
    party = seat_party(other.account_id)
    told, _ = scene.ask(agent, Verb.CONSULT, call, seat=other.account_id, label="two")
    assert told == [Invite(str(call.id), party, "expert", party, 20.0, apart=True)]
    assert (other.status, other.call_id) == ("offered", call.id)
    assert "Nobody else" in refused(scene, agent, Verb.MEET, call)
    scene.joined(call, party)
    assert other.status == "talking"
    assert scene.ask(agent, Verb.MEET, call)[0] == [Meet(str(call.id))]
    assert scene.ask(agent, Verb.DROP, call, party=party)[0] == [Leave(str(call.id), party)]
    scene.parted(call, party)
    assert other.status == "wrap_up"
    assert agent.status == "talking"
    assert "not in this call" in refused(scene, agent, Verb.DROP, call, party=party)


def test_a_call_is_left_to_the_colleague_who_was_consulted(
    scene: Floor, agent: Seat, call: Call
) -> None:
    other = scene.seat("two")
    assert "Nobody is there" in refused(scene, agent, Verb.TRANSFER, call)
    scene.ask(agent, Verb.CONSULT, call, seat=other.account_id)
    scene.joined(call, seat_party(other.account_id))
    told, _ = scene.ask(agent, Verb.TRANSFER, call)
    assert told == [Meet(str(call.id)), Leave(str(call.id), seat_party(agent.account_id))]
    scene.gone(call, agent, "hung_up", talked=True)
    assert (agent.status, other.status) == ("wrap_up", "talking")
    assert scene.types(call)[-1] == "call.transferred"
    told, _ = scene.ask(other, Verb.HANG_UP, call)
    assert told == [Leave(str(call.id), seat_party(other.account_id))]


def test_a_blind_transfer_lets_the_agent_go_when_the_other_is_there_and_not_before(
    scene: Floor, agent: Seat, call: Call
) -> None:
    other = scene.seat("two")
    party = seat_party(other.account_id)
    [invite], _ = scene.ask(agent, Verb.TRANSFER, call, seat=other.account_id)
    assert (invite.party, invite.part, invite.apart) == (party, "agent", False)
    assert scene.joined(call, party) == [Leave(str(call.id), seat_party(agent.account_id))]
    assert scene.joined(call, party) == []  # told twice
    scene.gone(call, agent, "hung_up", talked=True)
    assert (agent.status, other.status, call.agent) == ("wrap_up", "talking", "one")


def test_who_does_not_answer_a_transfer_leaves_the_caller_with_their_agent(
    scene: Floor, agent: Seat, call: Call
) -> None:
    other = scene.seat("two")
    scene.ask(agent, Verb.TRANSFER, call, seat=other.account_id)
    scene.parted(call, seat_party(other.account_id), "no_answer")
    assert (other.status, other.pause_reason) == ("paused", "no_answer")
    assert (agent.status, agent.call_id) == ("talking", call.id)
    assert "call.transferred" not in scene.types(call)


def test_a_number_outside_is_rung_by_the_rules_against_toll_fraud(
    scene: Floor, agent: Seat, call: Call
) -> None:
    told, row = scene.ask(
        agent, Verb.CONSULT, call, destination="0891-6331234", label="城管局值班室"
    )
    assert told == [
        Invite(
            str(call.id),
            "consult-1",
            "expert",
            "sip:08916331234@trunk.example:5060",
            40.0,
            apart=True,
        )
    ]
    assert row.sealed_destination is None
    told, row = scene.ask(agent, Verb.CONSULT, call, destination="+44 20 7946 0000")
    assert (told, row.outcome) == ([], "refused")
    assert "7946" not in row.why
    refs = [event.refs for event in events.history(scene.session, records.chain(call.id))]
    assert "6331234" not in str(refs)


def test_a_team_lead_listens_whispers_and_barges_in_and_it_is_on_record(
    scene: Floor, agent: Seat, call: Call
) -> None:
    lead = scene.seat("lead", role=Role.TEAM_LEAD)
    party = seat_party(lead.account_id)
    [invite], _ = scene.ask(lead, Verb.LISTEN, call, listening="monitor")
    assert (invite.part, invite.listening, invite.party) == ("supervisor", "monitor", party)
    scene.joined(call, party)
    assert lead.status == "talking"
    told, _ = scene.ask(lead, Verb.LISTEN, call, listening="barge")
    assert told == [Listen(str(call.id), party, "barge")]
    assert "only listen" in refused(scene, lead, Verb.HOLD, call)
    assert "You talk" in refused(
        scene, _as_lead(scene, agent), Verb.LISTEN, call, listening="barge"
    )
    assert scene.ask(lead, Verb.STOP_LISTENING, call)[0] == [Leave(str(call.id), party)]
    scene.parted(call, party)
    assert lead.status == "ready"  # nothing to write down
    assert "do not listen" in refused(scene, lead, Verb.STOP_LISTENING, call)
    kept = [
        (event.actor, event.refs["listening"])
        for event in events.history(scene.session, records.chain(call.id))
        if event.type == "call.supervised"
    ]
    assert kept == [("lead", "monitor"), ("lead", "barge")]


def _as_lead(scene: Floor, seat: Seat) -> Seat:
    scene.session.get_one(Account, seat.account_id).role = Role.TEAM_LEAD
    scene.session.flush()
    return seat


def test_a_team_lead_ends_a_call_for_everybody(scene: Floor, call: Call) -> None:
    lead = scene.seat("lead", role=Role.TEAM_LEAD)
    assert scene.ask(lead, Verb.HANG_UP, call)[0] == [HangUp(str(call.id))]


def test_a_caller_is_handed_on_in_their_language_before_everybody_else(
    scene: Floor, agent: Seat, call: Call
) -> None:
    bo = scene.seat("bo", skills={"bo": 8})
    seats.pause(bo, "用餐")
    seats.settle(scene.session, now=scene.now)
    scene.later(1)
    earlier = scene.call("13900000002")
    scene.later(300)
    told, _ = scene.ask(agent, Verb.HAND_OVER_LANGUAGE, call, language="bo")
    assert told == [Leave(str(call.id), seat_party(agent.account_id), waits=True)]
    scene.report(AgentJoined(str(call.id), agent.account_id, scene.at))  # told once more
    scene.gone(call, agent, "hung_up", talked=True)
    seats.unpause(bo)
    [offer] = [each for each in scene.later(1) if isinstance(each, Offer)]
    assert (offer.call_id, offer.seat) == (str(call.id), bo.account_id)
    scene.connect(call, bo)
    assert (call.language, call.agent, bo.status) == ("bo", "one", "talking")
    assert earlier.connected_at is None
    assert [each.name for each in parties.here(scene.session, call.id)] == [
        seat_party(bo.account_id)
    ]


def test_a_caller_who_waits_is_taken_out_of_turn_once(scene: Floor, agent: Seat) -> None:
    seats.pause(agent, "用餐")
    first = scene.call("13900000001")
    scene.later(5)
    second = scene.call("13900000002")
    [offer], _ = scene.ask(agent, Verb.TAKE_OVER, second)
    assert (offer.call_id, agent.call_id) == (str(second.id), second.id)
    assert "in a call" in refused(scene, agent, Verb.TAKE_OVER, first)
    other = scene.seat("two")
    assert "does not wait" in refused(scene, other, Verb.TAKE_OVER, second)

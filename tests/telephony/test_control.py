"""通话控制 in the worker: each order does what it says, and what comes too late does no harm."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telephony.attended import HOLD
from telephony.caller import AWAY_S
from telephony.commands import CallEnded, CallerPressed, PartyJoined
from telephony.company import CALLER
from telephony.orders import (
    BROWSER,
    Announce,
    Answer,
    HangUp,
    Hold,
    Invite,
    Leave,
    Listen,
    Meet,
    Mute,
    Order,
    Press,
    TakeMessage,
    seat_party,
)
from tests.telephony.legs import FakeLeg
from tests.telephony.office import EXPERT, SEAT, Office, open_office

AGENT = seat_party(SEAT)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    yield from open_office(tmp_path, monkeypatch)


def consult(office: Office) -> tuple[FakeLeg, FakeLeg]:
    """Let an agent talk to an expert while the caller is held."""
    agent = office.talk()
    expert = office.invite(apart=True)
    expert.listener.on_answered()
    office.room.tick()
    return agent, expert


def hears(one: FakeLeg, other: FakeLeg) -> bool:
    return other.listener.channel in one.listener.channel.hears


def playing(office: Office) -> bool:
    """Whether something is said to the caller."""
    return bool(office.caller.channel.source.playing)


def test_a_consultation_a_conference_and_a_warm_transfer(office: Office) -> None:
    agent, expert = consult(office)
    caller = office.callers[0]
    assert hears(agent, expert)
    assert not hears(caller, agent)
    assert playing(office)  # that they are held
    office.tell(Meet(office.call_id))
    office.room.tick()
    assert hears(caller, agent)
    assert hears(caller, expert)
    assert not playing(office)
    office.tell(Leave(office.call_id, AGENT))
    office.room.tick()
    assert agent.gone
    assert hears(expert, caller)
    assert not playing(office)  # nobody asks for a rating yet
    assert [each.party for each in office.told if isinstance(each, PartyJoined)] == ["police"]
    expert.end()
    office.room.tick()
    assert office.caller.channel.source.left == 50  # now it is
    assert office.gone == [("hung_up", True)] * 2


def test_a_blind_transfer_keeps_the_caller_waiting_for_who_is_rung(office: Office) -> None:
    office.talk()
    expert = office.invite()
    office.tell(Leave(office.call_id, AGENT))
    office.skip_prompts()
    assert office.caller.may_be_joined
    expert.listener.on_answered()
    office.skip_prompts()
    assert hears(office.callers[0], expert)


def test_a_blind_transfer_in_vain_leaves_a_caller_who_may_be_offered_again(office: Office) -> None:
    office.talk()
    expert = office.invite()
    office.tell(Leave(office.call_id, AGENT))
    expert.status = 486
    expert.end()
    office.room.tick()
    assert office.gone[-1] == ("busy", False)
    assert office.caller.may_be_offered
    second = office.talk()
    assert hears(second, office.callers[0])


def test_who_is_handed_on_waits_for_the_next_offer(office: Office) -> None:
    office.talk()
    office.tell(Leave(office.call_id, AGENT, waits=True))
    assert office.caller.may_be_offered


def test_hold_is_heard_and_ends_at_once(office: Office) -> None:
    office.talk()
    office.tell(Hold(office.call_id, on=True))
    office.room.tick()
    assert office.caller.channel.source.left == len(office.equipment.prompts[HOLD])
    office.tell(Hold(office.call_id, on=False))
    office.room.tick()
    assert not office.caller.channel.source.playing


def test_an_expert_who_does_not_come_is_reported_and_the_caller_is_back(office: Office) -> None:
    agent = office.talk()
    expert = office.invite(apart=True)
    expert.status = 603
    expert.end()
    office.room.tick()
    assert office.gone == [("rejected", False)]
    assert hears(office.callers[0], agent)


def test_a_supervisor_listens_in_three_ways_and_leaves_with_the_last_who_talks(
    office: Office,
) -> None:
    agent = office.talk()
    caller = office.callers[0]
    boss = office.invite("boss", part="supervisor", listening="monitor")
    boss.listener.on_answered()
    office.room.tick()
    assert hears(boss, caller)
    assert not hears(agent, boss)
    office.tell(Listen(office.call_id, "boss", "whisper"))
    assert hears(agent, boss)
    assert not hears(caller, boss)
    office.tell(Listen(office.call_id, "boss", "barge"))
    assert hears(caller, boss)
    agent.end()
    office.room.tick()
    office.room.tick()
    assert boss.gone


def test_a_colleagues_browser_is_fetched_like_a_telephone(office: Office) -> None:
    office.talk()
    office.invite("seat:9", to=f"{BROWSER}9", apart=True)
    office.tell(Answer(office.call_id, 9))
    office.room.tick()
    office.room.tick()
    assert [each.party for each in office.told if isinstance(each, PartyJoined)] == ["seat:9"]


def test_one_name_is_one_party_and_legs_run_out_politely(office: Office) -> None:
    office.talk()
    office.invite("one")
    office.invite("one")
    office.invite("two")
    office.invite("three")
    assert office.gone == [("too_late", False), ("no_free_leg", False)]


@pytest.mark.parametrize(
    ("party", "part", "listening"),
    [(CALLER, "expert", ""), ("one", "caller", ""), ("one", "odd", ""), ("one", "expert", "odd")],
)
def test_nobody_takes_the_callers_place_and_every_invitation_is_answered(
    office: Office, party: str, part: str, listening: str
) -> None:
    agent = office.talk()
    office.invite(party, part=part, listening=listening)
    assert office.gone == [("lost", False)]
    assert hears(office.callers[0], agent)


def test_keys_are_pressed_for_who_is_named(office: Office) -> None:
    office.talk()
    expert = office.invite()
    office.tell(Press(office.call_id, "police", "12#"))
    office.tell(Press(office.call_id, CALLER, "9"))
    assert (expert.pressed, office.callers[0].pressed) == ("12#", "9")


def test_a_muted_agent_is_not_heard(office: Office) -> None:
    agent = office.talk()
    office.tell(Mute(office.call_id, AGENT, on=True))
    assert not hears(office.callers[0], agent)
    assert hears(agent, office.callers[0])


def test_hang_up_ends_the_call_for_everybody_and_asks_nobody(office: Office) -> None:
    agent, expert = consult(office)
    office.tell(HangUp(office.call_id))
    office.room.tick()
    office.room.tick()
    assert agent.gone
    assert expert.gone
    (ended,) = [each for each in office.told if isinstance(each, CallEnded)]
    assert ended.reason == "agent_hung_up"


def test_keys_of_who_waits_are_reported_and_announcements_are_played(office: Office) -> None:
    office.skip_prompts()
    office.tell(Announce(office.call_id, ("queue_next",)))
    office.caller.on_digit("1", "0")
    office.room.tick()
    assert [each.key for each in office.told if isinstance(each, CallerPressed)] == ["1"]
    assert office.caller.channel.source.playing


def test_a_switch_that_is_away_leaves_waiting_callers_their_message(office: Office) -> None:
    office.skip_prompts()
    office.away = AWAY_S - 1
    office.room.tick()
    assert office.caller.may_be_offered
    office.away = AWAY_S + 1
    office.room.tick()
    assert not office.caller.may_be_offered


def test_no_call_ends_while_somebody_waits_however_long(office: Office) -> None:
    for _ in range(60):
        office.pass_time(300)
        office.tell(Announce(office.call_id, ()))
    assert not office.callers[0].gone


NAMES = st.sampled_from(["", "caller", "police", AGENT, "nobody"])
WAYS = st.sampled_from(["monitor", "barge", "", "odd"])
PARTS = st.sampled_from(["agent", "expert", "supervisor", "caller", "odd"])
PLACES = st.sampled_from([EXPERT, f"{BROWSER}8", BROWSER])
FLAGS = st.booleans()
# The call's own number, or another's, goes first.
Made = Callable[[str], Order]
ORDERS: st.SearchStrategy[Made] = st.one_of(
    st.just(TakeMessage),
    st.just(Meet),
    FLAGS.map(lambda on: lambda call: Hold(call, on)),
    st.sampled_from([SEAT, 0]).map(lambda seat: lambda call: Answer(call, seat)),
    st.just(lambda call: Announce(call, ("queue_next", "no such prompt"))),
    st.builds(lambda name, on: lambda call: Mute(call, name, on), NAMES, FLAGS),
    st.builds(lambda name, way: lambda call: Listen(call, name, way), NAMES, WAYS),
    st.builds(lambda name, waits: lambda call: Leave(call, name, waits), NAMES, FLAGS),
    NAMES.map(lambda name: lambda call: Press(call, name, "1")),
    st.builds(
        lambda name, part, place, apart, way: (
            lambda call: Invite(call, name, part, place, 20.0, apart, way)
        ),
        *(NAMES, PARTS, PLACES, FLAGS, WAYS),
    ),
)


@given(st.lists(st.tuples(FLAGS, ORDERS), max_size=15), st.lists(FLAGS, max_size=6))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
def test_no_order_whatever_it_says_ends_anybody_elses_call(
    tmp_path: Path, orders: list[tuple[bool, Made]], answers: list[bool]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        opened = open_office(tmp_path, patch)
        office = next(opened)
        office.talk()
        invited = len(office.gone)
        for known, made in orders:
            office.tell(made(office.call_id if known else "another"))
            for leg, answered in zip(office.legs, answers, strict=False):
                if answered and leg.listener and not leg.gone:
                    leg.listener.on_answered()
            office.room.tick()
            invited += isinstance(made(office.call_id), Invite)
        assert not office.callers[0].gone
        assert next(opened, None) is None
        # The agent's end, and one answer to every invitation.
        assert len(office.gone) == invited + 1

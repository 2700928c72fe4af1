"""Seats that are rung: whatever fails, the seat is told and the channel comes back.

The legs are stand-ins, for pjsua2 does not fail when it is told to.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from telephony import inviting
from telephony.commands import AgentJoined, CallEnded
from telephony.orders import Answer
from telephony.pulse import DEAD_S, HELD_S, NO_MEDIA_S
from tests.telephony.legs import FakeLeg
from tests.telephony.office import DESK, SEAT, Office, open_office


def attended(office: Office) -> bool:
    return office.caller.company.attended


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    yield from open_office(tmp_path, monkeypatch)


def test_a_desk_phone_that_can_not_be_rung_is_told_and_its_leg_comes_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        inviting, "CalleeLeg", lambda _account: FakeLeg(None, 0, unreachable=DESK, rang=False)
    )
    for _ in range(5):
        office.offer()
        office.room.tick()
    assert office.gone == [("unreachable", False)] * 5
    assert office.room.active == 1


def test_a_fault_while_it_rings_is_ours_and_the_caller_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    leg = office.ring()
    monkeypatch.setattr(leg.listener, "take", _raise)
    office.room.tick()
    assert (office.gone, office.callers[0].gone) == ([("lost", False)], False)
    assert office.caller.may_be_offered


def test_one_that_rings_too_long_is_cancelled(office: Office) -> None:
    leg = office.ring()
    office.pass_time(19)
    assert not leg.gone
    office.pass_time(2)
    assert office.gone == [("no_answer", False)]


@pytest.mark.parametrize(
    ("carried", "sounded", "limit_s"),
    [
        (False, False, NO_MEDIA_S),
        (True, True, DEAD_S),  # packets came, and stop
        (False, True, HELD_S),  # it holds us
        (True, False, HELD_S),  # quiet from the start
    ],
)
def test_a_telephone_without_sound_is_let_go(
    office: Office, carried: bool, sounded: bool, limit_s: float
) -> None:
    leg = office.ring()
    leg.listener.on_answered()
    leg.sounds = sounded
    office.pass_time(1)
    leg.sounds, leg.carried = False, carried
    office.pass_time(limit_s - 2)
    assert not leg.gone
    office.pass_time(3)
    assert office.gone == [("no_media", False)]


def test_a_caller_whose_line_is_dead_is_let_go_too(office: Office) -> None:
    agent = office.talk()
    office.pass_time(1)
    office.callers[0].sounds = False
    office.pass_time(DEAD_S + 1)
    office.room.tick()
    assert office.callers[0].gone
    assert agent.gone
    (ended,) = [each for each in office.told if isinstance(each, CallEnded)]
    assert ended.reason == "no_media"


def test_who_hangs_up_after_a_long_silence_has_hung_up(office: Office) -> None:
    agent = office.talk()
    agent.sounds = office.callers[0].sounds = False
    office.pass_time(2 * NO_MEDIA_S)
    agent.end()
    office.callers[0].end()
    office.room.tick()
    assert office.gone == [("hung_up", True)]
    (ended,) = [each for each in office.told if isinstance(each, CallEnded)]
    assert ended.reason == "caller_hung_up"


def test_a_caller_has_one_desk_phone_at_a_time(office: Office) -> None:
    office.ring()
    office.ring()
    assert office.gone == [("too_late", False)]


def test_a_caller_who_goes_takes_the_agents_leg_along(office: Office) -> None:
    leg = office.ring()
    office.callers[0].end()
    office.room.tick()
    office.room.tick()
    assert leg.gone
    assert office.gone == [("caller_gone", False)]
    assert office.kinds().count("CallEnded") == 1
    assert office.room.active == 0


def test_a_browser_talks_once_its_agent_has_answered_and_it_is_connected(office: Office) -> None:
    sound = office.offer_browser()
    office.skip_prompts()
    assert not attended(office)
    sound.connected = False
    office.tell(Answer(office.call_id, SEAT))
    office.room.tick()
    assert not office.caller.company.ready
    sound.connected = True
    office.skip_prompts()
    assert attended(office)
    assert AgentJoined in map(type, office.told)
    assert not office.legs  # no SIP leg is taken


def test_a_browser_that_does_not_answer_is_rung_no_longer_than_a_desk_phone(
    office: Office,
) -> None:
    sound = office.offer_browser()
    office.pass_time(21)
    assert (office.gone, sound.closed) == ([("no_answer", False)], True)
    office.offer_browser()
    assert len(office.sounds) == 2


def test_a_page_that_is_loaded_anew_goes_on_with_its_call_and_one_that_stays_away_does_not(
    office: Office,
) -> None:
    sound = office.offer_browser()
    office.tell(Answer(office.call_id, SEAT))
    office.skip_prompts()
    for _ in range(3):
        sound.connected = False
        office.pass_time(NO_MEDIA_S - 2)
        sound.connected = True
        office.pass_time(2)
    assert office.caller.company.attended
    sound.connected = False
    office.pass_time(NO_MEDIA_S + 1)
    assert (office.gone, sound.closed) == ([("no_media", True)], True)


def test_a_browsers_channel_is_used_again(office: Office) -> None:
    for _ in range(10):
        office.offer_browser()
        office.pass_time(21)
    channels = {id(each) for each in office.room._free_seats}
    assert len(channels) == 1


def test_browsers_leave_every_leg_to_telephones(office: Office) -> None:
    office.offer_browser()
    for number in range(office.room.outbound):
        assert office.invite(f"expert-{number}").listener
    assert office.room.channel_for_callee() is None
    assert office.room.channel_for_caller()


def _raise(*_: Any) -> None:
    raise RuntimeError("a fault of our own")

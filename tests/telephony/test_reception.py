"""Faults of our own: a call may fail, its channel comes back and the other calls go on.

The legs are stand-ins, for pjsua2 does not fail when it is told to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from telephony import caller, reception
from telephony.commands import (
    CallAnswered,
    CallArrived,
    CallEnded,
    CallRefused,
    Message,
)
from telephony.conversation import OVERTIME_S, Equipment
from telephony.endpoint import Account, Line, Sender
from telephony.reception import Reception
from telephony.room import Room
from tests.telephony.legs import LIMITS, FakeLeg, FakeSound, without_pjsua
from tests.telephony.lines import FakeTape, prompts

NOBODY = cast(Account, None)


@dataclass
class Desk:
    """A reception with its room; `fails_at` names where the next leg fails."""

    reception: Reception
    room: Room
    legs: list[FakeLeg]
    told: list[Message]
    at: list[float]
    fails_at: str = ""
    called: str = "12345"

    def ring(self) -> FakeLeg:
        self.reception.on_invite(NOBODY, 0, Sender("127.0.0.1:5060"))
        self.reception.let_go()
        return self.legs[-1]

    def kinds(self) -> list[type[Message]]:
        return [type(message) for message in self.told]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    legs: list[FakeLeg] = []
    told: list[Message] = []
    at = [0.0]
    without_pjsua(monkeypatch)
    spoken = prompts(
        *("notice", "please_wait", "leave_request", "tone", "still_there", "nothing_heard")
    )
    equipment = Equipment(
        *("w", told.append, tmp_path, spoken, LIMITS),
        new_tape=lambda _path: FakeTape(),
        seat_sound=lambda _call, _seat: FakeSound(),
        clock=lambda: at[0],
    )
    place = Room(4)
    line = Line("127.0.0.1", 5060, "127.0.0.1", 40000, 40)
    made = Desk(Reception(line, equipment, place), place, legs, told, at)

    def new_leg(account: object, pj_id: int) -> FakeLeg:
        legs.append(FakeLeg(account, pj_id, made.fails_at, called=made.called))
        return legs[-1]

    monkeypatch.setattr(reception, "CallerLeg", new_leg)
    yield made
    for leg in legs:
        leg.end()
    place.conclude()


def test_an_invite_that_cannot_be_read_is_answered_with_500(desk: Desk) -> None:
    desk.fails_at = "read"
    leg = desk.ring()
    assert (leg.answers, leg.let_go_of, desk.room.active) == ([500], True, 0)
    assert [message.reason for message in desk.told if isinstance(message, CallRefused)] == [
        "failed"
    ]


def test_nobody_is_refused_before_pjsua_has_taken_the_call_in(desk: Desk) -> None:
    for _ in range(2):
        desk.ring()
    desk.reception.on_invite(NOBODY, 0, Sender("127.0.0.1:5060"))
    third = desk.legs[-1]
    assert third.answers == []
    desk.reception.let_go()
    assert third.answers == [486]


def test_a_flood_is_refused_one_by_one_while_it_holds_what_legs_are_left(desk: Desk) -> None:
    for _ in range(4):
        desk.reception.on_invite(NOBODY, 0, Sender("127.0.0.1:5060"))
    for _ in range(5):
        desk.reception.let_go()
    *_, third, fourth = desk.legs
    assert (third.answers, fourth.answers) == ([486], [])
    desk.at[0] += reception.REFUSE_EVERY_S
    desk.reception.let_go()
    assert fourth.answers == [486]


def test_faults_on_admission_never_cost_a_channel(desk: Desk) -> None:
    desk.fails_at = "admit"
    for _ in range(10):
        leg = desk.ring()
        assert leg.answers == [500]
        desk.room.tick()
        assert leg.let_go_of
    assert desk.kinds() == [CallArrived, CallEnded] * 10
    assert desk.told[-1].reason == "failed"  # type: ignore[union-attr]
    desk.fails_at = ""
    assert desk.ring().answers == [200]


def test_a_report_that_cannot_be_made_ends_its_call_only(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = desk.ring()
    monkeypatch.setattr(caller.Caller, "arrived", _raise)
    assert desk.ring().answers == [500]
    desk.room.tick()
    assert (desk.room.active, well.gone) == (1, False)


def test_a_fault_in_one_call_leaves_the_other_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ill, well = desk.ring(), desk.ring()
    for leg in (ill, well):
        leg.listener.on_answered()
    monkeypatch.setattr(ill.listener, "take", lambda: _raise(None))
    session = ill.listener._session

    def fail_to_finish(_: object) -> None:
        session._tape.close()
        raise RuntimeError("a fault of our own")

    monkeypatch.setattr(session, "finish", fail_to_finish)
    desk.room.tick()
    desk.room.tick()
    assert (ill.gone, ill.let_go_of, well.gone, desk.room.active) == (True, True, False, 1)
    assert [message.reason for message in desk.told if isinstance(message, CallEnded)] == ["failed"]
    assert desk.ring().answers == [200]


def test_no_call_outlives_its_longest_message_by_more_than_five_minutes(desk: Desk) -> None:
    leg = desk.ring()
    leg.listener.on_answered()
    leg.listener.unattended()
    leg.listener.channel.source.stop()
    desk.room.tick()  # the request is being played
    while not leg.gone:
        desk.at[0] += 1
        leg.listener.channel.tap.left = 10  # a prompt that never ends: the script can't help
        desk.room.tick()
    assert desk.at[0] == pytest.approx(LIMITS.message_s + OVERTIME_S, abs=2)
    assert desk.kinds() == [CallArrived, CallAnswered, CallEnded]
    assert desk.told[-1].reason == "too_long"  # type: ignore[union-attr]


def test_every_call_begins_with_an_empty_channel(desk: Desk) -> None:
    for _ in range(3):
        leg = desk.ring()
        assert leg.listener.channel.begun > 0
        leg.end()
        desk.room.tick()


def _raise(_: object) -> None:
    raise RuntimeError("a fault of our own")


def test_a_merged_number_is_taken_and_any_other_is_not(desk: Desk) -> None:
    desk.called = "08916333333"
    assert desk.ring().answers == [404]
    assert desk.told == []
    desk.reception.numbers = ("6333333",)
    assert desk.ring().answers == [200]
    [arrived] = [message for message in desk.told if isinstance(message, CallArrived)]
    assert arrived.called == "08916333333"

"""Desk phones and faults: whatever fails, the seat is told and the channel comes back.

The legs are stand-ins, for pjsua2 does not fail when it is told to.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from telephony import outbound, reception, room
from telephony.call import NotSent
from telephony.commands import AgentGone, CallEnded, Message, Offer
from telephony.conversation import NO_MEDIA_S, Equipment
from telephony.endpoint import Account, Line
from telephony.reception import Reception
from telephony.room import Room
from telephony.rung import HELD_S
from tests.telephony.legs import LIMITS, FakeChannel, FakeLeg
from tests.telephony.lines import SILENCE, prompts

NOBODY = cast(Account, None)


class Channel(FakeChannel):
    def join(self, _other: object) -> None:
        """Nothing is heard here."""


class DeskLeg(FakeLeg):
    rang = True
    status = 0
    refuses = False

    def dial(self, _destination: str, _channel: object, listener: object) -> str:
        self.listener = listener
        if self.refuses:
            self.gone = True
            raise NotSent("no transport")
        return "abc"

    def end(self) -> None:
        if not self.gone:
            super().end()


class Office:
    """A worker with one caller on the line, whose desk phones are stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.told: list[Message] = []
        self.at = 0.0
        spoken = prompts("notice", "please_wait", "tone", "leave_request", "rate_call")
        self.equipment = Equipment(
            "w", self.told.append, folder, spoken, LIMITS, clock=lambda: self.at
        )
        self.room = Room(4)
        line = Line("127.0.0.1", 5060, "127.0.0.1", 40000, 40)
        self.reception = Reception(line, self.equipment, self.room)
        self.legs: list[DeskLeg] = []
        self.callers: list[FakeLeg] = []

    def ring(self) -> DeskLeg:
        """Offer the caller's call to a seat and return its leg."""
        offer = Offer(self.caller.listener.id, 7, "sip:1001@127.0.0.1", 20.0)
        outbound.ring(offer, NOBODY, self.equipment, self.room)
        return self.legs[-1]

    @property
    def caller(self) -> FakeLeg:
        return self.callers[0]

    @property
    def gone(self) -> list[tuple[str, bool]]:
        return [(e.outcome, e.talked) for e in self.told if isinstance(e, AgentGone)]

    def pass_time(self, seconds: float) -> None:
        self.at += seconds
        self.caller.listener._heard_at = self.at  # the caller is heard all the while
        self.room.tick()


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(room, "Channel", Channel)
    made = Office(tmp_path)

    def new_desk_leg(_account: object) -> DeskLeg:
        made.legs.append(DeskLeg(None, 0))
        return made.legs[-1]

    def new_caller(account: object, pj_id: int) -> FakeLeg:
        made.callers.append(FakeLeg(account, pj_id))
        return made.callers[-1]

    monkeypatch.setattr(outbound, "CalleeLeg", new_desk_leg)
    monkeypatch.setattr(reception, "CallerLeg", new_caller)
    made.reception.on_invite(NOBODY, 0, "127.0.0.1:5060")
    made.caller.listener.on_answered()
    yield made
    for leg in (*made.callers, *made.legs):
        leg.end()
    made.room.conclude()


def test_a_desk_phone_that_can_not_be_rung_is_told_and_its_leg_comes_back(office: Office) -> None:
    DeskLeg.refuses = True
    try:
        for _ in range(5):
            assert office.ring().gone
            office.room.tick()
    finally:
        DeskLeg.refuses = False
    assert office.gone == [("unreachable", False)] * 5
    assert office.room.active == 1


def test_a_fault_while_it_rings_is_ours_and_the_caller_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    leg = office.ring()
    monkeypatch.setattr(leg.listener, "take", _raise)
    office.room.tick()
    assert (office.gone, office.caller.gone) == ([("lost", False)], False)
    assert office.caller.listener.may_be_offered


def test_one_that_rings_too_long_is_cancelled(office: Office) -> None:
    leg = office.ring()
    office.pass_time(19)
    assert not leg.gone
    office.pass_time(2)
    assert office.gone == [("no_answer", False)]


def test_one_that_never_sends_sound_is_let_go_sooner_than_one_on_hold(office: Office) -> None:
    deaf = office.ring()
    deaf.listener.on_answered()
    deaf.listener.channel.tap.take = list
    office.pass_time(NO_MEDIA_S + 1)
    assert office.gone == [("no_media", False)]
    held = office.ring()
    held.listener.on_answered()
    held.listener.channel.tap.take = lambda: [SILENCE]
    office.pass_time(1)
    held.listener.channel.tap.take = list
    office.pass_time(HELD_S - 5)
    assert not held.gone
    office.pass_time(10)
    assert office.gone[-1][0] == "no_media"


def test_a_caller_has_one_desk_phone_at_a_time(office: Office) -> None:
    office.ring()
    office.ring()
    assert office.gone == [("too_late", False)]


def test_a_caller_who_goes_takes_the_agents_leg_along(office: Office) -> None:
    leg = office.ring()
    office.caller.end()
    office.room.tick()
    office.room.tick()
    assert leg.gone
    assert office.gone == [("caller_gone", False)]
    assert [type(each) for each in office.told].count(CallEnded) == 1
    assert office.room.active == 0


def _raise(*_: Any) -> None:
    raise RuntimeError("a fault of our own")

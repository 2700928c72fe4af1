"""Relayed calls: both are told, both are kept, and whatever fails is reported once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from telephony import relaying, tapes
from telephony.commands import (
    CallAnswered,
    CallDialled,
    CallEnded,
    Message,
    RelayDone,
)
from telephony.control import Control
from telephony.conversation import Equipment
from telephony.endpoint import Account
from telephony.mixing import stereo
from telephony.orders import BROWSER, Leave, Relay
from telephony.outcomes import RelayOutcome
from telephony.pulse import DEAD_S
from telephony.relay import Stage
from telephony.room import Room
from tests.telephony.legs import LIMITS, FakeChannel, FakeLeg, FakeSound, without_pjsua
from tests.telephony.lines import VOICE, prompts
from tests.telephony.test_tapes import PUBLIC, heard

NOBODY = cast(Account, None)
ORDER = Relay("relay:1", "c1", "sip:office@127.0.0.1", "sip:them@127.0.0.1", "c1.tape", 20.0)


class Channel(FakeChannel):
    def release(self) -> list[bytes]:
        return []


class Leg(FakeLeg):
    refuses = ""

    def dial(self, destination: str, channel: object, listener: object) -> str:
        self.unreachable = self.refuses
        return super().dial(destination, channel, listener)


class Desk:
    """A worker that places one relayed call over stand-ins."""

    def __init__(self, folder: Path, legs: int) -> None:
        self.folder = folder
        self.told: list[Message] = []
        self.at = 0.0
        self.legs: list[Leg] = []
        spoken = prompts("notice", "tone")
        self.equipment = Equipment(
            *("w", self.told.append, folder, spoken, LIMITS),
            new_tape=tapes.recorder(folder, PUBLIC),
            seat_sound=lambda _call, _seat: FakeSound(),
            clock=lambda: self.at,
        )
        self.room = Room(legs)

    def place(self) -> Leg:
        relaying.place(ORDER, NOBODY, self.equipment, self.room)
        return self.legs[0]

    def ring_requester(self) -> Leg:
        """Let the department take up its telephone and hear the notice."""
        self.place().listener.on_answered()
        self._say_all()
        return self.legs[1]

    def talk(self) -> None:
        self.ring_requester().listener.on_answered()
        self.room.tick()
        self._say_all()

    def speak(self, frames: int) -> None:
        """Both sides say something."""
        for leg in self.legs:
            leg.listener.channel.tap.speech = [VOICE] * frames
        for _ in range(frames):
            self.room.tick()

    def pass_time(self, seconds: float) -> None:
        self.at += seconds
        self.room.tick()

    @property
    def ended(self) -> list[str]:
        return [
            type(each).__name__ for each in self.told if isinstance(each, RelayDone | CallEnded)
        ]

    @property
    def outcome(self) -> str:
        (done,) = [each for each in self.told if isinstance(each, RelayDone)]
        return done.outcome

    def _say_all(self) -> None:
        for leg in self.legs:
            leg.listener.channel.source.stop()
        self.room.tick()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    yield from _desk(tmp_path, monkeypatch, legs=4)


@pytest.fixture
def narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A worker that has one leg for outgoing calls."""
    yield from _desk(tmp_path, monkeypatch, legs=2)


def _desk(folder: Path, monkeypatch: pytest.MonkeyPatch, *, legs: int) -> Iterator[Desk]:
    without_pjsua(monkeypatch, Channel)
    made = Desk(folder, legs)

    def new_leg(_account: object) -> Leg:
        made.legs.append(Leg(None, 0))
        return made.legs[-1]

    monkeypatch.setattr(relaying, "CalleeLeg", new_leg)
    yield made
    for leg in made.legs:
        leg.end()
    made.room.conclude()
    assert made.room.active == 0


def test_both_hear_who_rings_before_they_hear_each_other(desk: Desk) -> None:
    office = desk.place()
    assert office.dialled == ORDER.office
    assert len(desk.legs) == 1

    office.listener.on_answered()
    assert office.listener.channel.source.playing
    requester = _after_notice(desk)
    assert requester.dialled == ORDER.requester

    requester.listener.on_answered()
    desk.room.tick()
    assert requester.listener.channel.source.playing
    ends = requester.listener.channel, office.listener.channel
    assert not ends[0].hears | ends[1].hears
    desk._say_all()
    assert (ends[0].hears, ends[1].hears) == ({ends[1]}, {ends[0]})
    assert [type(each) for each in desk.told] == [CallDialled, CallAnswered]


def _after_notice(desk: Desk) -> Leg:
    desk._say_all()
    return desk.legs[1]


@pytest.mark.parametrize("first", [0, 1])
def test_whoever_hangs_up_first_what_both_said_is_kept(desk: Desk, first: int) -> None:
    desk.talk()
    desk.speak(50)
    desk.legs[first].end()
    for _ in range(3):
        desk.room.tick()
    assert desk.outcome == RelayOutcome.TALKED
    assert desk.ended == ["RelayDone", "CallEnded"]
    assert all(leg.gone for leg in desk.legs)
    kept = heard(desk.folder / ORDER.recording)
    assert len(kept) >= 50 * tapes.FRAME_BYTES
    assert kept[: tapes.FRAME_BYTES] == stereo(VOICE, VOICE)


@pytest.mark.parametrize(
    ("status", "rang", "outcome"),
    [
        (486, True, RelayOutcome.BUSY),
        (480, True, RelayOutcome.NO_ANSWER),
        (603, True, RelayOutcome.REJECTED),
        (404, False, RelayOutcome.UNREACHABLE),
    ],
)
def test_a_requester_who_does_not_answer_ends_the_departments_call(
    desk: Desk, status: int, rang: bool, outcome: RelayOutcome
) -> None:
    requester = desk.ring_requester()
    requester.status, requester.rang = status, rang
    requester.end()
    for _ in range(3):
        desk.room.tick()
    assert desk.outcome == outcome
    assert desk.legs[0].gone
    assert not (desk.folder / ORDER.recording).exists()


def test_a_department_that_does_not_answer_rings_nobody(desk: Desk) -> None:
    office = desk.place()
    desk.pass_time(21)
    desk.room.tick()
    assert office.gone
    assert len(desk.legs) == 1
    assert desk.outcome == RelayOutcome.NO_OFFICE


def test_a_department_that_hangs_up_leaves_no_ringing_telephone(desk: Desk) -> None:
    requester = desk.ring_requester()
    desk.legs[0].end()
    desk.room.tick()
    assert requester.gone
    assert desk.outcome == RelayOutcome.GIVEN_UP


def test_a_requester_who_is_rung_too_long_is_left_alone(desk: Desk) -> None:
    requester = desk.ring_requester()
    requester.rang = True
    for second in range(22):
        desk.pass_time(1)
        assert second > 19 or not requester.gone
    desk.room.tick()
    assert desk.outcome == RelayOutcome.NO_ANSWER


def test_a_line_without_sound_does_not_last(desk: Desk) -> None:
    desk.talk()
    desk.pass_time(1)
    desk.legs[0].sounds = False
    desk.pass_time(DEAD_S + 1)
    for _ in range(3):
        desk.room.tick()
    assert all(leg.gone for leg in desk.legs)
    assert desk.outcome == RelayOutcome.TALKED


@pytest.mark.parametrize("address", [ORDER.office, ORDER.requester])
def test_a_telephone_that_can_not_be_rung_is_reported(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(Leg, "refuses", address)
    office = desk.place()
    if not office.gone:
        office.listener.on_answered()
        desk._say_all()
    for _ in range(3):
        desk.room.tick()
    wanted = RelayOutcome.NO_OFFICE if address == ORDER.office else RelayOutcome.UNREACHABLE
    assert desk.outcome == wanted
    assert desk.ended == ["RelayDone", "CallEnded"]


def test_without_a_leg_for_the_requester_the_call_is_our_own_fault(narrow: Desk) -> None:
    narrow.place().listener.on_answered()
    narrow._say_all()
    for _ in range(2):
        narrow.room.tick()
    assert narrow.outcome == RelayOutcome.LOST


def test_a_worker_that_leaves_says_so(desk: Desk) -> None:
    desk.ring_requester()
    desk.room.cut_off()
    for _ in range(3):
        desk.room.conclude()
    assert desk.outcome == RelayOutcome.LOST


def test_a_browser_whose_agent_asked_for_the_call_needs_no_answer_and_can_hang_up(
    desk: Desk,
) -> None:
    order = replace(ORDER, office=f"{BROWSER}7")
    relaying.place(order, NOBODY, desk.equipment, desk.room)
    control = Control(NOBODY, desk.equipment, desk.room)
    desk.room.tick()
    office = desk.room.other(ORDER.call_id)
    assert office
    for _ in range(2):
        office.channel.source.stop()
        desk.room.tick()
    assert [leg.dialled for leg in desk.legs] == [ORDER.requester]
    control.obey(Leave(ORDER.call_id, "seat:7"))
    for _ in range(3):
        desk.room.tick()
    assert desk.legs[0].gone
    assert desk.outcome == RelayOutcome.GIVEN_UP
    assert desk.ended == ["RelayDone", "CallEnded"]


def test_a_full_disk_ends_the_call_that_both_believe_to_be_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.talk()
    session = desk.legs[0].listener._session

    def full(_frames: list[bytes]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(session._tape, "write", full)
    desk.speak(2)
    assert session.stage is Stage.OVER
    assert all(leg.gone for leg in desk.legs)

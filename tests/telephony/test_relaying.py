"""Relayed calls: both are told, both are kept, and whatever fails is reported once."""

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from telephony import relaying, room
from telephony.call import NotSent
from telephony.commands import CallAnswered, CallDialled, CallEnded, Message, Relay, RelayDone
from telephony.conversation import NO_MEDIA_S, Equipment
from telephony.endpoint import Account
from telephony.mixing import add
from telephony.outcomes import RelayOutcome
from telephony.relay import Stage
from telephony.room import Room
from tests.telephony.legs import LIMITS, FakeChannel, FakeLeg
from tests.telephony.lines import FRAME, VOICE, FakeLine, prompts

NOBODY = cast(Account, None)
ORDER = Relay("relay:1", "c1", "sip:office@127.0.0.1", "sip:them@127.0.0.1", "c1.wav", 20.0)


class Line(FakeLine):
    """A line that can be without any sound, as one of a broken network is."""

    dead = False

    def take(self) -> list[bytes]:
        return [] if self.dead else super().take()


class Channel(FakeChannel):
    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.tap = self.source = Line()
        self.joined: object = None

    def join(self, other: object) -> None:
        self.joined = other

    def release(self) -> list[bytes]:
        return []


class Leg(FakeLeg):
    rang = True
    status = 0
    refuses = ""
    dialled = ""

    def dial(self, destination: str, channel: object, listener: object) -> str:
        self.listener, self.channel, self.dialled = listener, channel, destination
        if destination == self.refuses:
            self.gone = True
            raise NotSent("no transport")
        return "abc"

    def end(self) -> None:
        if not self.gone:
            super().end()


class Desk:
    """A worker that places one relayed call over stand-ins."""

    def __init__(self, folder: Path, legs: int) -> None:
        self.folder = folder
        self.told: list[Message] = []
        self.at = 0.0
        self.legs: list[Leg] = []
        spoken = prompts("notice", "tone")
        self.equipment = Equipment(
            "w", self.told.append, folder, spoken, LIMITS, clock=lambda: self.at
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
    monkeypatch.setattr(room, "Channel", Channel)
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
    assert requester.listener.channel.joined is None
    desk._say_all()
    assert requester.listener.channel.joined is office.listener.channel
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
    with wave.open(str(desk.folder / ORDER.recording)) as kept:
        assert kept.getnframes() >= 50 * FRAME
        assert kept.readframes(FRAME) == add(VOICE, VOICE)


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
    desk.speak(1)
    desk.legs[0].listener.channel.tap.dead = True
    desk.pass_time(NO_MEDIA_S + 1)
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

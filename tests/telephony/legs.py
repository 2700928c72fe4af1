"""Legs and channels without pjsua2, which does not fail when it is told to: these do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from telephony import room
from telephony.call import NotSent
from telephony.endpoint import Invitation, Sender
from telephony.pulse import patience_s
from telephony.session import Limits
from tests.telephony.lines import SILENCE, FakeLine

LIMITS = Limits(message_s=60, silence_end_s=4.0)


class FakeChannel:
    """One without a bridge: it knows whom it hears."""

    def __init__(self, *_: object) -> None:
        self.tap = self.source = FakeLine()
        self.begun = 0
        self.live = True
        self.hears: set[object] = set()
        self.changed: Callable[[], None] | None = None

    def begin(self) -> None:
        self.begun += 1

    def open(self, _pull: object, _push: object) -> None:
        self.live = True

    def release(self) -> list[bytes]:
        return [SILENCE]

    def watch(self, changed: Callable[[], None] | None) -> None:
        self.changed = changed

    def hear(self, other: object) -> None:
        self.hears.add(other)

    def hear_no_longer(self, other: object) -> None:
        self.hears.discard(other)

    def become(self, *, live: bool) -> None:
        """Have another medium, or none: what hung on the one before is gone."""
        self.live = live
        self.hears.clear()
        if self.changed:
            self.changed()


class FakeSeatChannel(FakeChannel):
    """A browser's."""


def without_pjsua(patch: pytest.MonkeyPatch, channel: type[FakeChannel] = FakeChannel) -> None:
    """Let rooms be made of stand-ins."""
    patch.setattr(room, "Channel", channel)
    patch.setattr(room, "SeatChannel", FakeSeatChannel)
    patch.setattr(room, "AudioTap", lambda _name: FakeLine())


@dataclass
class FakeSound:
    """An audio door with or without a browser behind it."""

    connected: bool = True
    closed: bool = False

    def pull(self) -> bytes | None:
        return None

    def push(self, frames: list[bytes]) -> None:
        """Nobody listens."""

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeLeg:
    account: object
    pj_id: int
    fails_at: str = ""
    gone: bool = False
    answers: list[int] = field(default_factory=list)
    let_go_of: bool = False
    invitation: Invitation = field(default_factory=Invitation)
    listener: Any = None
    rang: bool = True
    status: int = 0
    sounds: bool = True  # its sound comes
    carried: bool = True  # it has a way to come
    pressed: str = ""
    dialled: str = ""
    unreachable: str = ""  # what can't be dialled
    packets: int = 0
    called: str = "12345"

    def read_invitation(self, _sender: Sender) -> None:
        self._may_fail("read")
        self.invitation = Invitation("13989001234", self.called, "abc", "")

    def attach(self, _channel: object, listener: object) -> None:
        self.listener = listener

    def dial(self, destination: str, _channel: object, listener: object) -> str:
        self.listener, self.dialled = listener, destination
        if destination == self.unreachable:
            self.gone = True
            raise NotSent("no transport")
        return "abc"

    def admit(self) -> None:
        self._may_fail("admit")
        self.answers.append(200)

    def refuse(self, status: int, _contact: str = "") -> None:
        self.answers.append(status)

    def fail(self) -> None:
        self.answers.append(500)
        self.end()

    def poll(self) -> None:
        """Nothing to look for."""

    def sound(self) -> int:
        self.packets += self.sounds
        return self.packets

    def patience_s(self, ever: bool) -> float:
        return patience_s(ever=ever, carried=self.carried)

    def press(self, keys: str) -> None:
        self.pressed += keys

    def end(self) -> None:
        if not self.gone:
            self.gone, self.carried = True, False
            if self.listener:
                self.listener.on_gone()

    def let_go(self) -> None:
        self.let_go_of = True

    def _may_fail(self, step: str) -> None:
        if step == self.fails_at:
            raise RuntimeError(step)

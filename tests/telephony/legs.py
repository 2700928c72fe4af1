"""Legs and channels without pjsua2, which does not fail when it is told to: these do."""

from dataclasses import dataclass, field
from typing import Any

from telephony.endpoint import Invitation
from telephony.session import Limits
from tests.telephony.lines import SILENCE, FakeLine

LIMITS = Limits(message_s=60, silence_end_s=4.0)


class FakeChannel:
    def __init__(self, _number: int) -> None:
        self.tap = self.source = FakeLine()
        self.begun = 0

    def begin(self) -> None:
        self.begun += 1

    def release(self) -> list[bytes]:
        return [SILENCE]


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

    def read_invitation(self, _source: str) -> None:
        self._may_fail("read")
        self.invitation = Invitation("13989001234", "12345", "abc", "")

    def attach(self, _channel: object, listener: object) -> None:
        self.listener = listener

    def admit(self) -> None:
        self._may_fail("admit")
        self.answers.append(200)

    def refuse(self, status: int, _contact: str = "") -> None:
        self.answers.append(status)

    def fail(self) -> None:
        self.answers.append(500)
        self.end()

    def end(self) -> None:
        self.gone = True
        if self.listener:
            self.listener.on_gone()

    def let_go(self) -> None:
        self.let_go_of = True

    def _may_fail(self, step: str) -> None:
        if step == self.fails_at:
            raise RuntimeError(step)

"""A call under way, without SIP: its line, its tape, and whoever is rung for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from telephony.attended import AttendedSession
from telephony.listening import FRAME_S
from telephony.session import Limits
from tests.telephony.lines import VOICE, FakeLine, FakeTape, prompts

PROMPTS = prompts(
    *("notice", "please_wait", "tone", "rate_call", "callback_thanks", "invalid_key", "no_key"),
    *("goodbye", "leave_request", "nothing_heard", "still_there", "busy", "thank_you"),
    *("hold", "queue_next"),
)
NOTICE_S = 1.0  # as long as each prompt
BAND, INFO = "0", "1"


@dataclass
class FakeCompany:
    """One agent, who says one frame a tick once they are let in."""

    rung: bool = False
    answered: bool = False
    joins: int = 0
    held: bool = False

    @property
    def ready(self) -> bool:
        return self.rung and self.answered

    @property
    def knocking(self) -> bool:
        return self.ready

    def admit(self) -> None:
        self.joins += 1
        self.rung = False

    def take(self) -> Mapping[str, list[bytes]]:
        return {"agent": [VOICE]} if self.joins and not self.held else {}


@dataclass
class FullLine(FakeLine):
    """A line that remembers how often something was said on it."""

    said: int = 0
    longest: int = 0  # frames said at once

    def play(self, frames: list[bytes]) -> None:
        super().play(frames)
        self.said += 1
        self.longest = max(self.longest, len(frames))


@dataclass
class Ringing:
    """A call under way."""

    line: FullLine = field(default_factory=FullLine)
    tape: FakeTape = field(default_factory=FakeTape)
    company: FakeCompany = field(default_factory=FakeCompany)
    pressed: list[str] = field(default_factory=list)
    passed: float = 0.0
    answered: bool = True

    def __post_init__(self) -> None:
        limits = Limits(60, silence_end_s=4.0)
        self.session = AttendedSession(
            self.line, self.tape, PROMPTS, limits, self.company, self.pressed.append
        )
        if self.answered:
            self.session.answered()

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / FRAME_S)):
            if self.line.ended:
                return
            self.session.tick()
            self.passed += FRAME_S

    def until_end(self) -> None:
        self.wait(200)
        assert self.line.ended
        self.session.finish([])
        assert self.tape.closed

    def offer(self, *, answered: bool = False) -> None:
        self.company.rung, self.company.answered = True, answered
        self.session.expected()

    def refuse(self) -> None:
        """The agent who is rung does not come."""
        self.company.rung = False

    def part(self, *, waits: bool = False) -> None:
        self.company.joins = 0
        self.session.parted(waits=waits)

    def talk(self, seconds: float = 2.0) -> None:
        """Let the agent answer at once, and both talk after the notice."""
        self.offer(answered=True)
        self.wait(NOTICE_S + 0.1 + seconds)
        assert self.company.joins == 1

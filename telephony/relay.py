"""中转通话: department and requester talk, and neither learns the other's number (domain.md 2.9).

Both hear that the hotline rings and that the call is recorded before they hear each other.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

import structlog

from telephony.listening import FRAME_S
from telephony.mixing import LEFT, Mixer
from telephony.session import Line, Prompts, Tape

# A soft tone so often says to the department that the requester is being rung.
TONE_EVERY_S = 4.0
OFFICE = "office"
"""The department's side of the tape, the right one: the requester's is the left."""

log = structlog.get_logger()


class Other(Protocol):
    """The requester's telephone, as the department's session sees it."""

    @property
    def ready(self) -> bool: ...
    @property
    def playing(self) -> bool: ...
    def play(self, frames: list[bytes]) -> None: ...
    def join(self) -> None: ...
    def take(self) -> list[bytes]: ...


class Stage(Enum):
    """How far a relayed call has come."""

    DIALLED = auto()
    NOTICE = auto()  # the department hears it
    RINGING = auto()  # the requester's telephone
    GREETING = auto()  # the requester hears the same
    TALKING = auto()
    OVER = auto()


class RelaySession:
    """Runs on the department's line; only what both can hear is kept."""

    def __init__(
        self, line: Line, tape: Tape, prompts: Prompts, ring: Callable[[], Other | None]
    ) -> None:
        self._line = line
        self._tape = tape
        self._prompts = prompts
        self._ring = ring
        self._mixer = Mixer()
        self._other: Other | None = None
        self._since_tone_s = 0.0
        self.stage = Stage.DIALLED
        self.talked = False
        self.keys = 0

    @property
    def seconds(self) -> float:
        return self._tape.seconds

    @property
    def outcome(self) -> str:
        return self.stage.name.lower()

    def answered(self) -> None:
        """The department's telephone was taken up."""
        self.stage = Stage.NOTICE
        self._line.play(self._prompts["notice"])

    def digit(self, digit: str, by: str) -> None:
        """Nothing: keys mean nothing here."""

    def tick(self) -> None:
        """Take what came in and go on to what follows."""
        frames = self._line.take()
        match self.stage:
            case Stage.NOTICE if not self._line.playing:
                self._ring_other()
            case Stage.RINGING:
                self._wait(len(frames) * FRAME_S)
            case Stage.GREETING:
                self._greet()
            case Stage.TALKING if self._other:
                self._keep(self._mixer.mix({LEFT: self._other.take(), OFFICE: frames}))

    def other_left(self) -> None:
        """The requester's telephone is gone, answered or not."""
        self._keep(self._mixer.rest())
        self._other = None
        self._hang_up()

    def finish(self, rest: list[bytes]) -> None:
        """The line is gone: keep the last frames and close the tape."""
        if self.stage is Stage.TALKING:
            self._keep([*self._mixer.mix({OFFICE: rest}), *self._mixer.rest()])
        self.stage = Stage.OVER
        try:
            self._tape.close()
        except OSError as error:
            log.error("recording.refused", error=str(error), remedy="free the disk")

    def _ring_other(self) -> None:
        self._other = self._ring()
        if self._other is None:
            self._hang_up()
        else:
            self.stage = Stage.RINGING

    def _wait(self, passed_s: float) -> None:
        self._since_tone_s += passed_s
        if self._other and self._other.ready:
            self._line.stop()
            self._other.play(self._prompts["notice"])
            self.stage = Stage.GREETING
        elif self._since_tone_s >= TONE_EVERY_S:
            self._since_tone_s = 0.0
            self._line.play(self._prompts["tone"])

    def _greet(self) -> None:
        if self._other and not self._other.playing:
            self._other.take()  # what came before they could hear each other
            self._other.join()
            self.talked = True
            self.stage = Stage.TALKING

    def _keep(self, frames: list[bytes]) -> None:
        """Write what both heard; they were told that it is kept: if it can't be, the call ends."""
        try:
            self._tape.write(frames)
        except OSError as error:
            log.error("recording.refused", error=str(error), remedy="free the disk")
            self._hang_up()

    def _hang_up(self) -> None:
        if self.stage is not Stage.OVER:
            self.stage = Stage.OVER
            self._line.end()

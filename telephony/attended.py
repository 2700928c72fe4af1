"""A caller's whole call: they wait, somebody comes and talks, they say how that was.

When nobody comes their message is taken.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Protocol

import structlog

from telephony.greeting import NOTICE, NOTICE_BO, TIBETAN
from telephony.ivr import CALL
from telephony.keypad import BOUNCE_S, Keypad
from telephony.listening import FRAME_S
from telephony.mixing import LEFT, Mixer
from telephony.script import Answer, Happening, Step
from telephony.session import Limits, Line, MessageSession, Prompts, Tape

# A soft tone so often says that the line is not dead.
TONE_EVERY_S = 4.0
# Nobody is being rung, and the switch has said nothing of this caller for so long.
PATIENCE_S = 30.0
_GREETING = (Step.NOTICE, Step.GREETING, Step.EXCUSING)
_WAITING = (Step.RINGING, Step.NOTICE, Step.GREETING, Step.WAITING)
HOLD = "hold"
REQUEST = "leave_request"

log = structlog.get_logger()


class Company(Protocol):
    """Whoever is rung for the caller, or in the call with them."""

    @property
    def held(self) -> bool: ...
    @property
    def rung(self) -> bool: ...
    @property
    def ready(self) -> bool: ...
    @property
    def knocking(self) -> bool: ...
    def admit(self) -> None: ...
    def take(self) -> Mapping[str, list[bytes]]: ...


class AttendedSession(MessageSession):
    """Puts one caller through, and takes their message when nobody comes."""

    def __init__(
        self,
        line: Line,
        tape: Tape,
        prompts: Prompts,
        limits: Limits,
        company: Company,
        pressed: Callable[[str], None],
    ) -> None:
        """`pressed` is told each key of a caller who waits."""
        super().__init__(line, tape, prompts, limits, CALL)
        self._company = company
        self._pressed = pressed
        self._keypad = Keypad()
        self._mixer = Mixer()
        self._announcements: deque[str] = deque()
        self._greets_in_both = NOTICE_BO in prompts
        self._holding = False
        self._unheard_s = 0.0  # since somebody was rung, or the switch said something

    @property
    def waits(self) -> bool:
        """Whether the caller waits for somebody to talk to."""
        return self._state.step in _WAITING

    @property
    def talks(self) -> bool:
        return self._state.step is Step.TALKING

    @property
    def rating(self) -> Answer | None:
        """What the caller expressed of the call; None when nothing was."""
        return self._state.answers.get(Step.RATING)

    @property
    def talked(self) -> bool:
        """Whether the call is, or was at last, somebody's who talks or talked to the caller."""
        return self._state.step in self._state.script.off_tape

    def answered(self) -> None:
        """The caller is on the line; an agent may be rung already."""
        super().answered()
        if self._company.rung:
            self.expected()

    def greet(self, language: str) -> None:
        """Greet in this language alone, which is known to be theirs; else they hear both."""
        both, self._greets_in_both = self._greets_in_both, False
        if both and language == TIBETAN:
            self._prompts = {**self._prompts, NOTICE: self._prompts[NOTICE_BO]}
            if self._state.step in _GREETING:
                self._say(NOTICE)

    def expected(self) -> None:
        """Somebody is being rung, or the switch says that somebody will be."""
        self._unheard_s = 0.0
        self._happen(Happening.OFFERED)

    def announce(self, prompts: tuple[str, ...]) -> None:
        """Say this to a caller who waits, after what is being said; then they wait on."""
        self.expected()
        unknown = [name for name in prompts if name not in self._prompts]
        if unknown:
            log.error("prompt.unknown", prompts=unknown, remedy="add their wavs")
        if self.waits:
            self._announcements.extend(name for name in prompts if name in self._prompts)

    def unattended(self, ask: str = "") -> None:
        """No agent comes; one who is rung may still. `ask` takes the usual request's place."""
        if ask in self._prompts:
            self._prompts = {**self._prompts, REQUEST: self._prompts[ask]}
        if not self._company.rung:
            self._happen(Happening.UNATTENDED)

    def parted(self, *, waits: bool) -> None:
        """Nobody talks to the caller any more; `waits`: somebody else is to come."""
        self._unheard_s = 0.0
        self._holding = False
        self._happen(Happening.HANDED_ON if waits else Happening.PARTED)

    def digit(self, digit: str, by: str) -> None:
        """The caller pressed a key: an answer once they are asked, else a message's end or news."""
        if not self.waits and self._state.step is not Step.RATING:
            super().digit(digit, by)
            return
        self.keys += 1
        asked_s = BOUNCE_S if self.waits else self._waited_s
        if not self._keypad.press(digit, by, asked_s=asked_s):
            return
        if self.waits:
            self._pressed(digit)
        else:
            self._happen(Happening.KEY, digit)

    def _stereo(self, frames: list[bytes]) -> list[bytes]:
        return self._mixer.mix({LEFT: frames, **self._company.take()})

    def _last(self) -> list[bytes]:
        return self._mixer.rest()

    def _hear(self, frames: list[bytes]) -> None:
        passed_s = len(frames) * FRAME_S
        self._keypad.pass_time(passed_s, saying=self._saying)
        if not self.talked:
            super()._hear(frames)
        alone = self._state.step is Step.WAITING and not self._company.rung
        self._unheard_s = self._unheard_s + passed_s if alone else 0.0

    def _played(self) -> None:
        if self._greets_in_both and self._state.step in _GREETING:
            self._greets_in_both = False
            self._say(NOTICE_BO)
        else:
            super()._played()

    def _notice(self) -> None:
        match self._state.step:
            case Step.WAITING:
                self._wait()
            case Step.TALKING:
                self._talk()
            case Step.RATING:
                if self._keypad.slow:
                    self._happen(Happening.STAYED_SILENT)
            case _:
                super()._notice()

    def _wait(self) -> None:
        if self._company.ready:
            self._happen(Happening.JOINED)
        elif self._unheard_s >= PATIENCE_S:
            self._happen(Happening.UNATTENDED)
        elif self._saying:
            return
        elif self._announcements:
            self._say(*self._announcements)
            self._announcements.clear()
        elif self._waited_s >= TONE_EVERY_S:
            self._happen(Happening.STAYED_SILENT)

    def _talk(self) -> None:
        if self._company.knocking:
            self._company.admit()
        if self._holding and not self._company.held:
            self._holding = False
            self._be_quiet()
        elif self._company.held and not self._holding:
            self._holding = True
            self._say(HOLD)
        elif self._holding and not self._saying and self._waited_s >= TONE_EVERY_S:
            self._say("tone")

    def _join(self) -> None:
        self._announcements.clear()
        self._company.admit()

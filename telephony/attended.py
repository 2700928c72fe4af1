"""A caller's whole call: an agent if one comes, and how that was; else their message."""

from typing import Protocol

from telephony.ivr import CALL
from telephony.keypad import Keypad
from telephony.listening import FRAME_S
from telephony.mixing import Mixer
from telephony.script import Answer, Happening, Step
from telephony.session import Limits, Line, MessageSession, Prompts, Tape

# A soft tone so often says that the line is not dead.
TONE_EVERY_S = 4.0
# Nobody is being rung any more, and the switch says nothing: it is away.
PATIENCE_S = 5.0
_MAY_BE_OFFERED = (Step.RINGING, Step.NOTICE, Step.GREETING, Step.WAITING)


class Agent(Protocol):
    """The desk phone that is rung for the caller, or on which they talk."""

    @property
    def ready(self) -> bool: ...
    def join(self) -> None: ...
    def take(self) -> list[bytes]: ...


class AttendedSession(MessageSession):
    """Puts one caller through, and takes their message when nobody answers."""

    def __init__(self, line: Line, tape: Tape, prompts: Prompts, limits: Limits) -> None:
        super().__init__(line, tape, prompts, limits, CALL)
        self._agent: Agent | None = None
        self._keypad = Keypad()
        self._mixer = Mixer()
        self._alone_s = 0.0  # since nobody is rung for a caller who waits

    @property
    def may_be_offered(self) -> bool:
        """Whether an agent's telephone may be rung for this caller now."""
        return self._agent is None and self._state.step in _MAY_BE_OFFERED

    @property
    def rating(self) -> Answer | None:
        """What the caller expressed of the call; None when nothing was."""
        return self._state.answers.get(Step.RATING)

    @property
    def talked(self) -> bool:
        """Whether the call is, or was, an agent's."""
        return self._state.step in self._state.script.off_tape

    def answered(self) -> None:
        """The caller is on the line; an agent's telephone may be ringing already."""
        super().answered()
        if self._agent:
            self._happen(Happening.OFFERED)

    def offered(self, agent: Agent) -> None:
        """An agent's telephone is being rung."""
        self._agent = agent
        self._alone_s = 0.0
        self._happen(Happening.OFFERED)

    def unattended(self) -> None:
        """No agent comes; one whose telephone rings may still."""
        if self._agent is None:
            self._happen(Happening.UNATTENDED)

    def agent_left(self) -> None:
        """The agent's telephone is gone, answered or not."""
        super()._keep(self._mixer.rest())
        self._agent = None
        self._happen(Happening.PARTED)

    def digit(self, digit: str, by: str) -> None:
        """The caller pressed a key: an answer once they are asked, else the end of a message."""
        if self._state.step is not Step.RATING:
            super().digit(digit, by)
            return
        self.keys += 1
        if self._keypad.press(digit, by, asked_s=self._waited_s):
            self._happen(Happening.KEY, digit)

    def finish(self, rest: list[bytes]) -> None:
        """The line is gone: keep the last frames of both and close the tape."""
        super().finish([*self._both(rest), *self._mixer.rest()])

    def _keep(self, frames: list[bytes]) -> None:
        super()._keep(self._both(frames))

    def _both(self, frames: list[bytes]) -> list[bytes]:
        if self._agent is None or self._state.step is not Step.TALKING:
            return frames
        return self._mixer.mix(frames, self._agent.take())

    def _hear(self, frames: list[bytes]) -> None:
        if self.talked:
            self._keypad.pass_time(len(frames) * FRAME_S, saying=self._saying)
            return
        super()._hear(frames)
        alone = self._agent is None and self._state.step is Step.WAITING
        self._alone_s = self._alone_s + len(frames) * FRAME_S if alone else 0.0

    def _notice(self) -> None:
        if self._state.step is Step.WAITING:
            self._wait()
        elif self._state.step is not Step.RATING:
            super()._notice()
        elif self._keypad.slow:
            self._happen(Happening.STAYED_SILENT)

    def _wait(self) -> None:
        if self._agent and self._agent.ready:
            self._happen(Happening.JOINED)
        elif self._alone_s >= PATIENCE_S:
            self._happen(Happening.UNATTENDED)
        elif not self._saying and self._waited_s >= TONE_EVERY_S:
            self._happen(Happening.STAYED_SILENT)

    def _join(self) -> None:
        if self._agent:
            self._agent.take()  # what came before they could hear each other
            self._agent.join()

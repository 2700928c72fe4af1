"""A call without an agent: the script drives the line, the line's happenings drive the script.

Time is counted in the other side's own 20 ms frames, so nothing here reads a clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from telephony.ivr import MESSAGE
from telephony.listening import FRAME_S, Ear, loudness
from telephony.mixing import stereo
from telephony.script import (
    Act,
    HangUp,
    Happening,
    Join,
    Listen,
    Play,
    Script,
    State,
    Step,
    advance,
)

# Speech this long into a prompt is meant for us; a cough or an echo is shorter.
INTERRUPTION_S = 1.0
# How long a caller may think before their first word.
FIRST_WORD_S = 8.0
_PROMPT_STEPS = (Step.NOTICE, Step.ASKING, Step.ASKING_AGAIN)
_LISTENING_STEPS = (Step.LISTENING, Step.LISTENING_AGAIN)

Prompts = Mapping[str, list[bytes]]

log = structlog.get_logger()


class Line(Protocol):
    """What a session does to a call."""

    @property
    def playing(self) -> bool: ...
    def play(self, frames: list[bytes]) -> None: ...
    def stop(self) -> None: ...
    def take(self) -> list[bytes]: ...
    def end(self) -> None: ...


class Tape(Protocol):
    """Where a call is kept: stereo frames, the caller left, whoever talks to them right."""

    @property
    def seconds(self) -> float: ...
    def write(self, frames: list[bytes]) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Limits:
    """Spans in seconds."""

    message_s: float
    silence_end_s: float


class Session:
    """Runs a script on a line; `outcome` says how it ends if it ends now."""

    def __init__(self, script: Script, line: Line, tape: Tape, prompts: Prompts) -> None:
        self._line = line
        self._tape = tape
        self._prompts = prompts
        self._state = State(script)
        self._saying = False
        self._waited_s = 0.0  # since the last prompt began, or since listening began
        self.keys = 0

    @property
    def seconds(self) -> float:
        return self._tape.seconds

    @property
    def outcome(self) -> str:
        return self._state.outcome

    def answered(self) -> None:
        """The other side is on the line."""
        self._happen(Happening.ANSWERED)

    def tick(self) -> None:
        """Take what came in since the last tick and let the script react."""
        frames = self._line.take()
        self._keep(frames)
        self._waited_s += len(frames) * FRAME_S
        self._hear(frames)
        if self._saying and not self._line.playing:
            self._saying = False
            self._played()
        else:
            self._notice()

    def finish(self, rest: list[bytes]) -> None:
        """The line is gone: keep the last frames and close the tape; nothing is said any more."""
        try:
            if self._state.recorded:
                self._tape.write([*self._stereo(rest), *self._last()])
        except OSError as error:
            self._not_kept(error)
        try:
            self._tape.close()
        except OSError as error:
            self._not_kept(error)

    def _not_kept(self, error: OSError) -> None:
        log.error("recording.refused", error=str(error), remedy="free the disk")
        self._state, _ = advance(self._state, Happening.NOT_RECORDED)

    def _hear(self, frames: list[bytes]) -> None:
        """Make of the frames what this kind of call needs."""

    def _played(self) -> None:
        """What was being said has been heard to its end."""
        self._happen(Happening.PLAYED)

    def _notice(self) -> None:
        """Tell the script what is to be noticed now."""

    def _keep(self, frames: list[bytes]) -> None:
        kept = self._stereo(frames)
        if not self._state.recorded:
            return
        try:
            self._tape.write(kept)
        except OSError as error:
            log.error("recording.refused", error=str(error), remedy="free the disk")
            self._happen(Happening.NOT_RECORDED)

    def _stereo(self, frames: list[bytes]) -> list[bytes]:
        """Return what goes on the tape: nobody but the other side says anything here."""
        return [stereo(frame) for frame in frames]

    def _last(self) -> list[bytes]:
        """Return what is still to go on the tape when the line is gone."""
        return []

    def _happen(self, happening: Happening, key: str = "") -> None:
        self._state, act = advance(self._state, happening, key)
        if act:
            self._do(act)

    def _do(self, act: Act) -> None:
        match act:
            case Play(prompts):
                self._say(*prompts)
            case Listen():
                self._be_quiet()
            case Join():
                self._be_quiet()
                self._join()
            case HangUp():
                self._line.end()

    def _say(self, *prompts: str) -> None:
        self._line.play([frame for name in prompts for frame in self._prompts[name]])
        self._saying = True
        self._begin_to_wait()

    def _be_quiet(self) -> None:
        self._line.stop()
        self._saying = False
        self._begin_to_wait()

    def _join(self) -> None:
        """Let the other side and an agent hear each other, where there is one."""

    def _begin_to_wait(self) -> None:
        self._waited_s = 0.0


class MessageSession(Session):
    """Takes one caller's message."""

    def __init__(
        self,
        line: Line,
        tape: Tape,
        prompts: Prompts,
        limits: Limits,
        script: Script = MESSAGE,
    ) -> None:
        super().__init__(script, line, tape, prompts)
        self._limits = limits
        self._ear = Ear()
        self._message_s = 0.0  # since the caller was first listened to

    def digit(self, digit: str, _by: str) -> None:
        """The caller pressed a key; only `#` means something here."""
        self.keys += 1
        self._happen(Happening.END_KEY if digit == "#" else Happening.KEY)

    def _hear(self, frames: list[bytes]) -> None:
        for frame in frames:
            self._ear.hear(loudness(frame))
        if self._state.step in (*_LISTENING_STEPS, Step.ASKING_AGAIN):
            self._message_s += len(frames) * FRAME_S

    def _notice(self) -> None:
        if self._state.step in _PROMPT_STEPS and self._ear.speaking_s >= INTERRUPTION_S:
            self._happen(Happening.SPEAKING)
        elif self._state.step in _LISTENING_STEPS:
            self._listen()

    def _listen(self) -> None:
        spoke = self._ear.spoken_s > 0
        if spoke and not self._state.heard:
            self._happen(Happening.SPEAKING)
        if self._message_s >= self._limits.message_s:
            self._happen(Happening.FULL)
        elif spoke and self._ear.silent_s >= self._limits.silence_end_s:
            self._happen(Happening.FELL_SILENT)
        elif not spoke and self._waited_s >= FIRST_WORD_S:
            self._happen(Happening.STAYED_SILENT)

    def _begin_to_wait(self) -> None:
        super()._begin_to_wait()
        self._ear.start()

"""A leg, its channel, its session and its tape, tied together from the first ring to the end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from hotline.core.clock import now
from telephony import commands
from telephony.call import Leg
from telephony.channels import Channel, SeatChannel
from telephony.commands import Message
from telephony.pulse import Pulse
from telephony.seat_leg import SeatLeg, SeatSound
from telephony.session import Limits, Prompts, Tape

# What the prompts and the second thoughts of a call may take beside its longest message; a call
# that is still there after that is nobody's.
OVERTIME_S = 300.0
# Two people may talk for long; whoever is on a line after that has forgotten to hang up.
LONGEST_TALK_S = 4 * 3600.0


NewTape = Callable[[str], Tape]


@dataclass(frozen=True)
class Equipment:
    """What every conversation of a worker uses.

    `new_tape` begins the tape of a path below the recordings folder, or raises OSError;
    `seat_sound` opens the audio door for a call and a seat; `away_s` is how long the switch has
    been away.
    """

    worker: str
    report: Callable[[Message], None]
    recordings_dir: Path
    prompts: Prompts
    limits: Limits
    new_tape: NewTape
    seat_sound: Callable[[str, int], SeatSound]
    away_s: Callable[[], float] = lambda: 0.0
    clock: Callable[[], float] = time.monotonic


class Running(Protocol):
    """What a conversation asks of its session."""

    keys: int

    @property
    def seconds(self) -> float: ...
    @property
    def outcome(self) -> str: ...
    def answered(self) -> None: ...
    def digit(self, digit: str, by: str) -> None: ...
    def tick(self) -> None: ...
    def finish(self, rest: list[bytes]) -> None: ...


class Conversation:
    """The session's line and the leg's listener at once."""

    incoming: ClassVar[bool]

    # Why the call ended when neither the script nor the other side ended it.
    CUT_OFF: ClassVar[str] = "worker_stopped"
    NO_MEDIA: ClassVar[str] = "no_media"
    TOO_LONG: ClassVar[str] = "too_long"
    FAILED: ClassVar[str] = "failed"

    def __init__(
        self,
        equipment: Equipment,
        call_id: str,
        leg: Leg | SeatLeg,
        channel: Channel | SeatChannel,
    ) -> None:
        self.id = call_id
        self.leg = leg
        self.channel = channel
        self.over = False
        self._equipment = equipment
        self._why = ""
        self._failed = False
        self._answered_at: float | None = None
        self._counts_from = 0.0  # the longest that it may last
        self._pulse = Pulse(equipment.clock())
        self._session: Running

    @property
    def playing(self) -> bool:
        return self.channel.source.playing

    def play(self, frames: list[bytes]) -> None:
        self.channel.source.play(frames)

    def stop(self) -> None:
        self.channel.source.stop()

    def take(self) -> list[bytes]:
        frames: list[bytes] = self.channel.tap.take()
        return frames

    def end(self) -> None:
        self.leg.end()

    def hang_up(self) -> None:
        """End the call because somebody says so."""
        self.leg.end()

    def cut_off(self) -> None:
        """End the call because the worker leaves."""
        self._give_up(self.CUT_OFF)

    def tick(self) -> None:
        """Let the session take what came in."""
        self.leg.poll()
        if self.over or self._failed or self._answered_at is None:
            return
        self._session.tick()
        moment = self._equipment.clock()
        if self._pulse.lost(self.leg, moment):
            self._give_up(self.NO_MEDIA)
        elif moment - self._counts_from > self._longest_s:
            self._give_up(self.TOO_LONG)

    def on_answered(self) -> None:
        if self._answered_at is None:
            self._answered_at = self._counts_from = self._equipment.clock()
            self._pulse.start(self._answered_at)
            self._equipment.report(commands.CallAnswered(self.id, now().isoformat()))
            self._session.answered()

    def on_digit(self, digit: str, by: str) -> None:
        self._session.digit(digit, by)

    def on_gone(self) -> None:
        self.over = True

    def conclude(self) -> None:
        """Close the tape and report the end, even if the tape could not be closed."""
        try:
            self._close_tape()
        finally:
            self._report_end()

    def fail(self) -> None:
        """Let nothing more happen: this call is our own fault's, and about to be ended."""
        self._failed = True
        self._why = self._why or self.FAILED

    @property
    def _longest_s(self) -> float:
        return self._equipment.limits.message_s + OVERTIME_S

    def _report_end(self) -> None:
        self._equipment.report(
            commands.CallEnded(
                call_id=self.id,
                reason=self.reason,
                seconds=self._session.seconds,
                keys=self._session.keys,
                at=now().isoformat(),
            )
        )

    @property
    def reason(self) -> str:
        """Why the call ended."""
        return self._why or self._session.outcome

    def _close_tape(self) -> None:
        rest = self.channel.release()
        self._session.finish([] if self._answered_at is None else rest)

    def _give_up(self, why: str) -> None:
        if not self.over:
            self._why = self._why or why
            self.leg.end()

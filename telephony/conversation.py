"""A leg, its channel, its session and its tape, tied together from the first ring to the end."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from hotline.core.clock import now
from telephony import commands
from telephony.attended import Agent, AttendedSession
from telephony.call import CallerLeg, Leg
from telephony.commands import Message, recording_path
from telephony.media import Channel, Recorder
from telephony.session import Limits, Prompts

# A line that carries no audio has no frames to count time by; this ends it.
NO_MEDIA_S = 20.0
# What the prompts and the second thoughts of a call may take beside its longest message; a call
# that is still there after that is nobody's.
OVERTIME_S = 300.0
# Two people may talk for long; whoever is on a line after that has forgotten to hang up.
LONGEST_TALK_S = 4 * 3600.0


@dataclass(frozen=True)
class Equipment:
    """What every conversation of a worker uses."""

    worker: str
    report: Callable[[Message], None]
    recordings_dir: Path
    prompts: Prompts
    limits: Limits
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


class Desk(Agent, Protocol):
    """What a caller asks of the desk phone beside being an agent's."""

    def withdraw(self) -> None: ...


class Conversation:
    """The session's line and the leg's listener at once."""

    incoming: ClassVar[bool]

    # Why the call ended when neither the script nor the other side ended it.
    CUT_OFF: ClassVar[str] = "worker_stopped"
    NO_MEDIA: ClassVar[str] = "no_media"
    TOO_LONG: ClassVar[str] = "too_long"
    FAILED: ClassVar[str] = "failed"

    def __init__(self, equipment: Equipment, call_id: str, leg: Leg, channel: Channel) -> None:
        self.id = call_id
        self.leg = leg
        self.channel = channel
        self.over = False
        self._equipment = equipment
        self._why = ""
        self._failed = False
        self._answered_at: float | None = None
        self._heard_at = equipment.clock()
        self._session: Running

    @property
    def playing(self) -> bool:
        return self.channel.source.playing

    def play(self, frames: list[bytes]) -> None:
        self.channel.source.play(frames)

    def stop(self) -> None:
        self.channel.source.stop()

    def take(self) -> list[bytes]:
        frames = self.channel.tap.take()
        if frames:
            self._heard_at = self._equipment.clock()
        return frames

    def end(self) -> None:
        self.leg.end()

    def cut_off(self) -> None:
        """End the call because the worker leaves."""
        self._give_up(self.CUT_OFF)

    def tick(self) -> None:
        """Let the session take what came in."""
        if self._failed or self._answered_at is None:
            return
        self._session.tick()
        moment = self._equipment.clock()
        if moment - self._heard_at > NO_MEDIA_S:
            self._give_up(self.NO_MEDIA)
        elif moment - self._answered_at > self._longest_s:
            self._give_up(self.TOO_LONG)

    def on_answered(self) -> None:
        if self._answered_at is None:
            self._answered_at = self._heard_at = self._equipment.clock()
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
        self._why = self._why or why
        self.leg.end()


class Caller(Conversation):
    """Somebody who rang us, and talks to an agent or leaves a message."""

    incoming = True

    def __init__(self, equipment: Equipment, leg: CallerLeg, channel: Channel) -> None:
        """Raise OSError when the recording can't be begun."""
        call_id = uuid.uuid4()
        super().__init__(equipment, str(call_id), leg, channel)
        self._invitation = leg.invitation
        self._recording = recording_path(call_id, now())
        tape = Recorder(equipment.recordings_dir / self._recording)
        self._session: AttendedSession = AttendedSession(
            self, tape, equipment.prompts, equipment.limits
        )
        self._desk: Desk | None = None
        self._rated = False

    def arrived(self) -> None:
        """Report the call to the switch."""
        self._equipment.report(
            commands.CallArrived(
                call_id=self.id,
                worker=self._equipment.worker,
                caller=self._invitation.caller,
                called=self._invitation.called,
                sip_call_id=self._invitation.sip_call_id,
                recording=self._recording,
                at=now().isoformat(),
                contact=self._invitation.contact,
            )
        )

    @property
    def may_be_offered(self) -> bool:
        """Whether an agent's telephone may be rung for this caller now."""
        return not self.over and self._session.may_be_offered

    def offered(self, desk: Desk) -> None:
        """An agent's telephone is being rung for this caller."""
        self._desk = desk
        self._session.offered(desk)

    def unattended(self) -> None:
        """No agent comes: take the message."""
        if not self.over:
            self._session.unattended()

    def other_left(self) -> None:
        """The agent's telephone is gone, answered or not."""
        self._desk = None
        if not self.over:
            self._session.agent_left()

    def tick(self) -> None:
        """Let the session go on, and report a rating as soon as it is expressed."""
        super().tick()
        self._report_rating()

    def conclude(self) -> None:
        """End the agent's leg, report a rating, then the end."""
        if self._desk:
            self._desk.withdraw()
        self._report_rating()
        super().conclude()

    @property
    def _longest_s(self) -> float:
        return LONGEST_TALK_S if self._session.talked else super()._longest_s

    def _report_rating(self) -> None:
        if self._session.rating is not None and not self._rated:
            self._rated = True
            rating = int(self._session.rating)
            self._equipment.report(commands.CallRated(self.id, rating, now().isoformat()))

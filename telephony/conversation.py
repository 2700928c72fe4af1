"""A leg, its channel, its session and its tape, tied together from the first ring to the end."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from hotline.core.clock import now
from telephony import commands
from telephony.call import CalleeLeg, CallerLeg, Leg
from telephony.commands import Dial, Message, recording_path
from telephony.media import Channel, Recorder
from telephony.outcomes import SurveyOutcome, unanswered
from telephony.session import Limits, MessageSession, Prompts
from telephony.survey import SurveySession

# A line that carries no audio has no frames to count time by; this ends it.
NO_MEDIA_S = 20.0
# What the prompts and the second thoughts of a call may take beside its longest message; a call
# that is still there after that is nobody's.
OVERTIME_S = 300.0


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


class Conversation:
    """The session's line and the leg's listener at once."""

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
        elif moment - self._answered_at > self._equipment.limits.message_s + OVERTIME_S:
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
    """Somebody who rang us and leaves a message."""

    def __init__(self, equipment: Equipment, leg: CallerLeg, channel: Channel) -> None:
        """Raise OSError when the recording can't be begun."""
        call_id = uuid.uuid4()
        super().__init__(equipment, str(call_id), leg, channel)
        self._invitation = leg.invitation
        self._recording = recording_path(call_id, now())
        tape = Recorder(equipment.recordings_dir / self._recording)
        self._session = MessageSession(self, tape, equipment.prompts, equipment.limits)

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


class Callee(Conversation):
    """Somebody whom we ring, to ask how their request was handled."""

    CUT_OFF = SurveyOutcome.LOST
    NO_MEDIA = TOO_LONG = SurveyOutcome.NO_KEY
    FAILED = SurveyOutcome.LOST

    def __init__(self, equipment: Equipment, leg: CalleeLeg, channel: Channel, order: Dial) -> None:
        """Raise OSError when the recording can't be begun."""
        super().__init__(equipment, order.call_id, leg, channel)
        self._order = order
        self._tape = Recorder(equipment.recordings_dir / order.recording)
        self._session: SurveySession = SurveySession(self, self._tape, equipment.prompts)
        self._dialled_at = equipment.clock()

    def dialled(self, sip_call_id: str) -> None:
        """Report that the call is on its way."""
        self._equipment.report(commands.CallDialled(self.id, sip_call_id, now().isoformat()))

    def tick(self) -> None:
        """Drop what comes before the answer (an exchange's own tones); don't ring for ever."""
        super().tick()
        if self._answered_at is None:
            self.channel.tap.take()
            if self._equipment.clock() - self._dialled_at > self._order.ring_s:
                rang = self.leg.rang
                self._give_up(SurveyOutcome.NO_ANSWER if rang else SurveyOutcome.UNREACHABLE)

    def on_answered(self) -> None:
        if self._why:
            self.leg.end()  # answered while it was being cancelled
        else:
            super().on_answered()

    def conclude(self) -> None:
        """Report the answers, then the end."""
        self._equipment.report(
            commands.SurveyDone(
                errand=self._order.errand,
                call_id=self.id,
                outcome=self.reason,
                contacted=self._session.contacted,
                solved=self._session.solved,
                rating=self._session.rating,
                at=now().isoformat(),
            )
        )
        super().conclude()

    def _close_tape(self) -> None:
        super()._close_tape()
        if not self._session.seconds:
            (self._equipment.recordings_dir / self._order.recording).unlink(missing_ok=True)

    @property
    def reason(self) -> str:
        """How the callback went; what was expressed counts more than why the call ended."""
        if self._answered_at is None:
            return self._why or unanswered(self.leg.status, rang=self.leg.rang)
        said = self._session.outcome
        return self._why if self._why and said == SurveyOutcome.HUNG_UP else said

"""Whoever is rung for somebody who is on the line already: an agent, an expert, a requester."""

from typing import Any, Protocol

from telephony.conversation import Equipment
from telephony.outcomes import AgentOutcome, unanswered
from telephony.pulse import Pulse, Sounding


class RungLeg(Sounding, Protocol):
    """A telephone's leg (`telephony.call`) or a browser's (`telephony.seat_leg`)."""

    gone: bool
    rang: bool
    status: int

    def dial(self, destination: str, channel: Any, listener: Any, /) -> str: ...
    def poll(self) -> None: ...
    def end(self) -> None: ...
    def press(self, key: str) -> None: ...
    def let_go(self) -> None: ...


class Partner(Protocol):
    """Whoever waits for the telephone to be answered."""

    def other_left(self, other: Any) -> None: ...


class Rung:
    """The leg's listener, and the other side as the partner's session sees one."""

    incoming = False

    def __init__(
        self,
        equipment: Equipment,
        call_id: str,
        leg: RungLeg,
        channel: Any,
        partner: Partner,
        ring_s: float,
    ) -> None:
        """`channel` is one of `telephony.channels`, as the leg wants it."""
        self.id = call_id
        self.leg = leg
        self.channel = channel
        self.over = False
        self.ready = False  # they have answered
        self.talked = False
        self._equipment = equipment
        self._partner = partner
        self._ring_s = ring_s
        self._why: AgentOutcome | None = None
        self._dialled_at = equipment.clock()
        self._pulse = Pulse(self._dialled_at)

    def joined(self) -> None:
        """The other side and this one hear each other."""
        self.talked = True

    def take(self) -> list[bytes]:
        """Return what was said here since the last call."""
        frames: list[bytes] = self.channel.tap.take()
        return frames

    def tick(self) -> None:
        """Don't ring for ever, and don't keep a line that has no sound."""
        if self.over:
            return
        self.leg.poll()
        moment = self._equipment.clock()
        if not self.talked:
            self.take()
        if not self.ready:
            if moment - self._dialled_at > self._ring_s:
                rang = self.leg.rang
                self._give_up(AgentOutcome.NO_ANSWER if rang else AgentOutcome.UNREACHABLE)
        elif self._pulse.lost(self.leg, moment):
            self._give_up(AgentOutcome.NO_MEDIA)

    def withdraw(self) -> None:
        """Ring and talk no longer: the partner is gone."""
        self._give_up(AgentOutcome.CALLER_GONE)

    def cut_off(self) -> None:
        """End the call because the worker leaves."""
        self._give_up(AgentOutcome.LOST)

    def fail(self) -> None:
        """Take note that this call is our own fault's, and about to be ended."""
        self._why = self._why or AgentOutcome.LOST

    def on_answered(self) -> None:
        if self._why:
            self.leg.end()  # answered while it was being cancelled
        elif not self.ready:
            self.ready = True
            self._pulse.start(self._equipment.clock())

    def on_digit(self, digit: str, by: str) -> None:
        """Nothing: keys mean nothing here yet."""

    def on_gone(self) -> None:
        self.over = True

    def conclude(self) -> None:
        """Leave the partner to their script, and give the channel back."""
        try:
            self._partner.other_left(self)
        finally:
            self.channel.release()

    @property
    def outcome(self) -> AgentOutcome:
        """Why it is over."""
        if self._why:
            return self._why
        if self.ready:
            return AgentOutcome.HUNG_UP
        return AgentOutcome(unanswered(self.leg.status, rang=self.leg.rang))

    def _give_up(self, why: AgentOutcome) -> None:
        if not self.over:
            self._why = self._why or why
            self.leg.end()

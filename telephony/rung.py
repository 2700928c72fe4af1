"""The telephone that is rung for somebody who is on the line already: an agent's, a requester's."""

from typing import Protocol

from telephony.call import CalleeLeg
from telephony.conversation import NO_MEDIA_S, Equipment
from telephony.media import Channel
from telephony.outcomes import AgentOutcome, unanswered

# A telephone that has sent sound and stops may have put the other side on hold.
HELD_S = 180.0


class Partner(Protocol):
    """Whoever waits for the telephone to be answered."""

    channel: Channel

    def other_left(self) -> None: ...


class Rung:
    """The leg's listener, and the other side as the partner's session sees one."""

    incoming = False

    def __init__(
        self,
        equipment: Equipment,
        call_id: str,
        leg: CalleeLeg,
        channel: Channel,
        partner: Partner,
        ring_s: float,
    ) -> None:
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
        self._heard_at = self._dialled_at
        self._silent_s = NO_MEDIA_S

    def join(self) -> None:
        """Let both hear each other."""
        self.channel.join(self._partner.channel)
        self.talked = True

    def take(self) -> list[bytes]:
        """Return what was said here since the last call."""
        frames = self.channel.tap.take()
        if frames:
            self._heard_at, self._silent_s = self._equipment.clock(), HELD_S
        return frames

    def tick(self) -> None:
        """Don't ring for ever, and don't keep a line that has no sound."""
        moment = self._equipment.clock()
        if not self.talked:
            self.take()
        if not self.ready:
            if moment - self._dialled_at > self._ring_s:
                rang = self.leg.rang
                self._give_up(AgentOutcome.NO_ANSWER if rang else AgentOutcome.UNREACHABLE)
        elif moment - self._heard_at > self._silent_s:
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
            self._heard_at = self._equipment.clock()

    def on_digit(self, digit: str, by: str) -> None:
        """Nothing: keys mean nothing here yet."""

    def on_gone(self) -> None:
        self.over = True

    def conclude(self) -> None:
        """Give the channel back, and leave the partner to their script."""
        self.channel.release()
        self._partner.other_left()

    @property
    def outcome(self) -> AgentOutcome:
        """Why it is over."""
        if self._why:
            return self._why
        if self.ready:
            return AgentOutcome.HUNG_UP
        return AgentOutcome(unanswered(self.leg.status, rang=self.leg.rang))

    def _give_up(self, why: AgentOutcome) -> None:
        self._why = self._why or why
        self.leg.end()

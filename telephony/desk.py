"""坐席话机: the desk phone that is rung for one caller, and on which they talk."""

import structlog

from hotline.core.clock import now
from telephony import commands
from telephony.call import CalleeLeg
from telephony.commands import Offer
from telephony.conversation import NO_MEDIA_S, Caller, Equipment
from telephony.media import Channel
from telephony.outcomes import AgentOutcome, unanswered

# A telephone that has sent sound and stops may have put the caller on hold.
HELD_S = 180.0

log = structlog.get_logger()


class DeskPhone:
    """The leg's listener, and the agent as the caller's session sees one."""

    incoming = False

    def __init__(
        self, equipment: Equipment, leg: CalleeLeg, channel: Channel, offer: Offer, caller: Caller
    ) -> None:
        self.id = offer.call_id
        self.leg = leg
        self.channel = channel
        self.over = False
        self.ready = False  # the agent has answered
        self._equipment = equipment
        self._offer = offer
        self._caller = caller
        self._talked = False
        self._why: AgentOutcome | None = None
        self._dialled_at = equipment.clock()
        self._heard_at = self._dialled_at
        self._silent_s = NO_MEDIA_S

    def join(self) -> None:
        """Let agent and caller hear each other."""
        self.channel.join(self._caller.channel)
        self._talked = True
        self._equipment.report(commands.AgentJoined(self.id, self._offer.seat, now().isoformat()))

    def take(self) -> list[bytes]:
        """Return what the agent said since the last call."""
        frames = self.channel.tap.take()
        if frames:
            self._heard_at, self._silent_s = self._equipment.clock(), HELD_S
        return frames

    def tick(self) -> None:
        """Don't ring for ever, and don't keep a line that has no sound."""
        moment = self._equipment.clock()
        if not self._talked:
            self.take()
        if not self.ready:
            if moment - self._dialled_at > self._offer.ring_s:
                rang = self.leg.rang
                self._give_up(AgentOutcome.NO_ANSWER if rang else AgentOutcome.UNREACHABLE)
        elif moment - self._heard_at > self._silent_s:
            self._give_up(AgentOutcome.NO_MEDIA)

    def withdraw(self) -> None:
        """Ring and talk no longer: the caller is gone."""
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
        """Nothing: an agent's keys mean nothing yet."""

    def on_gone(self) -> None:
        self.over = True

    def conclude(self) -> None:
        """Report how it went, and leave the caller to the script."""
        self.channel.release()
        try:
            tell_gone(self._equipment, self._offer, self._outcome, talked=self._talked)
        finally:
            self._caller.agent_left()

    @property
    def _outcome(self) -> AgentOutcome:
        if self._why:
            return self._why
        if self.ready:
            return AgentOutcome.HUNG_UP
        return AgentOutcome(unanswered(self.leg.status, rang=self.leg.rang))

    def _give_up(self, why: AgentOutcome) -> None:
        self._why = self._why or why
        self.leg.end()


def tell_gone(
    equipment: Equipment, offer: Offer, outcome: AgentOutcome, *, talked: bool = False
) -> None:
    """Report that the seat's telephone is free again."""
    log.info("agent.gone", call=offer.call_id[:8], outcome=outcome, talked=talked)
    equipment.report(
        commands.AgentGone(offer.call_id, offer.seat, outcome, talked, now().isoformat())
    )

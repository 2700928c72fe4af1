"""Who is rung for one caller and talks with them: what becomes of it is told to the switch."""

from typing import Any

import structlog

from hotline.core.clock import now
from telephony import commands
from telephony.conversation import Equipment
from telephony.orders import Invite, Offer, seat_party
from telephony.outcomes import AgentOutcome
from telephony.rung import Partner, Rung, RungLeg
from telephony.wiring import Listening, Part

log = structlog.get_logger()


class Guest(Rung):
    """A companion of one caller's (`telephony.company`)."""

    name: str
    part: Part
    listening = Listening.MONITOR  # of a supervisor only
    apart = False

    def leave(self) -> None:
        """Ring and talk no longer, while the others go on."""
        self._give_up(AgentOutcome.HUNG_UP if self.talked else AgentOutcome.CALLER_GONE)

    def joined(self) -> None:
        super().joined()
        self._tell_joined()

    def conclude(self) -> None:
        """Report how it went, and leave the caller to the others or to the script."""
        try:
            self._tell_gone()
        finally:
            super().conclude()

    def _tell_joined(self) -> None:
        raise NotImplementedError

    def _tell_gone(self) -> None:
        raise NotImplementedError


class Agent(Guest):
    """坐席: at a desk phone or at a browser."""

    part = Part.AGENT

    def __init__(
        self, equipment: Equipment, leg: RungLeg, channel: Any, offer: Offer, caller: Partner
    ) -> None:
        super().__init__(equipment, offer.call_id, leg, channel, caller, offer.ring_s)
        self.name = seat_party(offer.seat)
        self._offer = offer

    def _tell_joined(self) -> None:
        self._equipment.report(commands.AgentJoined(self.id, self._offer.seat, now().isoformat()))

    def _tell_gone(self) -> None:
        tell_gone(self._equipment, self._offer, self.outcome, talked=self.talked)


class Invited(Guest):
    """Whom an agent fetches, or a supervisor."""

    def __init__(
        self, equipment: Equipment, leg: RungLeg, channel: Any, invite: Invite, caller: Partner
    ) -> None:
        """Raise ValueError for a part or a way of listening that there is not."""
        super().__init__(equipment, invite.call_id, leg, channel, caller, invite.ring_s)
        self.name = invite.party
        self.part = Part(invite.part)
        self.listening = Listening(invite.listening or Listening.MONITOR)
        self.apart = invite.apart
        self._invite = invite

    def _tell_joined(self) -> None:
        self._equipment.report(commands.PartyJoined(self.id, self.name, now().isoformat()))

    def _tell_gone(self) -> None:
        tell_not_there(self._equipment, self._invite, self.outcome, talked=self.talked)


def tell_gone(
    equipment: Equipment, offer: Offer, outcome: AgentOutcome, *, talked: bool = False
) -> None:
    """Report that the seat is free again."""
    log.info("agent.gone", call=offer.call_id[:8], outcome=outcome, talked=talked)
    equipment.report(
        commands.AgentGone(offer.call_id, offer.seat, outcome, talked, now().isoformat())
    )


def tell_not_there(
    equipment: Equipment, invite: Invite, outcome: AgentOutcome, *, talked: bool = False
) -> None:
    """Report that a party is not in the call any more, or never was."""
    log.info("party.gone", call=invite.call_id[:8], outcome=outcome, talked=talked)
    equipment.report(
        commands.PartyGone(invite.call_id, invite.party, outcome, talked, now().isoformat())
    )

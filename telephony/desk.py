"""坐席话机: the desk phone that is rung for one caller, and on which they talk."""

import structlog

from hotline.core.clock import now
from telephony import commands
from telephony.call import CalleeLeg
from telephony.commands import Offer
from telephony.conversation import Caller, Equipment
from telephony.media import Channel
from telephony.outcomes import AgentOutcome
from telephony.rung import Rung

log = structlog.get_logger()


class DeskPhone(Rung):
    """An agent's telephone: what becomes of it is told to the switch, which keeps the seats."""

    def __init__(
        self, equipment: Equipment, leg: CalleeLeg, channel: Channel, offer: Offer, caller: Caller
    ) -> None:
        super().__init__(equipment, offer.call_id, leg, channel, caller, offer.ring_s)
        self._offer = offer

    def join(self) -> None:
        """Let agent and caller hear each other."""
        super().join()
        self._equipment.report(commands.AgentJoined(self.id, self._offer.seat, now().isoformat()))

    def conclude(self) -> None:
        """Report how it went, and leave the caller to the script."""
        try:
            tell_gone(self._equipment, self._offer, self.outcome, talked=self.talked)
        finally:
            super().conclude()


def tell_gone(
    equipment: Equipment, offer: Offer, outcome: AgentOutcome, *, talked: bool = False
) -> None:
    """Report that the seat's telephone is free again."""
    log.info("agent.gone", call=offer.call_id[:8], outcome=outcome, talked=talked)
    equipment.report(
        commands.AgentGone(offer.call_id, offer.seat, outcome, talked, now().isoformat())
    )

"""Callbacks: what the switch orders is rung, or reported as come to nothing at once."""

import structlog

from hotline.core.clock import now
from telephony import commands
from telephony.call import CalleeLeg, NotSent
from telephony.callee import Callee
from telephony.conversation import Equipment
from telephony.endpoint import Account
from telephony.orders import Dial
from telephony.outcomes import SurveyOutcome
from telephony.room import Room

log = structlog.get_logger()


def place(order: Dial, account: Account, equipment: Equipment, room: Room) -> None:
    """Ring the destination; every order ends with a SurveyDone and a CallEnded."""
    channel = room.channel_for_callee()
    if channel is None:
        _lost(order, equipment, "no_free_leg")
        return
    leg = CalleeLeg(account)
    try:
        callee = Callee(equipment, leg, channel, order)
    except OSError as error:
        log.error("recording.refused", error=str(error), remedy="free the disk")
        _lost(order, equipment, "not_recorded")
        return
    room.enter(callee)
    try:
        callee.dialled(leg.dial(order.destination, channel, callee))
    except NotSent as error:
        # The conversation is concluded in the next round, like every other.
        log.error("call.not_sent", call=order.call_id[:8], error=error.detail)
        callee.on_gone()


def _lost(order: Dial, equipment: Equipment, why: str) -> None:
    at = now().isoformat()
    lost = commands.SurveyDone(
        order.errand, order.call_id, SurveyOutcome.LOST, None, None, None, at
    )
    equipment.report(lost)
    equipment.report(commands.CallEnded(order.call_id, why, 0.0, 0, at))

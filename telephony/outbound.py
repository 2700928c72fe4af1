"""Outgoing calls: what the switch orders is rung, or reported as come to nothing at once."""

import structlog

from hotline.core.clock import now
from telephony import commands
from telephony.call import CalleeLeg, NotSent
from telephony.callee import Callee
from telephony.commands import Dial, Offer
from telephony.conversation import Equipment
from telephony.desk import DeskPhone, tell_gone
from telephony.endpoint import Account
from telephony.outcomes import AgentOutcome, SurveyOutcome
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


def ring(offer: Offer, account: Account, equipment: Equipment, room: Room) -> None:
    """Ring a desk phone for one of our callers; every offer ends with an AgentGone."""
    caller = room.caller(offer.call_id)
    if caller is None or caller.over:
        tell_gone(equipment, offer, AgentOutcome.CALLER_GONE)
    elif not caller.may_be_offered:
        tell_gone(equipment, offer, AgentOutcome.TOO_LATE)
    elif (channel := room.channel_for_callee()) is None:
        tell_gone(equipment, offer, AgentOutcome.NO_FREE_LEG)
    else:
        leg = CalleeLeg(account)
        phone = DeskPhone(equipment, leg, channel, offer, caller)
        room.enter(phone)
        caller.offered(phone)
        try:
            leg.dial(offer.destination, channel, phone)
        except NotSent as error:
            log.error("call.not_sent", call=offer.call_id[:8], error=error.detail)
            phone.on_gone()


def _lost(order: Dial, equipment: Equipment, why: str) -> None:
    at = now().isoformat()
    lost = commands.SurveyDone(
        order.errand, order.call_id, SurveyOutcome.LOST, None, None, None, at
    )
    equipment.report(lost)
    equipment.report(commands.CallEnded(order.call_id, why, 0.0, 0, at))

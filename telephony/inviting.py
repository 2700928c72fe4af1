"""Who is rung for one of our callers: agents, whom they fetch, supervisors; by SIP or a browser."""

from collections.abc import Callable
from typing import Any

import structlog

from telephony.call import CalleeLeg, NotSent
from telephony.caller import Caller
from telephony.company import CALLER
from telephony.conversation import Equipment
from telephony.endpoint import Account
from telephony.guests import Agent, Guest, Invited, tell_gone, tell_not_there
from telephony.orders import Invite, Offer, seat_party
from telephony.outcomes import AgentOutcome
from telephony.room import Room
from telephony.seat_leg import SeatLeg, seat_of
from telephony.wiring import Listening, Part

_FETCHED = (Part.AGENT, Part.EXPERT, Part.SUPERVISOR)

log = structlog.get_logger()


def offer(order: Offer, account: Account, equipment: Equipment, room: Room) -> None:
    """Ring a seat for one of our callers; every offer ends with an AgentGone."""
    caller = room.caller(order.call_id)
    if caller is None or caller.over:
        tell_gone(equipment, order, AgentOutcome.CALLER_GONE)
    elif not caller.may_be_offered or caller.company.guest(seat_party(order.seat)):
        tell_gone(equipment, order, AgentOutcome.TOO_LATE)
    elif (channel := _channel(order.destination, room, room.channel_for_callee)) is None:
        tell_gone(equipment, order, AgentOutcome.NO_FREE_LEG)
    else:
        leg = _leg(order, account, equipment)
        _ring(order, caller, Agent(equipment, leg, channel, order, caller), room)


def invite(order: Invite, account: Account, equipment: Equipment, room: Room) -> None:
    """Ring somebody else for one of our callers; every invitation ends with a PartyGone."""
    caller = room.caller(order.call_id)
    if caller is None or caller.over:
        tell_not_there(equipment, order, AgentOutcome.CALLER_GONE)
    elif not _is_sound(order):
        log.error("invite.unsound", call=order.call_id[:8], remedy="report this as a bug")
        tell_not_there(equipment, order, AgentOutcome.LOST)
    elif not caller.may_be_joined or caller.company.guest(order.party):
        tell_not_there(equipment, order, AgentOutcome.TOO_LATE)
    elif (channel := _channel(order.destination, room, room.channel_for_guest)) is None:
        tell_not_there(equipment, order, AgentOutcome.NO_FREE_LEG)
    else:
        leg = _leg(order, account, equipment)
        _ring(order, caller, Invited(equipment, leg, channel, order, caller), room)


def _is_sound(order: Invite) -> bool:
    """Return whether it is for a guest: the caller is one already, and keeps their name."""
    ways = ("", *Listening)
    return order.party != CALLER and order.part in _FETCHED and order.listening in ways


def _channel(destination: str, room: Room, for_leg: Callable[[], Any]) -> Any:
    """Return a free channel of the kind that the destination wants."""
    return for_leg() if seat_of(destination) is None else room.channel_for_seat()


def _leg(order: Offer | Invite, account: Account, equipment: Equipment) -> CalleeLeg | SeatLeg:
    seat = seat_of(order.destination)
    if seat is None:
        return CalleeLeg(account)
    return SeatLeg(seat, equipment.seat_sound(order.call_id, seat))


def _ring(order: Offer | Invite, caller: Caller, guest: Guest, room: Room) -> None:
    room.enter(guest)
    caller.expect(guest)
    try:
        guest.leg.dial(order.destination, guest.channel, guest)
    except NotSent as error:
        log.error("call.not_sent", call=order.call_id[:8], error=error.detail)
        guest.on_gone()

"""通话控制 in the worker: what the switch orders of a call that runs.

An order for a call or a party that is not here any more is late, not wrong: it is only logged.
"""

from collections.abc import Callable

import structlog

from telephony import inviting, orders
from telephony.caller import Caller
from telephony.commands import Message
from telephony.company import CALLER, Companion
from telephony.conversation import Equipment
from telephony.endpoint import Account
from telephony.guests import Guest
from telephony.room import Room
from telephony.seat_leg import SeatLeg
from telephony.tapes import Recorder
from telephony.wiring import Listening

log = structlog.get_logger()


class Control:
    """Carries out what concerns one caller's call; a fault in one order stays in it."""

    def __init__(self, account: Account, equipment: Equipment, room: Room) -> None:
        self._account = account
        self._equipment = equipment
        self._room = room

    def obey(self, order: Message) -> None:
        """Do as the order says, as far as its call and its party are here."""
        try:
            match order:
                case orders.Offer():
                    inviting.offer(order, self._account, self._equipment, self._room)
                case orders.Invite():
                    inviting.invite(order, self._account, self._equipment, self._room)
                case orders.SealBy(public):
                    self._seal_by(bytes.fromhex(public))
                case orders.UseTrunk():
                    self._account.use_trunk(order)
                case _:
                    self._in_call(order)
        except Exception as error:
            log.exception(
                "order.failed",
                order=type(order).__name__,
                error=type(error).__name__,
                remedy="report this as a bug",
            )

    def _seal_by(self, public: bytes) -> None:
        if isinstance(self._equipment.new_tape, Recorder):
            self._equipment.new_tape.seal_by(public)

    def _in_call(self, order: Message) -> None:
        call_id = getattr(order, "call_id", "")
        caller, placed = self._room.caller(call_id), self._room.other(call_id)
        if caller is None or caller.over:
            # Of a call that an agent placed they can only let go.
            if placed and caller is None and isinstance(order, orders.HangUp | orders.Leave):
                placed.hang_up()
            else:
                log.info("order.no_call", order=type(order).__name__)
            return
        if not _of_the_call(caller, order) and not _of_a_party(caller, order):
            log.info("order.no_party", call=caller.id[:8], order=type(order).__name__)


def _of_the_call(caller: Caller, order: Message) -> bool:
    match order:
        case orders.TakeMessage(_, ask):
            caller.unattended(ask)
        case orders.Greet(_, language):
            caller.greet(language)
        case orders.Announce(_, prompts):
            caller.announce(prompts)
        case orders.Hold(_, on):
            caller.company.hold(on)
        case orders.Meet():
            caller.company.meet()
        case orders.HangUp():
            caller.hang_up()
        case _:
            return False
    return True


def _of_a_party(caller: Caller, order: Message) -> bool:
    """Do it and return True; False: there is no such party."""
    match order:
        case orders.Answer(_, seat):
            return _answer(caller, seat)
        case orders.Mute(_, party, on):
            return caller.company.mute(party, on)
        case orders.Listen(_, party, listening) if listening in tuple(Listening):
            return caller.company.listen(party, Listening(listening))
        case orders.Leave(_, party, waits):
            return _with(caller, party, lambda guest: caller.leave(guest, waits=waits))
        case orders.Press(_, party, keys):
            if party == CALLER:
                caller.leg.press(keys)
                return True
            return _with(caller, party, lambda guest: guest.leg.press(keys))
    return False


def _answer(caller: Caller, seat: int) -> bool:
    for guest in caller.company.guests():
        leg = getattr(guest, "leg", None)
        if isinstance(leg, SeatLeg) and leg.seat == seat:
            leg.answer()
            return True
    return False


def _with(caller: Caller, party: str, act: Callable[[Guest], None]) -> bool:
    guest: Companion | None = caller.company.guest(party)
    if not isinstance(guest, Guest):
        return False
    act(guest)
    return True

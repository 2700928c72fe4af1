"""The two legs of a relayed call, from the switch's order to its last report."""

from collections.abc import Callable
from typing import Any

import structlog

from hotline.core.clock import now
from telephony import commands
from telephony.call import CalleeLeg, NotSent
from telephony.channels import Channel, SeatChannel
from telephony.conversation import LONGEST_TALK_S, Conversation, Equipment
from telephony.endpoint import Account
from telephony.mixing import LEFT
from telephony.orders import Relay
from telephony.outcomes import AgentOutcome, RelayOutcome
from telephony.patching import Patch
from telephony.relay import OFFICE, RelaySession
from telephony.room import Room
from telephony.rung import Rung
from telephony.seat_leg import SeatLeg, seat_of

_IN_VAIN = {
    AgentOutcome.NO_ANSWER: RelayOutcome.NO_ANSWER,
    AgentOutcome.BUSY: RelayOutcome.BUSY,
    AgentOutcome.REJECTED: RelayOutcome.REJECTED,
    AgentOutcome.HUNG_UP: RelayOutcome.REJECTED,
    AgentOutcome.UNREACHABLE: RelayOutcome.UNREACHABLE,
    AgentOutcome.NO_MEDIA: RelayOutcome.UNREACHABLE,
    AgentOutcome.CALLER_GONE: RelayOutcome.GIVEN_UP,
}

log = structlog.get_logger()


class Requester(Rung):
    """The requester's telephone: it hears who rings before it hears the department."""

    def __init__(
        self,
        equipment: Equipment,
        leg: CalleeLeg,
        channel: Channel,
        order: Relay,
        office: "Office",
    ) -> None:
        super().__init__(equipment, order.call_id, leg, channel, office, order.ring_s)
        self._office = office

    @property
    def playing(self) -> bool:
        return bool(self.channel.source.playing)

    def play(self, frames: list[bytes]) -> None:
        self.channel.source.play(frames)

    def join(self) -> None:
        """Let both hear each other."""
        self._office.let_in(self)
        self.joined()


class Office(Conversation):
    """The department's telephone, which is rung first; or an agent's, or their browser."""

    incoming = False
    CUT_OFF = FAILED = RelayOutcome.LOST

    def __init__(
        self,
        equipment: Equipment,
        leg: CalleeLeg | SeatLeg,
        channel: Channel | SeatChannel,
        order: Relay,
        ring: Callable[["Office"], Requester | None],
    ) -> None:
        """Raise OSError when the recording can't be begun."""
        super().__init__(equipment, order.call_id, leg, channel)
        self._order = order
        self._ring = ring
        self._requester: Requester | None = None
        self._in_vain: RelayOutcome | None = None
        self._dialled_at = equipment.clock()
        self._patch = Patch()
        self._patch.plug(OFFICE, channel)
        tape = equipment.new_tape(order.recording)
        self._session: RelaySession = RelaySession(
            self, tape, equipment.prompts, self._ring_requester
        )

    def dialled(self, sip_call_id: str) -> None:
        """Report that the call is on its way."""
        self._equipment.report(commands.CallDialled(self.id, sip_call_id, now().isoformat()))

    def tick(self) -> None:
        """Drop what comes before the answer; don't ring for ever."""
        super().tick()
        if self._answered_at is None:
            self.channel.tap.take()
            if self._equipment.clock() - self._dialled_at > self._order.ring_s:
                self._give_up(RelayOutcome.NO_OFFICE)

    def on_answered(self) -> None:
        if self._why:
            self.leg.end()  # answered while it was being cancelled
        else:
            super().on_answered()

    def let_in(self, requester: Requester) -> None:
        """Let both hear each other, now and after each change of a medium."""
        self._patch.plug(LEFT, requester.channel)
        self._patch.lay({(OFFICE, LEFT), (LEFT, OFFICE)})

    def other_left(self, _other: Requester) -> None:
        """The requester's telephone is gone: so is this call."""
        self._patch.unplug(LEFT)
        if self._requester:
            self._in_vain = _IN_VAIN.get(self._requester.outcome, RelayOutcome.LOST)
            self._requester = None
        if not self.over:
            self._session.other_left()

    def conclude(self) -> None:
        """End the requester's leg, then report how it went and the end."""
        if self._requester:
            self._requester.withdraw()
        reason, seconds, at = self.reason, self._session.seconds, now().isoformat()
        self._equipment.report(commands.RelayDone(self._order.errand, self.id, reason, seconds, at))
        super().conclude()

    @property
    def reason(self) -> str:
        """How the call went: that the two talked counts more than why it ended."""
        if self._session.talked:
            return RelayOutcome.TALKED
        if self._answered_at is None:
            return self._why if self._why == RelayOutcome.LOST else RelayOutcome.NO_OFFICE
        return self._in_vain or self._why_of_ours or RelayOutcome.GIVEN_UP

    @property
    def _why_of_ours(self) -> str:
        return self._why if self._why == RelayOutcome.LOST else ""

    @property
    def _longest_s(self) -> float:
        return LONGEST_TALK_S

    def _ring_requester(self) -> Requester | None:
        self._requester = self._ring(self)
        if self._requester is None:
            self._in_vain = RelayOutcome.LOST
        return self._requester

    def _close_tape(self) -> None:
        super()._close_tape()
        if not self._session.seconds:
            (self._equipment.recordings_dir / self._order.recording).unlink(missing_ok=True)


def place(order: Relay, account: Account, equipment: Equipment, room: Room) -> None:
    """Ring the department; every order ends with a RelayDone and a CallEnded.

    A browser is not rung: its agent has just asked for this call.
    """
    seat = seat_of(order.office)
    channel: Any = room.channel_for_callee() if seat is None else room.channel_for_seat()
    if channel is None:
        _lost(order, equipment, "no_free_leg")
        return

    def ring(office: Office) -> Requester | None:
        return _ring_requester(order, office, account, equipment, room)

    leg = _leg(order, seat, account, equipment)
    try:
        office = Office(equipment, leg, channel, order, ring)
    except OSError as error:
        log.error("recording.refused", error=str(error), remedy="free the disk")
        if isinstance(leg, SeatLeg):
            leg.end()
        _lost(order, equipment, "not_recorded")
    else:
        room.enter(office)
        _dial(office, leg, order.office)


def _dial(office: Office, leg: CalleeLeg | SeatLeg, destination: str) -> None:
    channel: Any = office.channel
    try:
        office.dialled(leg.dial(destination, channel, office))
    except NotSent as error:
        log.error("call.not_sent", call=office.id[:8], error=error.detail)
        office.on_gone()


def _leg(
    order: Relay, seat: int | None, account: Account, equipment: Equipment
) -> CalleeLeg | SeatLeg:
    if seat is None:
        return CalleeLeg(account)
    return SeatLeg(seat, equipment.seat_sound(order.call_id, seat), taken=True)


def _ring_requester(
    order: Relay, office: Office, account: Account, equipment: Equipment, room: Room
) -> Requester | None:
    """Ring the requester; None when there is no leg for them."""
    channel = room.channel_for_callee()
    if channel is None:
        log.warning("relay.no_free_leg", call=order.call_id[:8])
        return None
    leg = CalleeLeg(account)
    requester = Requester(equipment, leg, channel, order, office)
    room.enter(requester)
    try:
        leg.dial(order.requester, channel, requester)
    except NotSent as error:
        log.error("call.not_sent", call=order.call_id[:8], error=error.detail)
        requester.on_gone()
    return requester


def _lost(order: Relay, equipment: Equipment, why: str) -> None:
    at = now().isoformat()
    equipment.report(commands.RelayDone(order.errand, order.call_id, RelayOutcome.LOST, 0.0, at))
    equipment.report(commands.CallEnded(order.call_id, why, 0.0, 0, at))

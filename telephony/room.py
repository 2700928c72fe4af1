"""The legs of one worker: who is on them, and which channels are free."""

from typing import Any, Protocol

import structlog

from telephony.call import Leg
from telephony.caller import Caller
from telephony.channels import Channel, SeatChannel
from telephony.conversation import Conversation
from telephony.media import AudioTap

# Legs that callers never take: for callbacks, desk phones, consultation and hand-over (design §2).
KEPT_LEGS = 2
# Browsers need no leg: an agent, a colleague and a supervisor for each caller.
SEATS_A_CALLER = 3

log = structlog.get_logger()


class Party(Protocol):
    """Whoever has a leg and its channel; `incoming`: it is a caller's."""

    @property
    def id(self) -> str: ...
    @property
    def leg(self) -> Any: ...  # `telephony.call` or `telephony.seat_leg`
    @property
    def channel(self) -> Any: ...  # one of `telephony.channels`
    @property
    def over(self) -> bool: ...
    @property
    def incoming(self) -> bool: ...
    def tick(self) -> None: ...
    def fail(self) -> None: ...
    def cut_off(self) -> None: ...
    def conclude(self) -> None: ...


class Room:
    """Every conversation of the worker; a channel for every leg, made once (trap B)."""

    def __init__(self, legs: int) -> None:
        self.inbound = max(1, legs - KEPT_LEGS)
        self.outbound = legs - self.inbound
        self.handled = 0
        self._free = [Channel(number) for number in range(legs)]
        # Even an idle port is called 50 times a second: those of browsers are made when wanted.
        self._sink: AudioTap | None = None
        self._seats_made = 0
        self._free_seats: list[SeatChannel] = []
        self._conversations: list[Party] = []

    @property
    def active(self) -> int:
        return len(self._conversations)

    def channel_for_caller(self) -> Channel | None:
        """Return a free channel unless callers have all of their legs."""
        return self._channel(self.inbound, incoming=True)

    def channel_for_callee(self) -> Channel | None:
        """Return a free channel unless outgoing calls have all of their legs."""
        return self._channel(self.outbound, incoming=False)

    def channel_for_guest(self) -> Channel | None:
        """Return a free channel for who is fetched into a call: before another caller's."""
        return self._free[-1] if self._free else None

    def channel_for_seat(self) -> SeatChannel | None:
        """Return a free channel for a browser, made if need be and then kept for ever (trap B)."""
        if not self._free_seats and self._seats_made < self.inbound * SEATS_A_CALLER:
            self._sink = self._sink or AudioTap("sink")
            self._free_seats.append(SeatChannel(self._seats_made, self._sink))
            self._seats_made += 1
        return self._free_seats[-1] if self._free_seats else None

    def enter(self, conversation: Party) -> None:
        """Let the conversation have its channel until it is over."""
        self._pool(conversation).remove(conversation.channel)
        conversation.channel.begin()
        self._conversations.append(conversation)
        self.handled += 1

    def on(self, leg: Leg) -> Party | None:
        """Return the conversation on this leg, if it has been entered."""
        return next((each for each in self._conversations if each.leg is leg), None)

    def caller(self, call_id: str) -> Caller | None:
        """Return the caller of this call, if they are here."""
        known = [each for each in self._conversations if each.id == call_id]
        return next((each for each in known if isinstance(each, Caller)), None)

    def other(self, call_id: str) -> Conversation | None:
        """Return the call that we placed, if it is here."""
        known = [each for each in self._conversations if each.id == call_id]
        return next((each for each in known if isinstance(each, Conversation)), None)

    def tick(self) -> None:
        """Let every conversation go on, and conclude those that are over.

        A fault in one ends that one: the worker has others.
        """
        for conversation in self._conversations:
            try:
                conversation.tick()
            except Exception as error:
                _log_fault(conversation, error)
                conversation.fail()
                conversation.leg.end()
        self.conclude()

    def conclude(self) -> None:
        """Report and let go of the conversations that are over."""
        for conversation in [each for each in self._conversations if each.over]:
            # First of all the channel goes back: no fault may cost the worker one.
            self._conversations.remove(conversation)
            self._pool(conversation).append(conversation.channel)
            try:
                conversation.conclude()
            except Exception as error:
                _log_fault(conversation, error)
            conversation.leg.let_go()

    def cut_off(self) -> None:
        """End every conversation."""
        for conversation in self._conversations:
            conversation.cut_off()

    def _channel(self, most: int, *, incoming: bool) -> Channel | None:
        legs = [each for each in self._conversations if self._pool(each) is self._free]
        taken = sum(each.incoming is incoming for each in legs)
        return self._free[-1] if self._free and taken < most else None

    def _pool(self, conversation: Party) -> list[Any]:
        seat = isinstance(conversation.channel, SeatChannel)
        return self._free_seats if seat else self._free


def _log_fault(conversation: Party, error: Exception) -> None:
    log.exception(
        "call.failed",
        call=conversation.id[:8],
        error=type(error).__name__,
        remedy="report this as a bug",
    )

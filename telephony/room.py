"""The legs of one worker: who is on them, and which channels are free."""

from typing import Protocol

import structlog

from telephony.call import Leg
from telephony.conversation import Caller
from telephony.media import Channel

# Legs that callers never take: for callbacks, desk phones, consultation and hand-over (design §2).
KEPT_LEGS = 2

log = structlog.get_logger()


class Party(Protocol):
    """Whoever has a leg and its channel; `incoming`: it is a caller's."""

    @property
    def id(self) -> str: ...
    @property
    def leg(self) -> Leg: ...
    @property
    def channel(self) -> Channel: ...
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

    def enter(self, conversation: Party) -> None:
        """Let the conversation have its channel until it is over."""
        self._free.remove(conversation.channel)
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
            self._free.append(conversation.channel)
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
        taken = sum(each.incoming is incoming for each in self._conversations)
        return self._free[-1] if self._free and taken < most else None


def _log_fault(conversation: Party, error: Exception) -> None:
    log.exception(
        "call.failed",
        call=conversation.id[:8],
        error=type(error).__name__,
        remedy="report this as a bug",
    )

"""The legs of one worker: who is on them, and which channels are free."""

from telephony.conversation import Callee, Caller, Conversation
from telephony.media import Channel

# Legs that callers never take: for callbacks, desk phones, consultation and hand-over (design §2).
KEPT_LEGS = 2


class Room:
    """Every conversation of the worker; a channel for every leg, made once (trap B)."""

    def __init__(self, legs: int) -> None:
        self.inbound = max(1, legs - KEPT_LEGS)
        self.outbound = legs - self.inbound
        self.handled = 0
        self._free = [Channel(number) for number in range(legs)]
        self._conversations: list[Conversation] = []

    @property
    def active(self) -> int:
        return len(self._conversations)

    def channel_for_caller(self) -> Channel | None:
        """Return a free channel unless callers have all of their legs."""
        return self._channel(Caller, self.inbound)

    def channel_for_callee(self) -> Channel | None:
        """Return a free channel unless outgoing calls have all of their legs."""
        return self._channel(Callee, self.outbound)

    def enter(self, conversation: Conversation) -> None:
        """Let the conversation have its channel until it is over."""
        self._free.remove(conversation.channel)
        self._conversations.append(conversation)
        self.handled += 1

    def tick(self) -> None:
        """Let every conversation go on, and conclude those that are over."""
        for conversation in self._conversations:
            conversation.tick()
        self.conclude()

    def conclude(self) -> None:
        """Report and let go of the conversations that are over."""
        for conversation in [each for each in self._conversations if each.over]:
            conversation.conclude()
            self._conversations.remove(conversation)
            self._free.append(conversation.channel)
            conversation.leg.let_go()

    def cut_off(self) -> None:
        """End every conversation."""
        for conversation in self._conversations:
            conversation.cut_off()

    def _channel(self, kind: type[Conversation], most: int) -> Channel | None:
        taken = sum(isinstance(each, kind) for each in self._conversations)
        return self._free[-1] if self._free and taken < most else None

"""Who is at the demo's telephones: callers, agents at desk phones, people called back."""

import time
from collections.abc import Callable

from hotline.demo.phone import Handset, tell
from telephony.channels import Channel
from telephony.listening import FRAME_S, loudness

Frames = list[bytes]

PATIENCE_S = 25.0  # then one speaks up, whoever may be listening
AGAIN_S = 15.0
MOST_TIMES = 2
LONGEST_S = 150.0
RINGS_S = 1.2
BREATH_S = 0.6


class Caller(Handset):
    """Somebody who rings 12345, says what they want, and is asked how the call was."""

    def __init__(self, channel: Channel, number: str, speech: Frames, *, expects_agent: bool):
        super().__init__(channel, [speech])
        self.number = number
        self._speech = speech
        self._waits = expects_agent
        self._said = 0
        self._speaks_at = PATIENCE_S

    def tick(self) -> None:
        """Wait for somebody; without anybody speak up now and then, and ring off in the end."""
        if self._lasted_s > LONGEST_S:
            self.leg.end()
        elif not self._waits:
            super().tick()
        else:
            self._listen()
            if self._lasted_s > self._speaks_at and self._said < MOST_TIMES:
                self._said += 1
                self._speaks_at = self._lasted_s + AGAIN_S
                self._take(self._speech)

    def on_gone(self) -> None:
        super().on_gone()
        tell("caller_gone")

    def meet(self) -> None:
        """Somebody is there: listen to them, and speak when they have."""
        self._waits = False
        self._ear.start()

    def part(self, grade: str) -> None:
        """They have rung off: say how it was, when that is asked."""
        self._turns.clear()
        self._turns.append(grade)
        self._ear.start()

    def _listen(self) -> None:
        for frame in self._channel.tap.take():
            self._lasted_s += FRAME_S
            self._ear.hear(loudness(frame))


class Desk(Handset):
    """An agent at a desk phone: answers, greets, listens, thanks, rings off."""

    def __init__(
        self,
        channel: Channel,
        agent: str,
        says: tuple[Frames, Frames],
        find: Callable[[], Caller | None],
        grade: str,
    ) -> None:
        super().__init__(channel, [says[1]])
        self.agent = agent
        self._greeting = says[0]
        self._find = find
        self._grade = grade
        self._caller: Caller | None = None
        self._rings_until = time.monotonic() + RINGS_S
        self._over_at = 0.0

    def on_answered(self) -> None:
        super().on_answered()
        self._caller = self._find()
        if self._caller:
            self._caller.meet()
        self._take(self._greeting)

    def on_gone(self) -> None:
        super().on_gone()
        if self._caller:
            self._caller.part(self._grade)

    def tick(self) -> None:
        """Answer after a ring or two; ring off when the caller has been heard and thanked."""
        if not self._answered:
            if self._rings_until and time.monotonic() > self._rings_until:
                self._rings_until = 0.0
                self.leg.admit()
            return
        super().tick()
        if self._turns or self._channel.source.playing:
            return
        self._over_at = self._over_at or self._lasted_s + BREATH_S
        if self._lasted_s > self._over_at:
            self.leg.end()


class Requester(Handset):
    """Somebody who is called back, and answers by keys; with none they let it ring."""

    def __init__(self, channel: Channel, keys: str) -> None:
        super().__init__(channel, list(keys))
        self._rings_until = time.monotonic() + RINGS_S

    def tick(self) -> None:
        """Answer after a ring or two, unless nobody is at home."""
        if not self._answered and self._turns and self._rings_until:
            if time.monotonic() > self._rings_until:
                self._rings_until = 0.0
                self.leg.admit()
            return
        super().tick()

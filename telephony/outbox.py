"""What a worker has to tell the switch: nobody who puts something in ever waits for a socket."""

import threading
from collections import deque
from itertools import islice

import structlog

from telephony.commands import (
    CallRefused,
    Message,
    encode,
)

# Reports that go out in one piece; a hung switch holds no more than this of them half sent.
AT_ONCE = 64
# Callers turned away are written down up to here while the switch is away: a flood of INVITEs must
# not fill the memory. Calls that were taken are bounded by the legs, and always kept.
MOST_KEPT = 20_000

log = structlog.get_logger()


class Outbox:
    """Numbered reports until they are acknowledged, and the latest word that the next replaces."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._kept: deque[tuple[int, Message, bytes]] = deque()
        self._seq = 0
        self._word = b""
        self.dropped = 0

    def report(self, message: Message) -> None:
        """Keep the message until it is acknowledged."""
        with self._changed:
            if isinstance(message, CallRefused) and len(self._kept) >= MOST_KEPT:
                self._drop()
                return
            line = encode(message, self._seq + 1)  # what can't be sent is not kept
            self._seq += 1
            self._kept.append((self._seq, message, line))
            self._changed.notify_all()

    def tell(self, message: Message) -> None:
        """Replace the word that has not been sent yet."""
        line = encode(message)
        with self._changed:
            self._word = line
            self._changed.notify_all()

    def take(self, after: int, over: threading.Event) -> tuple[bytes, int]:
        """Wait for something to send after this number; return it and the last number in it.

        Returns nothing once `over` is set and `wake` called.
        """
        with self._changed:
            self._changed.wait_for(lambda: over.is_set() or self._word or self._seq > after)
            if over.is_set():
                return b"", after
            # Numbers have no gaps, so a report's place follows from its number.
            first = self._kept[0][0] if self._kept else self._seq + 1
            start = max(0, after + 1 - first)
            batch = list(islice(self._kept, start, start + AT_ONCE))
            data, self._word = b"".join(line for _, _, line in batch) + self._word, b""
            # Without a batch everything up to the last number is acknowledged already.
            return data, batch[-1][0] if batch else self._seq

    def wake(self) -> None:
        """Let `take` look whether it is over."""
        with self._changed:
            self._changed.notify_all()

    def acknowledge(self, upto: int) -> list[Message]:
        """Forget the reports up to this number and return them."""
        done = []
        with self._changed:
            while self._kept and self._kept[0][0] <= upto:
                done.append(self._kept.popleft()[1])
        return done

    def unacknowledged(self) -> list[Message]:
        """Return the reports that the switch may not have, oldest first."""
        with self._changed:
            return [message for _, message, _ in self._kept]

    def _drop(self) -> None:
        self.dropped += 1
        if self.dropped % 1000 == 1:
            log.error(
                "report.dropped",
                dropped=self.dropped,
                remedy="start the switch; keep strangers off the SIP port",
            )

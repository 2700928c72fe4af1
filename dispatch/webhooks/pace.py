"""How fast webhooks leave, and how long the hotline goes on trying."""

import random
from dataclasses import dataclass
from datetime import timedelta

# Eight more tries after the first, a day in all (Standard Webhooks; domain.md 6.2).
WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 7200, 21600, 54000))
JITTER = 0.2  # so that what failed together is not tried again together
LONGEST_ASKED = timedelta(hours=1)  # that a receiver's Retry-After may hold its own events back

_chance = random.SystemRandom()


@dataclass(frozen=True)
class Pace:
    """Threads, how many of them one endpoint may hold, leases and waits."""

    threads: int = 24
    each: int = 4  # a receiver that hangs holds up so many, and the others go on
    most_in_a_row: int = 20  # events of one order that one turn sends
    turn: timedelta = timedelta(seconds=20)  # no request begins later than this in a turn
    lease: timedelta = timedelta(seconds=60)  # a turn, its last request, and a slow look-up
    waits: tuple[timedelta, ...] = WAITS

    @property
    def most_tries(self) -> int:
        return len(self.waits) + 1

    def wait(self, tries: int, *, asked: timedelta = timedelta()) -> timedelta:
        """Return how long to wait after so many tries; `asked` is the receiver's Retry-After."""
        jittered = self.waits[min(tries, len(self.waits)) - 1] * (
            1 + JITTER * _chance.uniform(-1, 1)
        )
        return max(jittered, min(asked, LONGEST_ASKED))

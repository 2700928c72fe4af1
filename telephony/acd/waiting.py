"""排队: who waits, in which order; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

# Before everybody who came by themselves: an agent hands this caller on.
FRONT_S = 24 * 3600


@dataclass(frozen=True)
class Waiting:
    """A caller who waits, or one who is owed a call; `worker` is empty for the latter."""

    key: str
    since: datetime
    worker: str = ""  # holds the line
    boost_s: int = 0  # as if they had waited so much longer
    language: str = ""
    matter: str = ""
    last_seat: int | None = None  # which took this person's last call

    @property
    def owed(self) -> bool:
        """Whether nobody is on the line: they are to be called back."""
        return not self.worker

    def waited_s(self, now: datetime) -> float:
        """Return how long they have waited, in seconds."""
        return (now - self.since).total_seconds()

    def score(self, now: datetime) -> float:
        """Return by what they are served: seconds waited, and what is added to them."""
        return self.waited_s(now) + self.boost_s


@dataclass(frozen=True)
class Boosts:
    """What is added to the wait of whom, in seconds."""

    elder_s: int = 60
    repeat_s: int = 30


def boost_s(boosts: Boosts, *, elder: bool, repeat: bool) -> int:
    """Return what is added to a caller's wait."""
    return boosts.elder_s * elder + boosts.repeat_s * repeat


def in_turn(waiting: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Return who waits, the highest score first; equals by their names, so that it is one order."""
    return sorted(waiting, key=lambda each: (-each.score(now), each.key))


def positions(waiting: Iterable[Waiting], now: datetime) -> Mapping[str, int]:
    """Return everybody's place in the queue, from 1."""
    return {each.key: place for place, each in enumerate(in_turn(waiting, now), start=1)}


def expected_wait_s(position: int, handling_s: Sequence[float], seats: int) -> float | None:
    """Return how long the caller in this place will wait; None when nothing tells.

    `handling_s`: how long recent calls took, talk and wrap-up; the middle one counts, so that one
    endless call frightens nobody. `seats`: how many take calls.
    """
    if seats < 1 or not handling_s:
        return None
    middle = sorted(handling_s)[len(handling_s) // 2]
    return position * middle / seats

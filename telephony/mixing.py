"""Two voices on one tape: frames added one by one, neither side waited for; pure arithmetic."""

from array import array
from collections import deque

LOUDEST, QUIETEST = 2**15 - 1, -(2**15)
# Both sides are clocked together; one that is this many frames behind has no sound at all.
MOST_BEHIND = 5


def add(one: bytes, other: bytes) -> bytes:
    """Return the sum of two frames of 16-bit PCM, cut off at the loudest sample there is."""
    samples = zip(memoryview(one).cast("h"), memoryview(other).cast("h"), strict=False)
    return array("h", [max(QUIETEST, min(LOUDEST, a + b)) for a, b in samples]).tobytes()


class Mixer:
    """Keeps what one side is ahead of the other, so that both stay in step."""

    def __init__(self) -> None:
        self._one: deque[bytes] = deque()
        self._other: deque[bytes] = deque()

    def mix(self, one: list[bytes], other: list[bytes]) -> list[bytes]:
        """Take what came in on both sides and return the frames that are complete."""
        self._one.extend(one)
        self._other.extend(other)
        made = self._pairs()
        for ahead in (self._one, self._other):
            made += [ahead.popleft() for _ in range(len(ahead) - MOST_BEHIND)]
        return made

    def rest(self) -> list[bytes]:
        """Return what one side was ahead, and be empty."""
        left = [*self._one, *self._other]
        self._one.clear()
        self._other.clear()
        return left

    def _pairs(self) -> list[bytes]:
        paired = range(min(len(self._one), len(self._other)))
        return [add(self._one.popleft(), self._other.popleft()) for _ in paired]

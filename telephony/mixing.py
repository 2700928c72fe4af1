"""A call on one tape: the caller left, whoever talks to them right; pure arithmetic.

Every side comes frame by frame, all clocked together, and none is waited for for long.
"""

from array import array
from collections import deque
from collections.abc import Mapping
from functools import reduce

LOUDEST, QUIETEST = 2**15 - 1, -(2**15)
# Every side is clocked together; one that is this many frames behind has no sound at all.
MOST_BEHIND = 5
LEFT = "caller"
"""The side that is kept on the left; all others are on the right."""


def add(one: bytes, other: bytes) -> bytes:
    """Return the sum of two frames of 16-bit PCM, cut off at the loudest sample there is."""
    samples = zip(memoryview(one).cast("h"), memoryview(other).cast("h"), strict=False)
    return array("h", [max(QUIETEST, min(LOUDEST, a + b)) for a, b in samples]).tobytes()


def stereo(left: bytes, right: bytes = b"") -> bytes:
    """Return two frames of 16-bit PCM interleaved; a side that is empty is silent."""
    size = max(len(left), len(right))
    both = array("h", bytes(2 * size))
    both[0::2] = array("h", left or bytes(size))
    both[1::2] = array("h", right or bytes(size))
    return both.tobytes()


class Mixer:
    """Keeps what a side is ahead of the others, so that all stay in step."""

    def __init__(self) -> None:
        self._ahead: dict[str, deque[bytes]] = {}

    def mix(self, sides: Mapping[str, list[bytes]]) -> list[bytes]:
        """Take what came in on each side and return the stereo frames that are complete.

        A side that is named no longer has left: what it was ahead is still kept.
        """
        for name, frames in sides.items():
            self._ahead.setdefault(name, deque()).extend(frames)
        made = []
        while self._complete(sides):
            made.append(self._row())
        self._ahead = {
            name: frames for name, frames in self._ahead.items() if frames or name in sides
        }
        return made

    def rest(self) -> list[bytes]:
        """Return what sides were ahead, and be empty."""
        made = []
        while any(self._ahead.values()):
            made.append(self._row())
        self._ahead.clear()
        return made

    def _complete(self, sides: Mapping[str, list[bytes]]) -> bool:
        longest = max(map(len, self._ahead.values()), default=0)
        return longest > MOST_BEHIND or (longest > 0 and all(self._ahead[name] for name in sides))

    def _row(self) -> bytes:
        row = {name: frames.popleft() for name, frames in self._ahead.items() if frames}
        left = row.pop(LEFT, b"")
        return stereo(left, reduce(add, row.values()) if row else b"")

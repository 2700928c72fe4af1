"""How regularly sound comes through this process's taps: the gaps between frames, counted by ms.

A frame is 20 ms; a gap of more than two of them is heard. Counting costs less than a microsecond.
"""

import time

LONGEST_MS = 500  # and whatever is longer

# One clock thread of pjmedia's writes, so no lock is needed.
_COUNTS = [0] * (LONGEST_MS + 1)


class Rhythm:
    """One tap's; the counts are the process's."""

    def __init__(self) -> None:
        self._last = 0.0

    def rest(self) -> None:
        """Count no gap until the next frame: another party begins."""
        self._last = 0.0

    def beat(self) -> None:
        """Count the gap since the frame before."""
        last, self._last = self._last, time.monotonic()
        if last:
            _COUNTS[min(int((self._last - last) * 1000), LONGEST_MS)] += 1


def gaps() -> dict[int, int]:
    """Return how many gaps there were of each length, in whole ms rounded down."""
    return {ms: count for ms, count in enumerate(_COUNTS) if count}


def within_ms(counted: dict[int, int], share: float) -> int:
    """Return the ms that this share of the gaps stay below; 0 without any."""
    left = share * sum(counted.values())
    for ms, count in sorted(counted.items()):
        left -= count
        if left <= 0:
            return ms + 1
    return 0

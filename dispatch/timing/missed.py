"""错过的时限: how soon the sweep is sent to a clock that is already due, and how often again."""

import math
from dataclasses import dataclass

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0


@dataclass
class Missed:
    """The sweeps that were sent to clocks which stay due; seconds are of a clock that never jumps.

    The first one goes at once. What it can't take (its ticket is being written to, no worker
    lives) is left alone for a second, then for two, four and so on.
    """

    _swept_at: float = -math.inf
    _pause_s: float = FIRST_PAUSE_S

    def swept(self, moment: float) -> None:
        """Take note that a sweep was sent just now, for whatever reason."""
        self._swept_at = moment

    def wait(self, moment: float, *, due: bool) -> float | None:
        """Return the seconds until a sweep is to be sent, 0 for now; None when no clock is due.

        Each 0 is expected to be followed by `swept`.
        """
        if not due:
            self._pause_s = FIRST_PAUSE_S
            return None
        left = self._swept_at + self._pause_s - moment
        if left > 0:
            return left
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
        return 0.0

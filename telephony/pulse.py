"""Whether a line still carries sound; pure: every moment is an argument."""

from typing import Protocol

# A telephone whose call has no medium, or a browser that is gone, gets this long.
NO_MEDIA_S = 20.0
# Sound that came and stops is a line that is dead; a quiet telephone may save its packets a while.
DEAD_S = 60.0
# A telephone may put the other side on hold; one that is silent from the start may be muted.
HELD_S = 180.0
LOOK_S = 1.0


def patience_s(*, ever: bool, carried: bool) -> float:
    """Return how long a telephone's sound may stay away; `ever`: some has come.

    `carried`: its call has a medium that neither side holds.
    """
    if ever and carried:
        return DEAD_S
    return HELD_S if ever or carried else NO_MEDIA_S


class Sounding(Protocol):
    """A leg: how much sound has come so far, and for how long it may stop."""

    def sound(self) -> int: ...
    def patience_s(self, ever: bool, /) -> float: ...


class Pulse:
    """Feels one leg about once a second."""

    def __init__(self, moment: float) -> None:
        self._looked_at = self._beat_at = moment
        self._count = 0
        self._ever = False  # sound has come

    def start(self, moment: float) -> None:
        """Count from now: the leg has been answered."""
        self._looked_at = self._beat_at = moment

    def lost(self, leg: Sounding, moment: float) -> bool:
        """Return whether the leg has been without sound for too long."""
        if moment - self._looked_at >= LOOK_S:
            self._looked_at = moment
            count = leg.sound()
            if count != self._count:
                self._count, self._beat_at, self._ever = count, moment, True
        return moment - self._beat_at > leg.patience_s(self._ever)

"""How long to wait before a process that died is started again: longer after each quick death."""

from dataclasses import dataclass

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
WELL_AFTER_S = 30.0  # who lived this long was well: the next start is not delayed


@dataclass
class Restarts:
    """One process's starts and deaths; moments are seconds of a clock that never goes back."""

    _started: float = 0.0
    _pause_s: float = FIRST_PAUSE_S
    _retry_at: float = 0.0

    def due(self, moment: float) -> bool:
        """Return whether the process may be started now."""
        return moment >= self._retry_at

    def started(self, moment: float) -> None:
        self._started = moment

    def died(self, moment: float) -> float:
        """Take note of a death and return the seconds until the next start."""
        well = moment - self._started > WELL_AFTER_S
        self._pause_s = FIRST_PAUSE_S if well else min(self._pause_s * 2, LONGEST_PAUSE_S)
        self._retry_at = moment + self._pause_s
        return self._pause_s

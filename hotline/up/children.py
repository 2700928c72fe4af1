"""The supervised processes: started, started again with growing pauses, stopped in order."""

import ctypes
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
WELL_AFTER_S = 30.0  # who lived this long was well: the next start is not delayed
STOP_S = 6.0
PR_SET_PDEATHSIG = 1

log = structlog.get_logger()


@dataclass
class Child:
    """One process by its role."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    _started: float = 0.0
    _pause_s: float = FIRST_PAUSE_S
    _retry_at: float = field(default=0.0)

    def ensure(self) -> None:
        """Start the process unless it runs or is still waiting after a quick death."""
        moment = time.monotonic()
        if self.process is None:
            if moment >= self._retry_at:
                self._start(moment)
            return
        code = self.process.poll()
        if code is None:
            return
        well = moment - self._started > WELL_AFTER_S
        self._pause_s = FIRST_PAUSE_S if well else min(self._pause_s * 2, LONGEST_PAUSE_S)
        self._retry_at = moment + self._pause_s
        self.process = None
        self.deaths += 1
        log.warning("process.died", name=self.name, code=code, again_in_s=self._pause_s)

    def stop(self) -> None:
        """Ask the process to leave, and make it if it does not."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            log.warning("process.killed", name=self.name)
            self.process.kill()
            self.process.wait()
        self.process = None

    def _start(self, moment: float) -> None:
        self._started = moment
        self.process = subprocess.Popen(  # noqa: S603  # our own commands
            self.command,
            env=self.environment,
            start_new_session=True,  # Ctrl-C is the supervisor's to pass on
            preexec_fn=_die_with_parent,
        )


def _die_with_parent() -> None:
    """Have the kernel end the child if the supervisor is killed; runs between fork and exec."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

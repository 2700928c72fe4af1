"""The supervised processes: started, started again with growing pauses, stopped in order."""

import ctypes
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from hotline.core.restarts import Restarts

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
    _restarts: Restarts = field(default_factory=Restarts)

    def ensure(self) -> None:
        """Start the process unless it runs or is still waiting after a quick death."""
        moment = time.monotonic()
        if self.process is None:
            if self._restarts.due(moment):
                self._start(moment)
            return
        code = self.process.poll()
        if code is None:
            return
        self.process = None
        pause = self._restarts.died(moment)
        log.warning("process.died", name=self.name, code=code, again_in_s=pause)

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
        self._restarts.started(moment)
        self.process = subprocess.Popen(  # noqa: S603  # our own commands
            self.command,
            env=self.environment,
            start_new_session=True,  # Ctrl-C is the supervisor's to pass on
            preexec_fn=_die_with_parent,
        )


def _die_with_parent() -> None:
    """Have the kernel end the child if the supervisor is killed; runs between fork and exec."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

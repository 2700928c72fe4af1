"""The process from which the switch's media workers are forked (telephony.nursery)."""

import json
import select
import socket
import subprocess
import sys
import time

import structlog

from hotline.core.errors import Unavailable
from hotline.core.restarts import Restarts
from hotline.core.settings import Settings

MODULE = "telephony.nursery"
ANSWER_S = 5.0  # a fork takes milliseconds
_LONGEST = 64  # bytes of an answer: "ready", or a pid

log = structlog.get_logger()


class Nursery:
    """Begun when first asked for, and anew when it has died; its workers live on without it."""

    def __init__(self, own: Settings) -> None:
        self._own = own
        self._restarts = Restarts()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._ready = False

    def ready(self) -> bool:
        """Return whether a worker can be had now; start the process if there is none."""
        moment = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            log.warning("nursery.died", again_in_s=self._restarts.died(moment))
            self.close()
        if self._line is None:
            if self._restarts.due(moment):
                self._start()
                self._restarts.started(moment)
            return False
        if not self._ready and select.select([self._line], [], [], 0)[0]:
            self._ready = bool(self._line.recv(_LONGEST))
        return self._ready

    def bear(self, title: str, arguments: tuple[str, ...]) -> int:
        """Return the pid of a new worker with these arguments, whom ps calls by the title.

        Raises Unavailable when the nursery does not answer; it is begun anew when asked again.
        """
        request = json.dumps({"title": title, "arguments": arguments})
        try:
            if self._line is None:
                raise OSError("it does not run")
            self._line.sendall(f"{request}\n".encode())
            return int(self._line.recv(_LONGEST))
        except (OSError, ValueError) as error:
            self.close()
            raise Unavailable(
                f"No media worker can be forked: {error}.",
                remedy="It is tried again; read above what the nursery said.",
            ) from error

    def close(self) -> None:
        """End it; the workers stay."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._line = None
        self._ready = False

    def _start(self) -> None:
        self._line, theirs = socket.socketpair()
        self._line.settimeout(ANSWER_S)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own module
                (sys.executable, "-m", MODULE, str(theirs.fileno())),
                env=self._own.child_environment(secrets=False),  # its workers read hostile packets
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

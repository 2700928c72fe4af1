"""派单建议 while the caller speaks: the router is asked anew when their words have grown."""

import threading
import time
import uuid

from hotline.core.queue import enqueue

PROPOSE_JOB = "dispatch.jobs.propose_for_call"
EVERY_S = 2.0  # of one call; nobody reads a proposal that changes faster


class Proposing:
    """Which calls' words have grown, and when each of them was last asked about.

    The job runs in a worker, where the router's model is loaded already; the switch has no time
    for it. One that is lost is asked for with the next words.
    """

    def __init__(self) -> None:
        self._grown: set[uuid.UUID] = set()
        self._asked: dict[uuid.UUID, float] = {}
        self._lock = threading.Lock()

    def grown(self, call: uuid.UUID) -> None:
        """Note that the caller has said more."""
        with self._lock:
            self._grown.add(call)

    def due(self, moment: float) -> list[uuid.UUID]:
        """Return the calls to ask about now; each comes once for what was said until then."""
        with self._lock:
            ready = [call for call in self._grown if moment - self._last(call) >= EVERY_S]
            self._grown.difference_update(ready)
            self._asked = {
                call: at for call, at in self._asked.items() if moment - at < EVERY_S
            } | dict.fromkeys(ready, moment)
        return ready

    def ask(self) -> None:
        """Have the router asked about every call that is due."""
        for call in self.due(time.monotonic()):
            enqueue(PROPOSE_JOB, str(call))

    def _last(self, call: uuid.UUID) -> float:
        return self._asked.get(call, -EVERY_S)

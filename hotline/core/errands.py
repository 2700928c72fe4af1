"""Errands of a process that may wait a moment, and of which one stands for many.

A busy web process would otherwise go to Redis several times for every request, to say each time
what it has said just before. An errand is only ever a hint: what is lost with the process, the
next sweep or the listener's own look makes good.
"""

import atexit
import os
import threading
from collections.abc import Callable, Hashable

import structlog

GATHER_S = 0.05  # no person notices; the first errand after a pause is run at once

log = structlog.get_logger()


class Errands:
    """Runs what it is given on one thread of its own, which begins with the first errand."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, Callable[[], None]] = {}
        self._lock = threading.Lock()
        self._some = threading.Event()
        self._thread: threading.Thread | None = None

    def run_soon(self, name: Hashable, errand: Callable[[], None]) -> None:
        """Run the errand within `GATHER_S`; one that waits under the same name stands for both."""
        with self._lock:
            self._waiting[name] = errand
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="errands", daemon=True)
                self._thread.start()
        self._some.set()

    def run_now(self) -> None:
        """Run what waits, on the thread that asks for it."""
        self._some.clear()
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        for name, errand in waiting.items():
            try:
                errand()
            except Exception:  # the next errands are other people's
                log.exception("errand.failed", errand=str(name))

    def _serve(self) -> None:
        pause = threading.Event()
        while True:
            self._some.wait()
            self.run_now()
            pause.wait(GATHER_S)


_of_process = Errands()


def run_soon(name: Hashable, errand: Callable[[], None]) -> None:
    """Run the errand soon, on this process's thread for errands."""
    _of_process.run_soon(name, errand)


def run_now() -> None:
    """Run this process's waiting errands before it goes on, or ends."""
    _of_process.run_now()


def _begin_anew() -> None:
    """In a child: it has its parent's memory without its thread; the parent's stay the parent's."""
    global _of_process
    _of_process = Errands()


atexit.register(run_now)
os.register_at_fork(after_in_child=_begin_anew)

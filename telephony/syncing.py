"""Tapes are brought from the system's memory to the disk every few seconds, on a thread apart.

A loss of power costs `EVERY_S` of a call that runs. The thread that serves the calls never waits
for a disk, and one `fdatasync` for each tape in so many seconds is all that it costs.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import structlog

EVERY_S = 5.0

log = structlog.get_logger()


class Syncing:
    """The files that are written now, each by a handle of its own; its thread begins with one."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self._every_s = every_s
        self._lock = threading.Lock()
        self._open: set[int] = set()
        self._ended: list[int] = []
        self._new_folders: set[Path] = set()
        self._wake = threading.Event()
        self._idle = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, file: int, folder: Path) -> Callable[[], None]:
        """Follow a file that is new in this folder; call what is returned once it is closed."""
        handle = os.dup(file)
        with self._lock:
            self._open.add(handle)
            self._new_folders.add(folder)
            self._idle.clear()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="syncing", daemon=True)
            self._thread.start()
        return lambda: self._end(handle)

    def settle(self, within_s: float) -> bool:
        """Return whether everything that was closed is on the disk, waiting so long at most."""
        self._wake.set()
        return self._thread is None or self._idle.wait(within_s)

    def _end(self, handle: int) -> None:
        with self._lock:
            self._open.discard(handle)
            self._ended.append(handle)
        self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait(self._every_s)
            self._wake.clear()
            self._round()

    def _round(self) -> None:
        with self._lock:
            running, ended, self._ended = list(self._open), self._ended, []
            folders, self._new_folders = self._new_folders, set()
        for handle in (*running, *ended):
            _sync(handle)
        for handle in ended:
            os.close(handle)
        for folder in folders:
            _sync_folder(folder)
        with self._lock:
            if not (self._open or self._ended):
                self._idle.set()


def _sync(handle: int) -> None:
    try:
        os.fdatasync(handle)
    except OSError as error:  # the call goes on: what is lost, a loss of power would have cost
        log.error("tape.not_synced", error=str(error), remedy="look at the disk")


def _sync_folder(folder: Path) -> None:
    """Bring the names of new files, and of their folder, to the disk."""
    for each in (folder, folder.parent):
        try:
            handle = os.open(each, os.O_RDONLY)
        except OSError:  # removed meanwhile, with what was in it
            continue
        try:
            _sync(handle)
        finally:
            os.close(handle)

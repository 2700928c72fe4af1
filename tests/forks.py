"""Processes that tests start and kill, forked by a server that holds what they need.

An interpreter of its own takes seconds to load; a fork of a loaded one takes a moment. Each is a
process all the same, with connections of its own, and SIGKILL ends it.
"""

import contextlib
import multiprocessing
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess

from hotline.core import db, settings

# One server forks for all tests of this process, so it is given what any of them needs.
LOADED = [
    *("hotline.cli", "hotline.up.supervisor", "dispatch.jobs", "dispatch.rules.reckon_all"),
    *("tests.commands", "tests.soak.sweeps", "tests.soak.reckonings", "tests.soak.webhooks"),
    "pytest",  # each fork runs the script that started this process once more
]


def context() -> ForkServerContext:
    """Return where processes are forked."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(LOADED)
    return made


@dataclass
class Doomed:
    """One process, what it is heard by, and how long it lives once it is heard."""

    process: BaseProcess
    heard: Connection
    life_s: float
    until: float | None = None

    def has_ended(self) -> bool:
        """Return whether it has finished or, its time being over, was killed now."""
        if self.until is None and self.heard.poll():
            self.until = time.monotonic() + self.life_s
        if self.until is not None and time.monotonic() >= self.until:
            self.process.kill()
            self.process.join()
        if self.process.exitcode is None:
            return False
        self.heard.close()
        return True


def begin(work: Callable[[], None], url: str, *, life_s: float) -> Doomed:
    """Start the work on the database with this URL; it lives so long from its first words on."""
    heard, told = context().Pipe(duplex=False)
    given = {"HOTLINE_DATABASE_URL": url, "HOTLINE_REDIS_URL": "unix:///nonexistent"}
    arguments = (work, {**os.environ, **given}, told)
    process = context().Process(target=_work, args=arguments, daemon=True)
    process.start()
    told.close()
    return Doomed(process, heard, life_s)


def surround(environment: Mapping[str, str]) -> None:
    """Give this process these variables and no others: the server may have started before them."""
    os.environ.clear()
    os.environ.update(environment)
    settings.settings.cache_clear()


def _work(work: Callable[[], None], environment: Mapping[str, str], told: Connection) -> None:
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        surround(environment)
        with db.engine().connect():
            told.send("begins")
        work()

"""A machine whose wall clock a test moves: a hotline's sweeping processes, under libfaketime."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from psycopg import sql
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, make_url

from dispatch.schedule import SWEEP_CLOCKS
from hotline.core.clock import now
from hotline.core.db import connect
from hotline.core.queue import QUICK
from hotline.core.settings import Settings
from hotline.up import database
from hotline.up.embedded import redis_command
from tests.e2e.conftest import Hotline, surroundings, wait_for

LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1"
# libfaketime 0.9.10 moves the deadline of a sleep on the monotonic clock with the wall clock, even
# when told to leave that clock alone; `select` waits for a span and is left alone. Each sleep is
# named, so that a test can see how long a process means to be away.
RUN = """
import select, time
def sleep(seconds):
    print("sleeps", seconds, flush=True)
    select.select([], [], [], seconds)
time.sleep = sleep
from hotline.cli import main
main()
"""


@dataclass
class Machine:
    """A database of its own on a running server; a queue, a worker and a schedule by one clock."""

    own: Settings
    engine: Engine
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]]
    ahead: timedelta = timedelta()

    @property
    def queue(self) -> Redis:
        return Redis(unix_socket_path=str(self.own.redis_socket))

    def wall(self) -> datetime:
        """Return what its clock on the wall shows."""
        return now() + self.ahead

    def put(self, ahead: timedelta) -> None:
        """Have the wall clock jump to this much ahead of the true time."""
        self.ahead = ahead
        partial = _clock_file(self.own).with_suffix(".part")
        partial.write_text(f"{ahead.total_seconds():+.0f}\n")
        partial.rename(_clock_file(self.own))

    def start(self, name: str) -> None:
        """Start one of the processes."""
        with self._log(name).open("wb") as out:
            command = [sys.executable, "-c", RUN, name]
            self.processes.append(
                subprocess.Popen(
                    command, stdout=out, stderr=subprocess.STDOUT, env=self.environment
                )
            )

    def sleeps(self, name: str) -> list[float]:
        """Return for how many seconds the process went to sleep each time until now."""
        lines = [line.split() for line in self._log(name).read_text().splitlines()]
        return [float(words[1]) for words in lines if words[:1] == ["sleeps"] and len(words) == 2]

    def sweep(self) -> None:
        """Have the worker sweep at once, and wait until it has; `schedule` does so each minute."""
        job = Queue(QUICK, connection=self.queue, serializer=JSONSerializer).enqueue(SWEEP_CLOCKS)
        wait_for(lambda: job.get_status().value == "finished", 60, "the sweep did not end")

    def _log(self, name: str) -> Path:
        return self.own.data_dir / f"{name}.log"

    def works(self) -> bool:
        """Return whether a worker answers for the queue."""
        try:
            return Worker.count(connection=self.queue) == 1
        except RedisError:
            return False


@contextmanager
def machine(hotline: Hotline) -> Iterator[Machine]:
    """Yield a machine with its queue and its worker; the schedule is for the test to start."""
    own = Settings(data_dir=Path(tempfile.mkdtemp(prefix="hotline-clock-")), redis_url="")
    own.run_dir.mkdir()
    url = _new_database(hotline)
    engine = connect(url)
    given = {"HOTLINE_DATA_DIR": str(own.data_dir), "HOTLINE_DATABASE_URL": url}
    environment = surroundings(**given, HOTLINE_REDIS_URL="", **_faked(own))
    made = Machine(own, engine, environment, [])
    made.put(timedelta())
    made.processes.append(subprocess.Popen(redis_command(own), env=environment))
    made.start("worker")  # loads while its database is made
    try:
        database.prepare(engine, own, now=now())
        wait_for(made.works, 60, "the worker did not start")
        yield made
    finally:
        for process in reversed(made.processes):
            process.terminate()
            process.wait(60)
        engine.dispose()


def _faked(own: Settings) -> dict[str, str]:
    """Return the environment in which a process reads the wall clock from a file."""
    found = list(Path("/").glob(LIBRARY.removeprefix("/")))
    assert found, "libfaketime is missing: apt-get install faketime"
    return {
        "LD_PRELOAD": str(found[0]),
        "FAKETIME_TIMESTAMP_FILE": str(_clock_file(own)),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }


def _clock_file(own: Settings) -> Path:
    return own.data_dir / "clock"


def _new_database(hotline: Hotline) -> str:
    """Make an empty database on the hotline's server and return its URL."""
    url = make_url((hotline.data_dir / "run" / "database.url").read_text().strip())
    name = f"clock_{now():%H%M%S%f}"
    plain = url.set(drivername="postgresql")
    address = plain.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    ours = url.set(drivername="postgresql+psycopg", database=name)
    return ours.render_as_string(hide_password=False)

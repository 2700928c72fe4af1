"""The worker and schedule processes: RQ with JSON, and the table of sweeps."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import SimpleWorker, worker_registration
from rq.cron import CronJob, CronScheduler
from rq.exceptions import SchedulerNotFound
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import import_attribute
from rq.utils import now as rq_now
from sqlalchemy.exc import OperationalError

from dispatch.routing import router
from dispatch.schedule import LOOK_S, SWEEP_CLOCKS, SWEEPS
from dispatch.timing import clocks
from dispatch.timing.missed import Missed
from dispatch.webhooks import call_pushes, postman
from hotline.core import log as logging
from hotline.core import queue
from hotline.core.clock import now
from hotline.core.db import is_away, transaction
from hotline.core.settings import settings
from nlp import text

# A heartbeat every quarter of a minute: `readyz` tells a dead worker from a quiet one.
WORKER_TTL_S = 30
# The sweep comes a moment after the threshold, never a moment before it.
JUST_AFTER_S = 0.05

log = structlog.get_logger()


class SweepCron(CronScheduler):
    """`rq cron` that a jumping clock does not stop, and that also sweeps at the next due time.

    RQ's own counts by the wall clock, enqueues with pickle, and dies when Redis is away.
    """

    def __init__(self, connection: Redis) -> None:
        super().__init__(connection, logging_level="WARNING")
        self._next_run: dict[str, float] = {}
        self._missed = Missed()

    def enqueue_jobs(self) -> list[CronJob]:
        due = [job for job in self.get_jobs() if self._waits(job) <= 0]
        for job in due:
            queue.enqueue(job.func_name)
            job.set_enqueue_time(rq_now())
            self._next_run[job.func_name] = time.monotonic() + (job.interval or 0)
            if job.func_name == SWEEP_CLOCKS:
                self._missed.swept(time.monotonic())
        return due

    def calculate_sleep_interval(self) -> float:
        """Return the seconds until a period ends, a clock strikes or it must look again."""
        at, alarms = time.monotonic(), _alarms()
        again = self._missed.wait(at, due=alarms.missed)
        if again == 0.0:
            self._next_run[SWEEP_CLOCKS] = at
        elif alarms.strikes_in is not None and alarms.strikes_in <= LOOK_S:
            strikes_at = at + alarms.strikes_in + JUST_AFTER_S
            self._next_run[SWEEP_CLOCKS] = min(
                strikes_at, self._next_run.get(SWEEP_CLOCKS, strikes_at)
            )
        waits = [LOOK_S, *(self._waits(job) for job in self.get_jobs())]
        return max(0.0, min(waits if again is None else [*waits, again]))

    def heartbeat(self) -> None:
        """Show that the schedule lives; a Redis that was wiped knows it again by this."""
        with _redis_may_be_away():
            super().heartbeat()

    def save(self, pipeline: Pipeline | None = None) -> None:
        with _redis_may_be_away():
            super().save(pipeline)

    def register_death(self, pipeline: Pipeline | None = None) -> None:
        # Nothing is left to take back when Redis was wiped since the last heartbeat.
        with _redis_may_be_away(), contextlib.suppress(SchedulerNotFound):
            super().register_death(pipeline)

    def _waits(self, job: CronJob) -> float:
        return self._next_run.get(job.func_name, 0.0) - time.monotonic()


@contextlib.contextmanager
def _redis_may_be_away() -> Iterator[None]:
    """Say so when it is, and go on: the next heartbeat tells all that this one would have."""
    try:
        yield
    except RedisError as error:
        log.warning("schedule.unheard", error=str(error))


@dataclass(frozen=True, slots=True)
class Alarms:
    """Whether a clock is due already, and in how many seconds the first of the others strikes."""

    missed: bool
    strikes_in: float | None


def _alarms() -> Alarms:
    """Return how the clocks stand; as if there were none when the database is away."""
    at = now()
    try:
        with transaction() as session:
            missed = clocks.any_due(session, now=at)
            alarm = clocks.next_alarm(session, after=at)
    except OperationalError as error:
        log.warning("database.away", error=str(error.orig).splitlines()[0])
        return Alarms(missed=False, strikes_in=None)
    return Alarms(missed, (alarm - at).total_seconds() if alarm else None)


class Worker(SimpleWorker):
    """A worker that bears Redis wiped and PostgreSQL away.

    RQ's own registers only at its birth, and tells an outage with a page of traceback a job.
    """

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        super().heartbeat(timeout, pipeline)
        worker_registration.register(self, pipeline)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        error = exc_info[1]
        if not is_away(error):
            super().handle_exception(job, *exc_info)
            return
        why = str(error.orig).partition("\n")[0]
        log.error("database.away", job=job.func_name, error=why, remedy="a later sweep runs it")


def work() -> None:
    """Run quick jobs one after the other until told to stop."""
    logging.configure("worker", as_json=settings().log_json)
    router.shipped_model()  # loaded before the first call needs it
    text.warm()
    worker = Worker(
        [queue.job_queue()],
        connection=queue.redis(),
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL_S,
    )
    log.info("worker.ready")
    own = settings()
    calls = call_pushes.Calls(own.cti_url, full_numbers=own.cti_numbers == "full")
    with postman.following(own.webhook_networks, calls):
        worker.work(logging_level="WARNING")


def schedule() -> None:
    """Enqueue every sweep at its period until told to stop."""
    logging.configure("schedule", as_json=settings().log_json)
    cron = SweepCron(queue.redis())
    for sweep in SWEEPS:
        cron.register(import_attribute(sweep.job), queue_name=queue.QUICK, interval=sweep.every_s)
    log.info("schedule.ready", sweeps=len(SWEEPS))
    cron.start()  # type: ignore[no-untyped-call]  # RQ has no type here

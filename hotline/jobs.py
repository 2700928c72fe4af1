"""The worker and schedule processes: RQ with JSON, and the table of sweeps."""

import structlog
from redis.client import Pipeline
from rq import SimpleWorker, worker_registration
from rq.cron import CronJob, CronScheduler
from rq.serializers import JSONSerializer
from rq.utils import import_attribute
from rq.utils import now as rq_now

from dispatch import router
from dispatch.schedule import SWEEPS
from hotline.core import log as logging
from hotline.core import queue
from hotline.core.settings import settings
from nlp import text

# A heartbeat every quarter of a minute: `readyz` tells a dead worker from a quiet one.
WORKER_TTL_S = 30

log = structlog.get_logger()


class JsonCron(CronScheduler):
    """`rq cron` that enqueues with JSON; RQ's own enqueues with its default pickle."""

    def enqueue_jobs(self) -> list[CronJob]:
        due = [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            queue.enqueue(job.func_name)
            job.set_enqueue_time(rq_now())
        return due


class Worker(SimpleWorker):
    """A worker that is found again after Redis was wiped; RQ's own registers only at its birth."""

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        super().heartbeat(timeout, pipeline)
        worker_registration.register(self, pipeline)


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
    worker.work(logging_level="WARNING")


def schedule() -> None:
    """Enqueue every sweep at its period until told to stop."""
    logging.configure("schedule", as_json=settings().log_json)
    cron = JsonCron(queue.redis(), logging_level="WARNING")
    for sweep in SWEEPS:
        cron.register(import_attribute(sweep.job), queue_name=queue.QUICK, interval=sweep.every_s)
    log.info("schedule.ready", sweeps=len(SWEEPS))
    cron.start()  # type: ignore[no-untyped-call]  # RQ has no type here

"""RQ's queues and wake-ups on Redis.

PostgreSQL is the truth: what Redis loses is swept up again.
"""

import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.client import PubSub
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from sqlmodel import Session

from hotline.core import errands
from hotline.core.db import after_commit
from hotline.core.settings import settings

QUICK = "quick"  # short, trusted jobs, run by SimpleWorkers
EVENTS = "hotline:events"  # wake-up channel: the event log has grown
GATHER_S = 0.02  # no person notices; a busy centre wakes its readers 50 times a second at most
WAITING_S = 60  # a job that was lost from the queue holds up no later one for longer

log = structlog.get_logger()


@lru_cache
def redis() -> Redis:
    """Return this process's Redis connection pool; connects lazily."""
    return Redis.from_url(settings().redis_address, retry=Retry(NoBackoff(), 0))


def job_queue(name: str = QUICK) -> Queue:
    """Return the RQ queue, with JSON in place of RQ's default pickle."""
    return Queue(name, connection=redis(), serializer=JSONSerializer)


def enqueue(job: str, *arguments: Any, queue: str = QUICK) -> None:
    """Queue a job by its dotted name; when Redis is away, say so: the sweep takes it up."""
    try:
        job_queue(queue).enqueue(job, *arguments)
    except RedisError as error:
        log.warning("queue.away", job=job, error=str(error), remedy="the minute's sweep runs it")


def enqueue_after_commit(session: Session, job: str, *arguments: Any) -> None:
    """Queue the job once the transaction stands."""
    after_commit(session, lambda: enqueue(job, *arguments))


def enqueue_soon(session: Session, job: str) -> None:
    """Queue a job that does all there is to do, once the transaction stands.

    One that waits in the queue already will find this transaction's rows: a second would do
    nothing. The job itself must begin with `started`.
    """
    after_commit(session, lambda: errands.run_soon(job, lambda: _enqueue_unless_waiting(job)))


def started(job: str) -> None:
    """Say that this run of the job is about to look: whoever commits from now on needs another."""
    try:
        redis().delete(_waiting(job))
    except RedisError as error:
        log.warning("queue.away", job=job, error=str(error))


def _enqueue_unless_waiting(job: str) -> None:
    try:
        first = redis().set(_waiting(job), b"", nx=True, ex=WAITING_S)
    except RedisError as error:
        log.warning("queue.away", job=job, error=str(error), remedy="the minute's sweep runs it")
        return
    if first:
        enqueue(job)


def _waiting(job: str) -> str:
    return f"hotline:waiting:{job}"


def wake(channel: str) -> None:
    """Wake whoever listens on the channel; listeners also look by themselves, only less often."""
    errands.run_soon(("wake", channel), lambda: _publish(channel))


def _publish(channel: str) -> None:
    try:
        redis().publish(channel, b"")
    except RedisError as error:
        log.warning("wake.away", channel=channel, error=str(error))


def wakes(channel: str, *, every_s: float) -> Iterator[None]:
    """Yield after wake-ups, and at least every `every_s` seconds; Redis may come and go.

    Wake-ups that follow within `GATHER_S` are one: whoever is woken looks at all there is.
    """
    while True:
        try:
            listener: PubSub = redis().pubsub(  # type: ignore[no-untyped-call]  # redis-py has none
                ignore_subscribe_messages=True
            )
            with listener as listening:
                listening.subscribe(channel)
                while True:
                    yield
                    if listening.get_message(timeout=every_s):
                        time.sleep(GATHER_S)
                        while listening.get_message(timeout=0):
                            pass
        except RedisError as error:
            log.warning("wake.away", channel=channel, error=str(error))
            time.sleep(every_s)
            yield

"""Every part of the hotline, asked whether it is there: for `/readyz` and for the page about it."""

import socket
from dataclasses import asdict
from pathlib import Path

from redis.exceptions import RedisError
from rq import Worker
from rq.cron_scheduler_registry import cleanup, get_registry_key
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from dispatch.schedule import SILENT_AFTER_S
from hotline.core import queue
from hotline.core.clock import now
from hotline.core.db import LEADERSHIP, engine
from hotline.core.settings import settings
from nlp import speech_remote
from nlp.speech_remote import SpeechUnavailable
from telephony import options


def parts() -> dict[str, str]:
    """Return how each part is, `ok` or in a word or two what ails it."""
    own = settings()
    return {
        "database": database(),
        "switch": switch(),
        **queues(),
        "speech": "ok" if "engine" in speech() else "away",
        "seats": seats(own.seats_socket),
        "telephone": "ok" if options.answers(own.sip_host, own.sip_port) else "no answer",
    }


def switch() -> str:
    """Return whether somebody leads: the leader holds an advisory lock while it lives."""
    try:
        with engine().connect() as connection:
            return "ok" if leads(connection) else "no leader"
    except SQLAlchemyError:
        return "unknown"


def leads(connection: Connection) -> bool:
    """Return whether a switch holds the lock."""
    query = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = :key"
    )
    return bool(connection.scalar(query, {"key": LEADERSHIP}))


def database() -> str:
    """Return whether PostgreSQL answers."""
    try:
        with engine().connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "away"
    return "ok"


def queues() -> dict[str, str]:
    """Return how Redis, the workers and the schedule are."""
    try:
        workers = Worker.count(connection=queue.redis())
        schedule = _schedule()
    except RedisError:
        return {"redis": "away", "worker": "unknown", "schedule": "unknown"}
    return {
        "redis": "ok",
        "worker": "ok" if workers else "none",
        "schedule": schedule,
    }


def _schedule() -> str:
    """Return whether the schedule has shown itself lately.

    `silent`: Redis knows one that has not. `not heard`: Redis knows none, for none runs, or for
    Redis was emptied some seconds ago and the schedule's next look is still to come.
    """
    redis, heard, moment = queue.redis(), get_registry_key(), now().timestamp()
    if redis.zcount(heard, moment - SILENT_AFTER_S, moment + SILENT_AFTER_S):
        return "ok"
    cleanup(redis)  # those that have been silent for minutes
    return "silent" if redis.zcard(heard) else "not heard"


def seats(door: Path) -> str:
    """Return whether the audio door of browser seats listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(1)
        return "ok" if line.connect_ex(str(door)) == 0 else "away"


def speech() -> dict[str, object]:
    """Return which recogniser answers, or its `error`."""
    try:
        return asdict(speech_remote.health(settings().speech_socket))
    except SpeechUnavailable as error:
        return {"error": error.detail}

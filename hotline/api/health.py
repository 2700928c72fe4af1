"""Whether the hotline is alive, and whether every part of it is ready to take a call."""

import socket
from dataclasses import asdict
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError
from rq import Worker
from rq.cron_scheduler_registry import cleanup, get_registry_key
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from dispatch.routing import router
from dispatch.schedule import SILENT_AFTER_S
from hotline.api import floor_metrics
from hotline.core import queue
from hotline.core.clock import now
from hotline.core.db import LEADERSHIP, engine
from hotline.core.errors import CannotStart
from hotline.core.settings import settings
from nlp import speech_remote
from nlp.speech_remote import SpeechUnavailable
from telephony import options

door = APIRouter(tags=["health"])


@door.get("/healthz", operation_id="health")
def health() -> dict[str, object]:
    """Say that the web process lives, and which recogniser and router model are in use."""
    return {"status": "ok", "speech": _speech(), "router": _router_model()}


@door.get("/readyz", operation_id="readiness")
async def readiness(response: Response) -> dict[str, object]:
    """Ask every part; 503 names those that are not ready."""
    parts = await run_in_threadpool(_parts)
    ready = all(state == "ok" for state in parts.values())
    response.status_code = 200 if ready else 503
    return {"ready": ready, "parts": parts}


@door.get("/metrics", operation_id="metrics", response_class=PlainTextResponse)
def metrics() -> Response:
    """Prometheus metrics of the web process, and the floor's figures while there is a database."""
    return Response(generate_latest() + _floor(), media_type=CONTENT_TYPE_LATEST)


def _floor() -> bytes:
    """Return nothing while it is away, as `/readyz` says: the process's figures are told anyway."""
    try:
        with Session(engine()) as session:
            return floor_metrics.page(session)
    except (SQLAlchemyError, CannotStart):
        return b""


def _parts() -> dict[str, str]:
    own = settings()
    return {
        "database": _database(),
        "switch": _switch(),
        **_queues(),
        "speech": "ok" if "engine" in _speech() else "away",
        "seats": _seats(own.seats_socket),
        "telephone": "ok" if options.answers(own.sip_host, own.sip_port) else "no answer",
    }


def _switch() -> str:
    """Return whether somebody leads: the leader holds an advisory lock while it lives."""
    query = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = :key"
    )
    try:
        with engine().connect() as connection:
            held = connection.scalar(query, {"key": LEADERSHIP})
    except SQLAlchemyError:
        return "unknown"
    return "ok" if held else "no leader"


def _database() -> str:
    try:
        with engine().connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "away"
    return "ok"


def _queues() -> dict[str, str]:
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


def _seats(door: Path) -> str:
    """Return whether the audio door of browser seats listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(1)
        return "ok" if line.connect_ex(str(door)) == 0 else "away"


def _speech() -> dict[str, object]:
    try:
        return asdict(speech_remote.health(settings().speech_socket))
    except SpeechUnavailable as error:
        return {"error": error.detail}


def _router_model() -> dict[str, object]:
    facts = router.shipped_model().facts
    return {"rows": facts.rows, "data_sha256": facts.data_sha256, "created_at": facts.created_at}

"""What is known of every part of the hotline at this moment; each is asked, nothing is judged."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from socket import gethostname

from cryptography import x509
from redis.exceptions import RedisError
from rq import Worker
from rq.cron_scheduler_registry import get_registry_key
from sqlalchemy import text
from sqlmodel import Session

from dispatch.routing import live_model, registry
from dispatch.timing.lag import Lag, lag
from hotline.console.administration.processes_found import Found, processes, running
from hotline.core import queue
from hotline.core.settings import Settings
from hotline.web import parts
from telephony import floor_gauges, options
from telephony.floor_gauges import Gauges


@dataclass(frozen=True)
class Queued:
    """RQ's side: how long ago the workers and the schedule were heard, and what waits."""

    workers: int = 0
    pids: tuple[int, ...] = ()  # of those on this machine: RQ renames its processes
    worker_heard_s: float | None = None
    schedule_heard_s: float | None = None
    waiting: int = 0
    oldest_s: float = 0.0
    failed: int = 0


@dataclass(frozen=True)
class Seen:
    """Everything the page tells of; `parts` is as `/readyz` says it."""

    at: datetime
    version: str
    parts: Mapping[str, str]
    found: Mapping[str, list[Found]]
    media_wanted: int
    proxied: bool
    queued: Queued
    clocks: Lag
    floor: Gauges
    speech: Mapping[str, object]
    database: str
    connections: int
    free_mb: int
    least_free_mb: int
    certificate_until: datetime | None
    model_id: int | None
    model_is_live: bool


def look(session: Session, own: Settings, *, now: datetime) -> Seen:
    """Ask every part; those that are away take a second or two to be known as such."""
    row, used = registry.live(session), live_model.current(session)
    server, connections = _database(session)
    heard, waits = parts.speech(), queued(now)
    return Seen(
        at=now,
        version=version("hotline"),
        parts=_parts(session, own, heard),
        found=processes(own) | {"worker": running(waits.pids)},
        media_wanted=own.media_workers,
        proxied=own.proxied,
        queued=waits,
        clocks=lag(session, now=now),
        floor=floor_gauges.read(session, short_s=own.short_abandon_s, now=now),
        speech=heard,
        database=server,
        connections=connections,
        free_mb=_free_mb(own.recordings_dir),
        least_free_mb=own.min_free_mb,
        certificate_until=expiry_of(own.tls_cert),
        model_id=row.id if row else None,
        model_is_live=row is None or used.facts.data_sha256 == row.data_sha256,
    )


def _parts(session: Session, own: Settings, heard: Mapping[str, object]) -> dict[str, str]:
    """Return what `/readyz` says, asked through the session that is open already."""
    return {
        "database": "ok",  # it has just answered
        "switch": "ok" if parts.leads(session.connection()) else "no leader",
        **parts.queues(),
        "speech": "ok" if "engine" in heard else "away",
        "seats": parts.seats(own.seats_socket),
        "telephone": "ok" if options.answers(own.sip_host, own.sip_port) else "no answer",
    }


def _database(session: Session) -> tuple[str, int]:
    """Return the server's version and how many are connected to it."""
    asked = text("SELECT current_setting('server_version'), count(*) FROM pg_stat_activity")
    server, connections = session.connection().execute(asked).one()
    return str(server).split()[0], int(connections)


def queued(now: datetime) -> Queued:
    """Return what Redis knows; nothing while it is away."""
    redis, jobs = queue.redis(), queue.job_queue()
    try:
        workers = Worker.all(connection=redis)
        heard = [each.last_heartbeat for each in workers if each.last_heartbeat]
        scores = redis.zrevrange(get_registry_key(), 0, 0, withscores=True)
        first = next(iter(jobs.get_jobs(0, 1)), None)
        since = first.enqueued_at if first else None
        return Queued(
            workers=len(workers),
            pids=tuple(each.pid for each in workers if each.pid and each.hostname == gethostname()),
            worker_heard_s=(now - max(heard)).total_seconds() if heard else None,
            schedule_heard_s=now.timestamp() - float(scores[0][1]) if scores else None,
            waiting=jobs.count,
            oldest_s=(now - since).total_seconds() if since else 0.0,
            failed=jobs.failed_job_registry.count,
        )
    except RedisError:
        return Queued()


def expiry_of(certificate: Path | None) -> datetime | None:
    """Return until when the site's own certificate holds; None without one, or a readable one."""
    if certificate is None:
        return None
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None


def _free_mb(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free >> 20

"""The sweep for hot issues: counts what is new, looks where it is hot, raises what surprises."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import structlog
from sqlmodel import Session

from dispatch.hot import counting, looking, raising
from dispatch.hot.season import Season
from hotline.core.clock import now as clock
from hotline.core.db import transaction

Begin = Callable[[], AbstractContextManager[Session]]  # a transaction of its own

log = structlog.get_logger()


def sweep() -> None:
    """Run one sweep; of two at the same time neither raises what the other has raised."""
    raised = look(transaction, now=clock())
    if raised:
        log.info("hot.raised", alerts=raised)


def look(begin: Begin, *, now: datetime) -> int:
    """Count on and raise; return how many were raised. Nothing while the counting is behind.

    While it looks and compares words nothing is locked or written: every reader of the event log
    waits for the oldest transaction that has an id (`events.read`).
    """
    with begin() as session:
        counted = _count(session, now)
    if counted is None:
        return 0
    season, since = counted
    with begin() as session:
        hot = raising.judge(session, looking.find(session, season, since=since, now=now), now=now)
    raised = 0
    for each in hot:
        with begin() as session:
            raised += raising.raise_one(session, each, now=now)
    return raised


def _count(session: Session, now: datetime) -> tuple[Season, datetime] | None:
    """Return the season and since when was counted; None while another does or it is behind."""
    watch = counting.claim(session, now=now)
    if watch is None or not counting.count(session, watch, now=now):
        return None
    return counting.season(session, watch, now=now), watch.since

"""The sweep for hot issues: counts what is new, looks where it is hot, raises what surprises."""

from datetime import datetime

import structlog
from sqlmodel import Session

from dispatch.hot import counting, looking, raising
from hotline.core.clock import now as clock
from hotline.core.db import transaction

log = structlog.get_logger()


def sweep() -> None:
    """Run one sweep in one transaction; a second one at the same time does nothing."""
    with transaction() as session:
        raised = look(session, now=clock())
    if raised:
        log.info("hot.raised", alerts=raised)


def look(session: Session, *, now: datetime) -> int:
    """Count on and raise; return how many were raised. Nothing while the counting is behind."""
    watch = counting.claim(session, now=now)
    if watch is None or not counting.count(session, watch, now=now):
        return 0
    season = counting.season(session, watch, now=now)
    found = looking.find(session, season, since=watch.since, now=now)
    return raising.raise_all(session, found, now=now)

"""The sweep of 指标: fills days that were never filled, and follows what has happened since."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import structlog
from sqlmodel import Session

from dispatch.indicators import following
from hotline.core.clock import now as clock
from hotline.core.db import transaction

Begin = Callable[[], AbstractContextManager[Session]]  # a transaction of its own
MOST_DAYS = 10  # of the past a sweep; a year is filled within hours
MOST_BATCHES = 20

log = structlog.get_logger()


def sweep() -> None:
    """Run one sweep; of two at the same time one does nothing."""
    days, events = go_on(transaction, now=clock())
    if days > 1:
        log.info("indicators.filled", days=days, events=events)


def go_on(begin: Begin, *, now: datetime) -> tuple[int, int]:
    """Follow events and fill days, each in a transaction of its own; return how many of each.

    The clock's own coming due is an event too: by time alone only missed calls are judged.
    """
    events = _repeat(begin, MOST_BATCHES, now, lambda *given: following.follow(*given, now=now))
    days = _repeat(begin, MOST_DAYS, now, lambda *given: following.fill(*given, now=now))
    _repeat(begin, MOST_BATCHES, now, lambda session, _: following.overdue(session, now=now))
    return days, events


def _repeat(begin: Begin, most: int, now: datetime, step: Callable[..., int]) -> int:
    """Take steps until one finds nothing to do; return the sum of what they did."""
    done = 0
    for _ in range(most):
        with begin() as session:
            watch = following.claim(session, now=now)
            did = int(step(session, watch)) if watch else 0
        if not did:
            break
        done += did
    return done

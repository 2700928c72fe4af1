"""What makes reports and long freezings: a sweep begins what is due, a process of its own does it.

A month's figures take tens of seconds to freeze. The process has the lowest priority, and calls and
clocks, which share the workers, wait for nothing.
"""

import ctypes
import os
import signal
import subprocess
import sys
from datetime import datetime

import structlog
from sqlalchemy import text
from sqlmodel import Session

from dispatch.indicators import long_freezing
from dispatch.indicators.jobs import Begin
from dispatch.publishing import asking
from dispatch.reports import attempts, drafting, scheduling
from hotline.core import log
from hotline.core.clock import now as clock
from hotline.core.db import engine, transaction
from hotline.core.errors import HotlineError
from hotline.core.queue import started
from hotline.core.settings import settings

LOWEST_PRIORITY = 19
_NAMED = "hashtextextended('report documents', 0)"
_FREE = text(f"SELECT pg_try_advisory_xact_lock({_NAMED})")
_HELD = text(f"SELECT pg_try_advisory_lock({_NAMED})")
_PR_SET_PDEATHSIG = 1

said = structlog.get_logger()
_children: list[subprocess.Popen[bytes]] = []


def sweep() -> None:
    """Begin what is due, and start the process when something waits and none is at it."""
    started(drafting.JOB)
    _children[:] = [each for each in _children if each.poll() is None]
    begin_due(transaction, now=clock())
    with transaction() as session:
        starts = waits(session, now=clock()) and bool(session.execute(_FREE).scalar_one())
    if starts:
        _children.append(_started())


def begin_due(begin: Begin, *, now: datetime) -> int:
    """Begin each scheduled report that is due, in a transaction of its own; return how many."""
    with begin() as session:
        schedules = scheduling.running(session)
    made = 0
    for each in schedules:
        with begin() as session:
            made += scheduling.make_due(session, each, now=now) is not None
    return made


def waits(session: Session, *, now: datetime) -> bool:
    """Return whether there is something for the process to do."""
    rooms = (drafting, long_freezing, asking)
    return any(room.waiting(session, now=now) for room in rooms)


def go_on(begin: Begin, *, now: datetime) -> int:
    """Prepare what waits: reports, long periods to freeze, releases; return how many were done."""
    with begin() as session:
        reports = drafting.waiting(session, now=now)
    done = sum(_prepare(begin, each, now) for each in reports)
    return done + long_freezing.go_on(begin, now=now) + asking.go_on(begin, now=now)


def _prepare(begin: Begin, report_id: int, now: datetime) -> bool:
    """Prepare the report; what stands in its way is said on it, and it is tried again later."""
    with begin() as session:
        if not attempts.begin(session, report_id, now=now):
            return False
    try:
        with begin() as session:
            report = drafting.claim(session, report_id)
            if report is None:
                return False
            drafting.prepare(session, report, now=now)
    except HotlineError as error:
        return _stays(begin, report_id, error.detail, now)
    except Exception:  # the reports that wait behind it have nothing to do with it
        said.exception("reports.failed", report=report_id)
        return _stays(begin, report_id, attempts.FAILED, now)
    return True


def _stays(begin: Begin, report_id: int, why: str, now: datetime) -> bool:
    with begin() as session:
        attempts.came_to_nothing(session, report_id, why, now=now)
    return False


def main() -> None:
    """Be the process; it ends with the worker that started it, or when nothing waits."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.nice(LOWEST_PRIORITY)
    log.configure("reports", as_json=settings().log_json)
    with engine().connect() as holding:
        if holding.execute(_HELD).scalar_one():
            holding.commit()
            said.info("reports.done", count=go_on(transaction, now=clock()))


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-m", __name__], env=settings().child_environment()
    )


if __name__ == "__main__":
    main()

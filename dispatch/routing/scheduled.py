"""定期重新训练: once a month a candidate from the site's own lessons, tried in shadow.

A worker's job looks whether it is time; the training is a process of its own at the lowest
priority, so that calls and clocks, which share the workers, wait for nothing.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import func, text
from sqlmodel import Session, col, select

from dispatch.routing.models_retraining import Retraining
from dispatch.routing.models_router import RouterModel
from hotline.core import events, log
from hotline.core.accounts import MACHINE
from hotline.core.clock import now as clock
from hotline.core.db import engine, transaction
from hotline.core.events import EventType
from hotline.core.settings import settings

TRIES = 3  # of one month's run that died on the way
AGAIN = timedelta(days=1)  # too few lessons, or a file that can't be read: looked at again
LOWEST_PRIORITY = 19
_NAMED = "hashtextextended('router retraining', 0)"
_FREE = text(f"SELECT pg_try_advisory_xact_lock({_NAMED})")
_HELD = text(f"SELECT pg_try_advisory_lock({_NAMED})")
_PR_SET_PDEATHSIG = 1

said = structlog.get_logger()
_children: list[subprocess.Popen[bytes]] = []


class RunState(StrEnum):
    """正在训练、已登记、数据未变、数据太少、不能用、中断."""

    RUNNING = "running"
    REGISTERED = "registered"
    KNOWN = "known"  # the very same lessons made a model before
    TOO_FEW = "too_few"
    REFUSED = "refused"  # the rows or the fixed set can't be used; the row says why
    DIED = "died"


def sweep() -> None:
    """Start the training in a process of its own when it is time; nobody waits for it."""
    _children[:] = [each for each in _children if each.poll() is None]
    with transaction() as session:
        starts = _free(session) and bring_to_light(session, now=clock()) and due(session, clock())
    if starts:
        _children.append(_started())


def bring_to_light(session: Session, *, now: datetime) -> bool:
    """Note that a run died which nobody is at any more; return True. The lock must be held."""
    last = latest(session)
    if last and last.state == RunState.RUNNING:
        end(session, last, RunState.DIED, now=now)
    return True


def due(session: Session, now: datetime) -> bool:
    """Return whether a run begins now."""
    at = next_at(session)
    return at is not None and at <= now


def next_at(session: Session) -> datetime | None:
    """Return when the next run begins; None for a site that wants none, or has no model yet.

    The first comes a whole span after the first model was registered: a new site has no lessons.
    """
    span = timedelta(days=settings().retrain_days)
    last = latest(session)
    if not span:
        return None
    if last is None:
        first = session.exec(select(RouterModel).order_by(col(RouterModel.id)).limit(1)).first()
        return first.registered_at + span if first else None
    if last.state == RunState.DIED:
        return last.started_at + (AGAIN if _deaths(session) % TRIES else span)
    soon = last.state in (RunState.TOO_FEW, RunState.REFUSED)
    return last.started_at + (min(span, AGAIN) if soon else span)


def latest(session: Session) -> Retraining | None:
    """Return the last run."""
    return session.exec(select(Retraining).order_by(col(Retraining.id).desc()).limit(1)).first()


def begin(session: Session, *, now: datetime) -> Retraining:
    """Keep that a run began; one that could train nothing is done again in its own row."""
    row = latest(session)
    if row is None or row.state not in (RunState.TOO_FEW, RunState.REFUSED):
        row = Retraining(started_at=now, state=RunState.RUNNING)
    row.started_at, row.ended_at, row.state = now, None, RunState.RUNNING
    session.add(row)
    session.flush()
    return row


def end(session: Session, row: Retraining, state: RunState, *, now: datetime) -> None:
    """Keep and tell what came of the run, in codes and counts."""
    row.state, row.ended_at = state, now
    session.add(row)
    session.flush()
    told: dict[str, Any] = {
        "state": state.value,
        "rows": row.rows,
        "newest": row.newest,
        "rare": row.rare,
    }
    if row.model_id:
        told |= {"model": row.model_id, "shadow": row.shadowed}
    what = EventType.MODEL_RETRAINED
    events.append(session, what, chain="retraining", actor=str(MACHINE), now=now, **told)


def alone(run: Callable[[], object]) -> None:
    """Run it unless another process is at it; a process that dies lets go."""
    with engine().connect() as holding:
        if holding.execute(_HELD).scalar_one():
            holding.commit()
            run()


def main() -> None:
    """Be the process that trains; it ends with the worker that started it."""
    from dispatch.routing import retraining_run

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.nice(LOWEST_PRIORITY)
    log.configure("retraining", as_json=settings().log_json)
    alone(retraining_run.once)


def _started() -> subprocess.Popen[bytes]:
    said.info("retraining.started")
    return subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-m", __name__], env=settings().child_environment()
    )


def _free(session: Session) -> bool:
    return bool(session.execute(_FREE).scalar_one())


def _deaths(session: Session) -> int:
    """Return how many of the last runs in a row died."""
    lived = select(func.max(Retraining.id)).where(Retraining.state != RunState.DIED)
    last = session.exec(lived).one() or 0
    return session.exec(
        select(func.count(col(Retraining.id))).where(col(Retraining.id) > last)
    ).one()


if __name__ == "__main__":
    main()

"""推演 as RQ jobs: one turn after another, and a sweep that takes up what a crash left behind."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import structlog
from sqlmodel import Session

from dispatch.replays import running, turns
from dispatch.replays.running import Kept
from hotline.core.clock import now as clock
from hotline.core.db import transaction
from hotline.core.errors import HotlineError

# Calls and clocks share the queue: then the job stands in line again.
TURN_S = 5.0
Begin = Callable[[], AbstractContextManager[Session]]  # a transaction of its own

log = structlog.get_logger()


def sweep() -> None:
    """Queue a turn of each replay that is not over, unless it has one in line or being done."""
    with transaction() as session:
        waiting = running.open_ones(session)
    for each in waiting:
        turns.ask(each)


def go_on(replay_id: int) -> None:
    """Replay for one turn, and ask for another one when something is left."""
    ends = time.monotonic() + TURN_S
    turns.begin(replay_id)
    left = False
    try:
        left = run(transaction, replay_id, clock=clock, more=lambda: time.monotonic() < ends)
    finally:
        turns.end(replay_id, left=left)


def run(
    begin: Begin, replay_id: int, *, clock: Callable[[], datetime], more: Callable[[], bool]
) -> bool:
    """Take steps, each in a transaction, while `more` says so; return whether some are left.

    A refusal of the domain (a model's files were changed) ends the replay as failed, with its
    words; whatever else happens is the worker's to log, and the next turn begins where it was.
    """
    kept = Kept()
    with begin() as session:
        if not running.begin_turn(session, replay_id, now=clock()):
            return False
    try:
        while _step(begin, replay_id, kept, clock()):
            if not more():
                return True
    except HotlineError as error:
        with begin() as session:
            running.fail_by_id(session, replay_id, error.detail, now=clock())
        log.warning("replay.failed", replay=replay_id, error=error.title)
    return False


def _step(begin: Begin, replay_id: int, kept: Kept, now: datetime) -> bool:
    with begin() as session:
        return running.step(session, replay_id, kept, now=now)

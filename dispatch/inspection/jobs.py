"""质检的定时任务: flags are raised, and each plan's period is drawn on the morning after it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import structlog
from sqlmodel import Session

from dispatch.inspection import draws, flagging, plans
from hotline.core.accounts import MACHINE
from hotline.core.clock import beijing, beijing_day
from hotline.core.clock import now as clock
from hotline.core.db import transaction

MOST_TURNS = 20  # transactions of one sweep
DRAWS_FROM = 6  # o'clock in Beijing: what was said the evening before has its flags by then

Begin = Callable[[], AbstractContextManager[Session]]  # a transaction of its own

log = structlog.get_logger()


def sweep() -> None:
    """Look at what is over, and draw what is due."""
    moment = clock()
    look(transaction, now=moment)
    drawn = draw(transaction, now=moment)
    if drawn:
        log.info("inspection.drawn", plans=drawn)


def look(begin: Begin, *, now: datetime) -> int:
    """Let the rules look at what waits, some at a time; return how much that was."""
    looked = 0
    for _ in range(MOST_TURNS):
        with begin() as session:
            found = flagging.scan(session, now=now)
        looked += found
        if found < flagging.AT_ONCE:
            break
    return looked


def draw(begin: Begin, *, now: datetime) -> int:
    """Draw for each plan that is due, by itself; return for how many. Nothing before six."""
    if beijing(now).hour < DRAWS_FROM:
        return 0
    today, drawn = beijing_day(now), 0
    with begin() as session:
        due = draws.due(session, today=today)
    for plan_id in due:
        with begin() as session:
            plan = plans.find(session, plan_id, lock=True)
            if plan_id in draws.due(session, today=today):  # no other sweep was quicker
                draws.draw(session, plan, actor=MACHINE, now=now)
                drawn += 1
    return drawn

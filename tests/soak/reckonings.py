"""Reckonings by a new notice that run side by side and are killed at random.

Whatever half-done batch they leave, every clock moves once in the end, and tells of it once.
"""

import math
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Clock
from dispatch.rules import calendar_imports, calendar_preview, reckon_all
from dispatch.rules.calendar_imports import File
from dispatch.rules.holiday_notices import parse_days
from dispatch.rules.models_rules import CalendarReckoning
from hotline.core import clock, events
from hotline.core.accounts import MACHINE
from hotline.core.db import transaction
from hotline.core.events import Event, EventType
from tests import forks
from tests.factories import create_ticket

BATCH = 2  # tickets: small, so that a process has many moments at which it can die
PARALLEL = 2
LONGEST_LIFE_S = 0.1  # from its first statement on
NOTICE = (
    "layer,date,kind,name,notice,publisher,issued,found_at\n"
    "540100,2026-12-03,off,放假,测试放假通知,,,\n"
)

Due = dict[tuple[str, str], datetime]


@dataclass(frozen=True)
class Reckoned:
    """What came of it: clocks to be moved, processes killed, left to do then, what is wrong."""

    clocks: int
    kills: int
    left: int
    wrong: tuple[str, ...]


def kill_reckonings(
    engine: Engine, *, tickets: int, runs: int, seed: int, now: datetime
) -> Reckoned:
    """Take a notice in on an own, seeded database, and kill so many of those that reckon by it."""
    chance = random.Random(seed)  # noqa: S311  # no secret: when to kill
    url = engine.url.render_as_string(hide_password=False)
    with Session(engine) as session:
        dispatch_some(session, now, count=tickets)
        expected = _take_in(session, now)
    kills = 0
    for _ in range(math.ceil(runs / PARALLEL)):
        living = [
            forks.begin(reckon, url, life_s=chance.uniform(0, LONGEST_LIFE_S))
            for _ in range(PARALLEL)
        ]
        kills += sum(_exit_of(each) == -9 for each in living)
    left = len(expected) - len(_moved(engine))
    assert _exit_of(forks.begin(reckon, url, life_s=math.inf)) == 0
    return Reckoned(len(expected), kills, left, tuple(_wrong(engine, expected)))


def reckon() -> None:
    """Reckon until nothing is left; what a killed one held, the server lets go of in a moment."""
    unmoved = 0
    while unmoved < 20:
        with transaction() as session:
            more = reckon_all.reckon_batch(session, now=clock.now(), most=BATCH)
        unmoved = 0 if more else unmoved + 1
        time.sleep(0 if more else 0.05)


def dispatch_some(session: Session, now: datetime, *, count: int) -> None:
    """Give departments tickets whose reply clocks span the notice's day."""
    for _ in range(count):
        ticket = create_ticket(session, now=now)
        dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)
    session.commit()


def _take_in(session: Session, now: datetime) -> Due:
    """Take the notice in, and return when which clock should be due then."""
    days = parse_days("notice.csv", NOTICE)
    ahead = calendar_preview.preview(session, days)
    file = File.of("notice.csv", NOTICE, days)
    assert calendar_imports.take_in(session, file, actor=MACHINE, now=now)
    session.commit()
    return {(each.subject, each.kind): each.due_after for each in ahead.moves}


def _exit_of(doomed: forks.Doomed) -> int | None:
    while not doomed.has_ended():
        time.sleep(0.002)
    return doomed.process.exitcode


def _moved(engine: Engine) -> Due:
    with Session(engine) as session:
        moved = session.exec(select(Clock).where(col(Clock.calendar_version) > 0)).all()
    return {(each.subject, each.kind): each.due_at for each in moved}


def _wrong(engine: Engine, expected: Due) -> Iterator[str]:
    """Yield what was not moved, or not once, or not told of once."""
    if not expected:
        yield "the notice moves nothing"
    with Session(engine) as session:
        state = session.exec(select(CalendarReckoning)).one()
        told = session.exec(select(Event).where(Event.type == EventType.CLOCK_RECKONED)).all()
        checked = events.verify(session)
    times = Counter((event.refs["subject"], event.refs["clock"]) for event in told)
    if times != Counter(dict.fromkeys(expected, 1)):
        yield f"told of {times.total()} moves of {len(times)} clocks"
    if _moved(engine) != expected:
        yield "clocks are due at other moments than was previewed"
    if not state.finished_at or state.moved != len(expected):
        yield f"finished at {state.finished_at} with {state.moved} moved"
    if not checked:
        yield "no event to verify"

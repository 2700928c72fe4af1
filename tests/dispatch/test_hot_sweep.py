"""The sweep for hot issues holds nobody up, and heeds what was done while it looked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine, text
from sqlmodel import Session, select

from dispatch.hot import alerts, deciding, jobs, raising
from dispatch.hot.deciding import Verdict
from dispatch.hot.looking import Cell
from dispatch.hot.models_hot import HotAlert
from dispatch.hot.states import Decision
from dispatch.hot.windows import WINDOWS, Finding
from hotline.core.accounts import Actor
from hotline.core.db import transaction
from hotline.core.events import EventType
from tests.dispatch.hot_scene import MINUTE, POWER, burst, quiet_weeks

HAS_AN_ID = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
CELL = Cell("540102", "/".join(POWER))


def found(now: datetime) -> dict[Cell, Finding]:
    return {CELL: Finding(WINDOWS[0], now - timedelta(minutes=15), 6, 0.1, 9.0)}


def test_only_what_counts_and_raises_makes_readers_of_the_event_log_wait(
    emptied: Engine, now: datetime
) -> None:
    with transaction(emptied) as session:
        quiet_weeks(session, now)
        burst(session, now)
    written: list[bool] = []

    @contextmanager
    def begin() -> Iterator[Session]:
        with transaction(emptied) as session:
            yield session
            written.append(session.execute(HAS_AN_ID).scalar_one())

    assert sum(jobs.look(begin, now=now) for _ in range(12)) == 1
    assert written[-3:] == [True, False, True]


def test_two_sweeps_that_found_the_same_raise_it_once(session: Session, now: datetime) -> None:
    burst(session, now)
    (hot,) = raising.judge(session, found(now), now=now)
    assert [raising.raise_one(session, hot, now=now) for _ in range(2)] == [True, False]
    alert = session.exec(select(HotAlert)).one()
    assert [each.type for each in alerts.story(session, alert)] == [EventType.HOT_RAISED]


def test_what_was_decided_while_a_sweep_looked_is_not_raised_again(
    session: Session, lead: Actor, now: datetime
) -> None:
    burst(session, now)
    (hot,) = raising.judge(session, found(now), now=now)
    raising.raise_one(session, hot, now=now)
    verdict = Verdict(Decision.NONE, "同一人反复来电", false_alarm=True)
    alert = session.exec(select(HotAlert)).one()
    deciding.decide(session, alert, verdict, actor=lead, now=now)
    assert not raising.raise_one(session, hot, now=now + MINUTE)
    assert session.exec(select(HotAlert)).one().id == alert.id

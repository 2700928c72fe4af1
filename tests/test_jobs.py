"""The schedule runs by RQ's cron, but not at the mercy of the wall clock."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import Engine
from sqlmodel import Session

import hotline.jobs
from hotline.core import queue
from hotline.jobs import SweepCron
from tests.factories import create_ticket


def harmless() -> None:
    """A sweep for these tests."""


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been queued; these tests are of the periods, not of Redis."""
    names: list[str] = []
    monkeypatch.setattr(queue, "enqueue", lambda name, *_: names.append(name))
    return names


def cron(monkeypatch: pytest.MonkeyPatch, alarm: float | None) -> SweepCron:
    monkeypatch.setattr(hotline.jobs, "_seconds_to_next_alarm", lambda: alarm)
    made = SweepCron(Redis(unix_socket_path="/nonexistent"))
    made.register(harmless, queue_name="quick", interval=60)
    return made


@pytest.mark.parametrize("jump", [timedelta(hours=-5), timedelta(days=3)])
def test_a_clock_that_jumps_neither_stops_nor_floods_the_sweeps(
    monkeypatch: pytest.MonkeyPatch, enqueued: list[str], jump: timedelta
) -> None:
    made = cron(monkeypatch, alarm=None)
    made.enqueue_jobs()
    real = datetime.now

    class Jumped(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return real(tz) + jump

    monkeypatch.setattr("rq.utils.datetime.datetime", Jumped, raising=False)
    monkeypatch.setattr("rq.cron.datetime", Jumped)
    made.enqueue_jobs()
    assert len(enqueued) == 1
    assert 59 < made.calculate_sleep_interval() <= 60


def test_it_wakes_for_a_threshold_that_comes_before_the_minute(
    monkeypatch: pytest.MonkeyPatch, enqueued: list[str]
) -> None:
    made = cron(monkeypatch, alarm=7.0)
    made.enqueue_jobs()
    assert enqueued
    assert 7.0 <= made.calculate_sleep_interval() < 7.2


def test_the_next_threshold_is_read_from_the_clocks(
    engine: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = datetime.now(now.tzinfo) - timedelta(
        minutes=44
    )  # warned of at three quarters of an hour
    with Session(engine) as session:
        ticket = create_ticket(session, now=soon)
        monkeypatch.setattr(hotline.jobs, "transaction", lambda: _lent(session))
        seconds = hotline.jobs._seconds_to_next_alarm()
        assert ticket.number
        session.rollback()
    assert seconds is not None
    assert 0 < seconds <= 60


class _lent:  # stands in for a function
    """The test's own session in place of a transaction, so that nothing is kept."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __enter__(self) -> Session:
        self._session.flush()
        return self._session

    def __exit__(self, *_: object) -> None:
        return None

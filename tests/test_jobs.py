"""The schedule runs by RQ's cron, but not at the mercy of the wall clock."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq.job import Job
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

import hotline.jobs
from dispatch.jobs import sweep_clocks
from dispatch.schedule import LOOK_S, SWEEP_CLOCKS
from dispatch.timing.missed import LONGEST_PAUSE_S
from hotline.core import queue
from hotline.core.db import connect
from hotline.jobs import Alarms, SweepCron, Worker
from tests.factories import create_ticket


def harmless() -> None:
    """A sweep for these tests."""


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been queued; these tests are of the periods, not of Redis."""
    names: list[str] = []
    monkeypatch.setattr(queue, "enqueue", lambda name, *_: names.append(name))
    return names


def cron(
    monkeypatch: pytest.MonkeyPatch, alarm: float | None, *, missed: bool = False
) -> SweepCron:
    clocks_stand(monkeypatch, alarm, missed=missed)
    away = Redis(unix_socket_path="/nonexistent", retry=Retry(NoBackoff(), 0))
    made = SweepCron(away)
    made.register(harmless, queue_name="quick", interval=60)
    return made


def clocks_stand(monkeypatch: pytest.MonkeyPatch, alarm: float | None, *, missed: bool) -> None:
    monkeypatch.setattr(hotline.jobs, "_alarms", lambda: Alarms(missed, alarm))


def sweeping(monkeypatch: pytest.MonkeyPatch, alarm: float | None, *, missed: bool) -> SweepCron:
    """A schedule that has just sent the sweep of the clocks, and nothing before it."""
    made = cron(monkeypatch, alarm, missed=missed)
    made.register(sweep_clocks, queue_name="quick", interval=60)
    made.enqueue_jobs()
    return made


@dataclass
class Watch:
    """The schedule's own count of seconds; only a test moves it."""

    at: float = 1000.0

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(hotline.jobs, "time", made)
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
    assert 0 < made.calculate_sleep_interval() <= LOOK_S


def test_it_wakes_for_a_threshold_that_comes_before_its_next_look(
    monkeypatch: pytest.MonkeyPatch, enqueued: list[str], watch: Watch
) -> None:
    made = sweeping(monkeypatch, alarm=3.0, missed=False)
    enqueued.clear()
    assert 3.0 <= made.calculate_sleep_interval() < 3.2
    made.enqueue_jobs()
    assert not enqueued
    watch.at += 3.2
    made.enqueue_jobs()
    assert enqueued == [SWEEP_CLOCKS]


def test_it_looks_again_within_seconds_when_nothing_is_near(
    monkeypatch: pytest.MonkeyPatch, enqueued: list[str], watch: Watch
) -> None:
    for alarm in (None, LOOK_S + 2, 3600.0):
        assert sweeping(monkeypatch, alarm, missed=False).calculate_sleep_interval() == LOOK_S
        watch.at += 60
    assert enqueued


def test_a_clock_that_is_due_already_wakes_the_sweep_at_once(
    monkeypatch: pytest.MonkeyPatch, enqueued: list[str], watch: Watch
) -> None:
    made = sweeping(monkeypatch, None, missed=False)
    enqueued.clear()
    watch.at += 20
    clocks_stand(monkeypatch, None, missed=True)
    assert made.calculate_sleep_interval() == 0
    made.enqueue_jobs()
    assert enqueued == [SWEEP_CLOCKS]


def test_a_clock_that_no_sweep_takes_makes_no_busy_loop_and_hides_no_other(
    monkeypatch: pytest.MonkeyPatch, enqueued: list[str], watch: Watch
) -> None:
    made = sweeping(monkeypatch, alarm=0.4, missed=True)
    enqueued.clear()
    assert 0.4 <= made.calculate_sleep_interval() < 0.6  # for the other one
    clocks_stand(monkeypatch, None, missed=True)
    passed, looks = 0.0, 0
    while passed < 600:
        looks += 1
        sleep = made.calculate_sleep_interval()
        passed += sleep
        watch.at += sleep
        made.enqueue_jobs()
    assert 600 / LONGEST_PAUSE_S <= enqueued.count(SWEEP_CLOCKS) <= 600 / LONGEST_PAUSE_S + 6
    assert looks <= 600 / LOOK_S + 2 * len(enqueued)


def test_a_redis_that_is_away_does_not_end_the_schedule(
    monkeypatch: pytest.MonkeyPatch, enqueued: list[str]
) -> None:
    made = cron(monkeypatch, alarm=None)
    made.heartbeat()
    made.save()
    made.register_death()
    assert made.enqueue_jobs()
    assert enqueued


def alarms_read(engine: Engine, monkeypatch: pytest.MonkeyPatch, *registered: timedelta) -> Alarms:
    """Return how the clocks stand once tickets were registered so long ago."""
    with Session(engine) as session:
        for ago in registered:
            create_ticket(session, now=datetime.now(UTC) - ago)
        monkeypatch.setattr(hotline.jobs, "transaction", lambda: _lent(session))
        found = hotline.jobs._alarms()
        session.rollback()
    return found


# A ticket is warned of at three quarters of its first hour.
NEARLY, LATE = timedelta(minutes=44), timedelta(minutes=46)


def test_the_next_threshold_is_read_from_the_clocks(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = alarms_read(engine, monkeypatch, NEARLY)
    assert found.strikes_in is not None
    assert 0 < found.strikes_in <= 60
    assert not found.missed


def test_a_missed_clock_is_seen_and_hides_no_later_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = alarms_read(engine, monkeypatch, LATE, NEARLY)
    assert found.missed
    assert found.strikes_in is not None
    assert 0 < found.strikes_in <= 60


class _lent:  # stands in for a function
    """The test's own session in place of a transaction, so that nothing is kept."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __enter__(self) -> Session:
        self._session.flush()
        return self._session

    def __exit__(self, *_: object) -> None:
        return None


def fails_at_a_server_that_is_away() -> None:
    with connect("postgresql+psycopg://nobody@127.0.0.1:1/none").connect():
        raise AssertionError("somebody answered")


def fails_by_itself() -> None:
    raise LookupError("a fault of ours")


def told_of(
    job: Callable[[], None], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> tuple[str, str]:
    """Return what a worker says of a job that failed: our line of it, and RQ's."""
    away = Redis(unix_socket_path="/nonexistent", retry=Retry(NoBackoff(), 0))
    worker = Worker([queue.job_queue()], connection=away, prepare_for_work=False)
    failed = Job(id="00000000", connection=away)
    failed.func_name = f"{__name__}.{job.__name__}"
    failed.args, failed.kwargs, failed.origin = (), {}, queue.QUICK
    try:
        job()
    except (LookupError, OperationalError):
        worker.handle_exception(failed, *sys.exc_info())
    return capsys.readouterr().out, caplog.text


def test_a_job_that_meets_no_database_is_told_in_a_line(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, of_rq = told_of(fails_at_a_server_that_is_away, caplog, capsys)
    assert "database.away" in ours
    assert "fails_at_a_server_that_is_away" in ours
    assert len(ours.splitlines()) == 1
    assert not of_rq


def test_a_job_that_fails_by_itself_is_told_with_its_traceback(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, of_rq = told_of(fails_by_itself, caplog, capsys)
    assert not ours
    assert "LookupError: a fault of ours" in of_rq

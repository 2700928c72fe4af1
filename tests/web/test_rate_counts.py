"""Counts: each process by itself at once, all together soon after, and never too many names."""

import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from hotline.core import errands, queue
from hotline.core.settings import Settings
from hotline.up.embedded import redis_command
from hotline.web import rate_counts
from hotline.web.rate_counts import Counts
from hotline.web.rates import Kind

AT = datetime(2026, 11, 25, 4, 0, 10, tzinfo=UTC)
NAMES = (Kind.READ.value, "key")


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """A Redis of this test."""
    own = Settings(data_dir=tmp_path)
    own.run_dir.mkdir(parents=True)
    with subprocess.Popen(redis_command(own)) as process:
        client = Redis.from_url(f"unix://{own.redis_socket}")
        while not own.redis_socket.exists():
            time.sleep(0.01)
        monkeypatch.setattr(queue, "redis", lambda: client)
        yield client
        client.close()
        process.terminate()


def passed(counts: Counts, times: int, *, most: int, now: datetime = AT) -> int:
    return sum(counts.add(most, NAMES, now=now) == 0 for _ in range(times))


def test_processes_count_together(redis: Redis) -> None:
    one, other = Counts(), Counts()
    assert passed(one, 60, most=100) == 60
    errands.run_now()
    assert redis.dbsize() == 1
    assert passed(other, 5, most=100) == 5  # a twentieth: now it hears of the others
    errands.run_now()
    assert passed(other, 60, most=100) == 35
    assert passed(one, 60, most=100) + 100 <= 140
    assert passed(one, 5, most=100, now=AT + timedelta(minutes=1)) == 5


@pytest.mark.usefixtures("own")
def test_without_redis_each_counts_alone_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    monkeypatch.setattr(rate_counts.log, "warning", lambda event, **_: told.append(event))
    counts = Counts()
    for _ in range(20):
        assert passed(counts, 1, most=20) == 1
        errands.run_now()
    assert passed(counts, 5, most=20) == 0
    assert told == ["rates.alone"]


def test_a_flood_of_made_up_keys_does_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_counts, "MOST_NAMES", 100)
    counts = Counts()
    for each in range(1000):
        counts.add(1000, (Kind.READ.value, str(each)), now=AT)
    assert len(counts._windows[60].others) <= 101


def test_a_flood_of_made_up_keys_makes_no_failure_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_counts, "MOST_NAMES", 100)
    counts = Counts()
    lasting = [(kind, "a") for kind in (Kind.SIGN_IN, Kind.ADDRESS, Kind.REVEAL)]
    for names in lasting:
        assert counts.add(1, names, now=AT) == 0
    for each in range(1000):
        counts.add(1000, (Kind.READ.value, str(each)), now=AT)
    assert all(counts.full(1, names, now=AT) for names in lasting)


def test_failed_sign_ins_are_counted_in_a_quarter_of_an_hour() -> None:
    counts, names = Counts(), (Kind.SIGN_IN, "name", "address")
    assert counts.add(1, names, now=AT) == 0
    assert counts.full(1, names, now=AT + timedelta(minutes=14)) == 50
    assert counts.full(1, names, now=AT + timedelta(minutes=15)) == 0


def test_counting_takes_no_time_that_anybody_notices() -> None:
    counts, threads = Counts(), threading.active_count()
    began = time.thread_time()
    assert passed(counts, 10_000, most=1_000_000) == 10_000
    assert time.thread_time() - began < 5  # half a millisecond each
    assert threading.active_count() <= threads + 1

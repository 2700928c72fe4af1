"""推演的接力: however often a replay is asked for, one turn of it stands in line."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import ConstantBackoff, NoBackoff
from redis.retry import Retry

from dispatch.replays import jobs, turns
from hotline.core import queue
from hotline.core.settings import Settings
from hotline.up.embedded import redis_command


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """A Redis of this test."""
    own = Settings(data_dir=tmp_path)
    own.run_dir.mkdir(parents=True)
    with subprocess.Popen(redis_command(own)) as process:
        patient = Retry(ConstantBackoff(0.05), 100)  # its socket is there before it listens
        client = Redis.from_url(f"unix://{own.redis_socket}", retry=patient)
        while not own.redis_socket.exists():
            time.sleep(0.01)
        monkeypatch.setattr(queue, "redis", lambda: client)
        yield client
        client.close()
        process.terminate()


def in_line() -> list[object]:
    """Return whose turns stand in line."""
    return [list(job.args) for job in queue.job_queue().get_jobs()]


def test_a_replay_that_is_swept_up_again_and_again_stands_in_line_once(redis: Redis) -> None:
    for _ in range(3):
        turns.ask(7)
        turns.ask(8)
    assert in_line() == [[7], [8]]
    assert 0 < redis.ttl("hotline:replaying:7") <= turns.HELD_S


@pytest.mark.parametrize("left", [True, False])
def test_a_turn_leads_to_one_more_where_something_is_left(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, *, left: bool
) -> None:
    def runs(*_: object, **__: object) -> bool:
        turns.ask(7)  # the sweep, meanwhile
        return left

    monkeypatch.setattr(jobs, "run", runs)
    jobs.go_on(7)
    assert in_line() == ([[7]] if left else [])
    assert redis.exists("hotline:replaying:7") == int(left)


def test_a_turn_that_dies_is_free_for_the_next_sweep(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object, **__: object) -> bool:
        raise ConnectionError("gone")

    monkeypatch.setattr(jobs, "run", dies)
    with pytest.raises(ConnectionError):
        jobs.go_on(7)
    assert in_line() == []
    turns.ask(7)
    assert in_line() == [[7]]
    assert redis.exists("hotline:replaying:7") == 1


def test_without_redis_nothing_is_queued_and_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away = Redis(unix_socket_path="/nonexistent", retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(queue, "redis", lambda: away)
    turns.ask(7)
    turns.begin(7)
    turns.end(7, left=True)

"""`/readyz` says of the schedule what is known, on a real Redis that forgets it."""

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError
from rq.cron_scheduler_registry import get_registry_key

from dispatch.schedule import SILENT_AFTER_S
from hotline.core import queue
from hotline.core.settings import Settings
from hotline.jobs import SweepCron
from hotline.up.embedded import redis_command
from hotline.web import parts

STARTS_WITHIN_S = 60


@pytest.fixture(scope="module")
def server() -> Iterator[Redis]:
    """A Redis of these tests' own, as a site without one starts it."""
    with tempfile.TemporaryDirectory(prefix="hotline-redis-") as folder:
        own = Settings(data_dir=Path(folder), redis_url="")
        own.run_dir.mkdir()
        process = subprocess.Popen(redis_command(own), stdout=subprocess.DEVNULL)
        try:
            with Redis(unix_socket_path=str(own.redis_socket)) as redis:
                _wait_for(redis)
                yield redis
        finally:
            process.terminate()
            process.wait(STARTS_WITHIN_S)


def _wait_for(redis: Redis) -> None:
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end:
        with contextlib.suppress(RedisError):
            if redis.ping():
                return
        time.sleep(0.05)
    raise AssertionError("Redis did not start")


@pytest.fixture
def redis(server: Redis, monkeypatch: pytest.MonkeyPatch) -> Redis:
    server.flushall()
    monkeypatch.setattr(queue, "redis", lambda: server)
    return server


def heard() -> str:
    return parts.queues()["schedule"]


def test_a_schedule_that_redis_forgot_is_not_heard_until_its_next_heartbeat(redis: Redis) -> None:
    schedule = SweepCron(redis)
    schedule.register_birth()
    assert heard() == "ok"
    redis.flushall()
    assert heard() == "not heard"
    schedule.heartbeat()
    assert heard() == "ok"
    schedule.register_death()
    assert heard() == "not heard"


@pytest.mark.parametrize("ago", [SILENT_AFTER_S + 1, -3600.0])
def test_a_schedule_that_died_is_silent_and_does_not_drown_one_that_lives(
    redis: Redis, ago: float
) -> None:
    """Its last heartbeat lies behind; or ahead, by a wall clock that was set back since."""
    redis.zadd(get_registry_key(), {"died": time.time() - ago})
    assert heard() == "silent"
    SweepCron(redis).heartbeat()
    assert heard() == "ok"


def test_what_was_silent_for_minutes_is_forgotten(redis: Redis) -> None:
    redis.zadd(get_registry_key(), {"died": time.time() - 600})
    assert heard() == "not heard"

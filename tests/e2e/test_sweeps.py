"""The sweep through the real processes: each alarm once, whatever is killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, text
from sqlmodel import Session

from dispatch.schedule import SWEEP_CLOCKS
from dispatch.timing.clocks import Threshold
from hotline.core import settings as core_settings
from hotline.core.clock import now
from hotline.core.db import connect
from hotline.core.queue import QUICK
from tests.e2e.conftest import Hotline, wait_for
from tests.factories import create_ticket

pytestmark = pytest.mark.e2e

TICKETS = 120
THRESHOLDS = len(Threshold)
SWEPT_WITHIN_S = 150  # the minute's sweep, and a worker's restart


@pytest.fixture
def database(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The running hotline's database, with its vault's key in this process."""
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(hotline.data_dir))
    monkeypatch.setenv("HOTLINE_DATABASE_URL", "")
    _forget()
    engine = connect(core_settings.settings().database_address)
    yield engine
    engine.dispose()
    _forget()


def _forget() -> None:
    core_settings.settings.cache_clear()


def overdue_tickets(engine: Engine) -> list[int]:
    """Register tickets whose dispatch clocks have long run out, and return their clocks."""
    long_ago = now() - timedelta(days=3)
    with Session(engine) as session:
        for _ in range(TICKETS):
            create_ticket(session, now=long_ago)
        session.commit()
        rows = session.execute(
            text("SELECT id FROM clock WHERE started_at = :at"), {"at": long_ago}
        )
        return [row[0] for row in rows]


@contextmanager
def written_to(engine: Engine, clock: int) -> Iterator[None]:
    """Hold a clock's ticket as its writers do: a sweep strikes all others and waits a second."""
    query = "SELECT FROM ticket WHERE id = (SELECT ticket_id FROM clock WHERE id = :clock)"
    with engine.begin() as connection:
        connection.execute(text(f"{query} FOR NO KEY UPDATE"), {"clock": clock})
        yield


def sweep_now(hotline: Hotline) -> None:
    """Have the worker sweep at once, as `schedule` does each minute."""
    with Redis(unix_socket_path=str(hotline.data_dir / "run" / "redis.sock")) as redis:
        queue = Queue(QUICK, connection=redis, serializer=JSONSerializer)
        queue.enqueue(SWEEP_CLOCKS)


def alarms(engine: Engine, clocks: list[int]) -> int:
    query = text("SELECT count(*) FROM alarm WHERE clock_id = ANY(:clocks)")
    with engine.connect() as connection:
        return int(connection.scalar(query, {"clocks": clocks}) or 0)


def test_a_worker_and_schedule_killed_in_the_sweep_cost_no_alarm_and_double_none(
    hotline: Hotline, database: Engine
) -> None:
    clocks = overdue_tickets(database)
    assert len(clocks) == TICKETS
    expected = TICKETS * THRESHOLDS
    with written_to(database, clocks[0]):
        sweep_now(hotline)
        wait_for(lambda: alarms(database, clocks), SWEPT_WITHIN_S, "the sweep did not begin")
        # The schedule that comes back sweeps at once; one that had lived, within its minute.
        for name in ("schedule", "worker"):
            hotline.process_named(name).kill()
    assert alarms(database, clocks) < expected
    wait_for(lambda: alarms(database, clocks) == expected, SWEPT_WITHIN_S, "alarms are missing")
    with database.connect() as connection:
        events = connection.scalar(
            text(
                "SELECT count(*) FROM event e JOIN clock c ON e.refs->>'subject' = c.subject "
                "WHERE c.id = ANY(:clocks) AND e.type LIKE 'clock.%'"
            ),
            {"clocks": clocks},
        )
    assert events == expected
    wait_for(hotline.ready, 60, "the worker did not come back")


def test_a_notice_for_each_ticket_lies_in_the_outbox_once(hotline: Hotline) -> None:
    outbox = hotline.data_dir / "outbox" / "notices.jsonl"
    lines = wait_for(lambda: _lines(outbox), 90, "no notice was sent")
    ids = [line.split('"id": "')[1].split('"')[0] for line in lines]
    assert len(ids) == len(set(ids))
    assert not any("13989001234" in line for line in lines)


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []

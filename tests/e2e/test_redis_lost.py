"""Redis loses everything while a callback is planned: the requester is rung all the same, once."""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import text
from sqlmodel import Session

from dispatch import callback_plan, orders, reviews
from dispatch.caller_notices import DELIVERY_JOB
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from hotline.core.queue import QUICK
from tests.e2e import conftest
from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.desks import LEAD, database_of, desk, dispatched, reply
from tests.e2e.phone import Callee, finish, free_udp_port
from tests.e2e.test_callbacks import AT_ANY_HOUR, pressing

pytestmark = pytest.mark.e2e

AHEAD = timedelta(seconds=2)
LATE = timedelta(seconds=3)  # the dialer looks each second


@dataclass
class Trunk:
    """A hotline that rings at any hour, and the one telephone at the end of its trunk."""

    hotline: Hotline
    port: int

    def redis(self) -> Redis:
        return Redis(unix_socket_path=str(self.hotline.data_dir / "run" / "redis.sock"))

    def redis_server(self) -> psutil.Process:
        children = psutil.Process(self.hotline.process.pid).children(recursive=True)
        return next(child for child in children if child.name() == "redis-server")

    def wipe(self) -> None:
        self.redis().flushall()

    def kill(self) -> None:
        self.redis_server().kill()


@pytest.fixture(scope="module")
def trunk() -> Iterator[Trunk]:
    port = free_udp_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in AT_ANY_HOUR.items():
            patch.setenv(name, value)
        patch.setenv("HOTLINE_SIP_OUTBOUND", f"sip:{{number}}@127.0.0.1:{port}")
        running = conftest.start(Path(tempfile.mkdtemp(prefix="hotline-trunk-")))
        yield Trunk(running, port)
        code, log = conftest.stop(running), running.log.read_text()
        assert code == 0, log[-3000:]
        # Even the schedule, which Redis has forgotten by now, goes without a fault.
        assert "Traceback" not in log.partition("up.stopping")[2]


def planned(trunk: Trunk) -> tuple[str, datetime]:
    """Have a reply stand, its requester to be rung in some seconds: the ticket's number, and when.

    All in one transaction: the dialer, which looks each second, sees no other moment.
    """
    number = dispatched(trunk.hotline, LEAD)
    with desk(trunk.hotline, LEAD) as urban:
        urban.does(f"{number}-1", "accept")
        urban.does(f"{number}-1", "reply", reply())
    with database_of(trunk.hotline.data_dir) as engine, Session(engine) as session:
        order = orders.find(session, f"{number}-1", lock=True)
        reviews.complete(session, order, actor=MACHINE, now=now())
        callback = callback_plan.of_ticket(session, orders.ticket_of(session, order))
        assert callback
        assert callback.mode == "machine"
        callback.planned_for = at = now() + AHEAD
        session.add(callback)
        session.commit()
    return number, at


def rung(trunk: Trunk, number: str) -> list[datetime]:
    """Return when the ticket's requester was rung, each time."""
    query = text(
        "SELECT c.started_at FROM ticket t JOIN callback b ON b.ticket_id = t.id "
        "JOIN call c ON c.errand LIKE 'callback:' || b.id || ':%' WHERE t.number = :number"
    )
    with database_of(trunk.hotline.data_dir) as engine, engine.connect() as connection:
        return list(connection.scalars(query, {"number": number}))


def notices(trunk: Trunk, number: str) -> Counter[str]:
    """Count the messages to the ticket's requester in the outbox, by their template."""
    outbox = trunk.hotline.data_dir / "outbox" / "notices.jsonl"
    lines = outbox.read_text().splitlines() if outbox.exists() else []
    told = [json.loads(line) for line in lines]
    return Counter(each["template"] for each in told if each["ticket"] == number)


def deliver_twice(trunk: Trunk) -> bool:
    """Have what is owed delivered at once, by a job that comes twice; false while Redis is away."""
    try:
        jobs = Queue(QUICK, connection=trunk.redis(), serializer=JSONSerializer)
        return all(jobs.enqueue(DELIVERY_JOB) for _ in range(2))
    except RedisError:
        return False


@pytest.mark.parametrize("lose", [Trunk.wipe, Trunk.kill], ids=["wiped", "killed"])
def test_a_planned_callback_is_made_at_its_time_and_once_when_redis_loses_everything(
    trunk: Trunk, tmp_path: Path, lose: Callable[[Trunk], None]
) -> None:
    telephone = Callee(number="13989001234", port=trunk.port)
    running = pressing(telephone, "1", "1", "5").until_hung_up().listen(tmp_path)
    number, at = planned(trunk)
    lose(trunk)
    assert rung(trunk, number) == []
    (when,) = wait_for(lambda: rung(trunk, number), 20, "nobody was rung")
    assert at <= when <= at + LATE
    lose(trunk)  # and again while they talk
    finish(running)

    def closed() -> dict[str, Any] | None:
        ticket = trunk.hotline.get(f"/tickets/{number}")
        return ticket if ticket["status"] == "closed" else None

    ticket = wait_for(closed, 20, "not closed")
    assert ticket["rating"] == 5
    (made,) = ticket["callbacks"]
    assert [attempt["outcome"] for attempt in made["tried"]] == ["completed"]
    seen = Counter(event["type"] for event in ticket["history"])
    for once in ("callback.planned", "callback.attempted", "callback.completed", "ticket.closed"):
        assert seen[once] == 1, once

    wait_for(lambda: deliver_twice(trunk), 20, "the queue did not come back")
    wait_for(lambda: notices(trunk, number)["closed"], 60, "the requester was not told")
    assert set(notices(trunk, number).values()) == {1}
    assert rung(trunk, number) == [when]

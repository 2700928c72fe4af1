"""Redis loses everything while a callback is planned: the requester is rung all the same, once."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import text
from sqlmodel import Session

from dispatch.callback import callback_plan
from dispatch.handling import orders, reviews
from dispatch.notices.caller_notices import DELIVERY_JOB
from dispatch.schedule import LOOK_S
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from hotline.core.queue import QUICK
from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.desks import database_of
from tests.e2e.phone import finish
from tests.e2e.test_callbacks import Requester, pressing, requester

pytestmark = pytest.mark.e2e

AHEAD = timedelta(seconds=2)
LATE = timedelta(seconds=3)  # the dialer looks each second


def redis(hotline: Hotline) -> Redis:
    return Redis(unix_socket_path=str(hotline.data_dir / "run" / "redis.sock"))


def wipe(hotline: Hotline) -> None:
    redis(hotline).flushall()


def kill(hotline: Hotline) -> None:
    children = psutil.Process(hotline.process.pid).children(recursive=True)
    next(child for child in children if child.name() == "redis-server").kill()


def planned(somebody: Requester) -> datetime:
    """Have the reply stand, its requester to be rung in some seconds: return when.

    All in one transaction: the dialer, which looks each second, sees no other moment.
    """
    with database_of(somebody.hotline.data_dir) as engine, Session(engine) as session:
        order = orders.find(session, somebody.order, lock=True)
        reviews.complete(session, order, actor=MACHINE, now=now())
        callback = callback_plan.of_ticket(session, orders.ticket_of(session, order))
        assert callback
        assert callback.mode == "machine"
        callback.planned_for = at = now() + AHEAD
        session.add(callback)
        session.commit()
    return at


def rung(somebody: Requester) -> list[datetime]:
    """Return when the ticket's requester was rung, each time."""
    query = text(
        "SELECT c.started_at FROM ticket t JOIN callback b ON b.ticket_id = t.id "
        "JOIN call c ON c.errand LIKE 'callback:' || b.id || ':%' WHERE t.number = :number"
    )
    with database_of(somebody.hotline.data_dir) as engine, engine.connect() as connection:
        return list(connection.scalars(query, {"number": somebody.ticket}))


def notices(somebody: Requester) -> Counter[str]:
    """Count the messages to the ticket's requester in the outbox, by their template."""
    outbox = somebody.hotline.data_dir / "outbox" / "notices.jsonl"
    lines = outbox.read_text().splitlines() if outbox.exists() else []
    told = [json.loads(line) for line in lines]
    return Counter(each["template"] for each in told if each["ticket"] == somebody.ticket)


def deliver_twice(hotline: Hotline) -> bool:
    """Have what is owed delivered at once, by a job that comes twice; false while Redis is away."""
    try:
        jobs = Queue(QUICK, connection=redis(hotline), serializer=JSONSerializer)
        return all(jobs.enqueue(DELIVERY_JOB) for _ in range(2))
    except RedisError:
        return False


@pytest.mark.parametrize(
    ("lose", "number"), [(wipe, "13989000101"), (kill, "13989000102")], ids=["wiped", "killed"]
)
def test_a_planned_callback_is_made_at_its_time_and_once_when_redis_loses_everything(
    ringing: Hotline, tmp_path: Path, lose: Callable[[Hotline], None], number: str
) -> None:
    wait_for(ringing.ready, 30, "not all is well before anything is lost")
    somebody = requester(ringing, number, tmp_path)
    running = pressing(somebody.telephone, "1", "1", "5").until_hung_up().listen(tmp_path)
    at = planned(somebody)
    lose(ringing)
    (when,) = wait_for(lambda: rung(somebody), 20, "nobody was rung")
    assert at <= when <= at + LATE
    lose(ringing)  # and again while they talk
    finish(running)

    ticket = somebody.until("not closed", lambda ticket: ticket["status"] == "closed")
    assert ticket["rating"] == 5
    (made,) = ticket["callbacks"]
    assert [attempt["outcome"] for attempt in made["tried"]] == ["completed"]
    seen = Counter(event["type"] for event in ticket["history"])
    for once in ("callback.planned", "callback.attempted", "callback.completed", "ticket.closed"):
        assert seen[once] == 1, once

    wait_for(lambda: deliver_twice(ringing), 20, "the queue did not come back")
    wait_for(lambda: notices(somebody)["closed"], 60, "the requester was not told")
    assert set(notices(somebody).values()) == {1}
    assert rung(somebody) == [when]


@pytest.mark.parametrize("lose", [wipe, kill], ids=["wiped", "killed"])
def test_the_schedule_lives_on_and_shows_itself_again_within_seconds(
    ringing: Hotline, lose: Callable[[Hotline], None]
) -> None:
    wait_for(ringing.ready, 60, "not all is well before anything is lost")
    before = ringing.process_named("schedule").pid
    lose(ringing)

    def heard() -> bool:
        parts = ringing.client.get("/readyz").json()["parts"]
        return bool(parts["redis"] == parts["schedule"] == "ok")

    wait_for(heard, 2 * LOOK_S, "the schedule was not heard again")
    assert ringing.process_named("schedule").pid == before
    wait_for(ringing.ready, 60, "the worker did not come back")

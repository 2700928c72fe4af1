"""The leader's two threads on a real database: what a page asks for is taken at once."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from hotline.core import clock, db
from hotline.core.settings import Settings
from hotline.switch import attending
from hotline.switch.attending import Attendant
from hotline.switch.connections import Connections
from telephony import ordering
from telephony.commands import Hello, decode
from telephony.models import Call
from telephony.models_calls import CallOrder
from telephony.ordering import Verb
from telephony.orders import Hold
from tests.telephony.floor_scene import WORKER, Floor

WITHIN_S = 30.0  # on a busy machine; else milliseconds


@pytest.fixture
def lines() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The leader's end of a worker's connection, and the worker's."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(WITHIN_S)
    yield ours, theirs
    ours.close()
    theirs.close()


def test_an_order_is_at_its_worker_within_milliseconds_of_its_commit(
    emptied: Engine,
    lines: tuple[socket.socket, socket.socket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attending, "ROUND_S", 10 * WITHIN_S)  # only the NOTIFY can be in time
    monkeypatch.setattr(attending, "transaction", lambda: db.transaction(emptied))
    url = emptied.url.render_as_string(hide_password=False)
    connections = Connections()
    connections.meet(Hello(WORKER, 1, 5060, 4, outbound=2), lines[0])
    attendant = Attendant(Settings(database_url=url), connections)
    with Session(emptied, expire_on_commit=False) as session:
        scene = Floor(session, clock.now())
        seat = scene.seat("one")
        call = scene.call()
        scene.connect(call, seat)
        session.commit()
    stopping = threading.Event()
    serving = threading.Thread(target=attendant.run, args=(stopping,), daemon=True)
    serving.start()
    try:
        _wait_for(lambda: _listens(emptied))
        _holds_at_once(emptied, lines[1], seat.account_id, call)
    finally:
        stopping.set()
        attendant.wake()
        serving.join(WITHIN_S)
        _wait_for(lambda: not _listens(emptied))


def _holds_at_once(engine: Engine, worker: socket.socket, account_id: int, call: Call) -> None:
    with Session(engine) as session:
        asked = ordering.order(session, Verb.HOLD, call, account_id=account_id, now=clock.now())
        session.flush()
        began = time.monotonic()
        session.commit()
        told, _ = decode(worker.makefile("rb").readline())
        assert time.monotonic() - began < WITHIN_S
        assert told == Hold(str(call.id), True)
        row = session.get_one(CallOrder, asked.id, populate_existing=True)
        assert row.outcome == "done"


def _listens(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(
            connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN %%'"
            ).scalar()
        )


def _wait_for(true: Callable[[], bool]) -> None:
    until = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_floor_is_served_in_time_when_many_wait(session: Session, now: datetime) -> None:
    scene = Floor(session, now)
    first = scene.seat("first")
    scene.connect(scene.call("13800000000"), first)
    for number in range(40):
        scene.call(f"138000001{number:02}")
    session.commit()
    began = time.monotonic()
    scene.later(31)
    assert time.monotonic() - began < WITHIN_S

"""Sweeps side by side, killed at random or met by writers: each card once, and no deadlock."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.timing import sweep
from dispatch.timing.clocks import Threshold
from hotline.core import events
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.clock import now
from tests.factories import create_ticket
from tests.soak.sweeps import kill_sweeps, own_database

RUNS = 40  # `make soak` kills a thousand
URBAN = Actor("540102-urban#1", Role.SYSTEM, "540102-urban")
Act = Callable[[], None]


@pytest.fixture
def database(engine: Engine) -> Iterator[Engine]:
    with own_database(engine.url.render_as_string(hide_password=False)) as made:
        yield made


def test_sweeps_that_are_killed_at_any_moment_lose_no_card_and_double_none(
    database: Engine,
) -> None:
    outcome = kill_sweeps(database, runs=RUNS, seed=12345)
    print(outcome)
    assert outcome.wrong == ()
    assert outcome.runs >= RUNS
    assert outcome.kills >= RUNS / 4  # the others had finished in time


def test_sweeps_and_departments_that_write_at_once_neither_deadlock_nor_lose_anything(
    database: Engine,
) -> None:
    numbers = _dispatched(database, 12)
    writes = [_contact(database, number) for number in numbers * 2]
    errors: list[Exception] = []
    threads = [
        *(
            threading.Thread(target=_all, args=(acts, errors))
            for acts in (writes[::2], writes[1::2])
        ),
        *(threading.Thread(target=_all, args=([_sweeping(database)], errors)) for _ in range(2)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    _all([_sweeping(database)], errors)  # what was written to at that moment was left
    with Session(database) as session:
        of_clocks = text("SELECT count(*) FROM event WHERE type LIKE 'clock.%'")
        alarms = session.execute(text("SELECT count(*) FROM alarm")).scalar_one()
        assert session.execute(of_clocks).scalar_one() == alarms
        running = text("SELECT count(*) FROM clock WHERE stopped_at IS NULL AND kind = 'reply_by'")
        assert alarms >= session.execute(running).scalar_one() * len(Threshold)
        events.verify(session)


def _dispatched(database: Engine, count: int) -> list[str]:
    long_ago = now() - timedelta(days=40)
    with Session(database) as session:
        made = [create_ticket(session, now=long_ago) for _ in range(count)]
        for ticket in made:
            to = [Assignment("540102-urban")]
            dispatching.dispatch(session, ticket, to, actor=MACHINE, now=long_ago)
        session.commit()
        return [f"{ticket.number}-1" for ticket in made]


def _contact(database: Engine, number: str) -> Act:
    """Return a write that adds to the ticket's history first and stops a clock after it."""

    def act() -> None:
        with Session(database) as session:
            order = orders.find(session, number, lock=True)
            moment = now()
            if order.status == "dispatched":
                orders.accept(session, order, actor=URBAN, now=moment)
            orders.log_contact(
                session, order, reached=True, text="", at=moment, actor=URBAN, now=moment
            )
            session.commit()

    return act


def _sweeping(database: Engine) -> Act:
    def act() -> None:
        found = 1
        while found:
            with Session(database) as session:
                found = sweep.strike_batch(session, now=now(), limit=7).found
                session.commit()

    return act


def _all(acts: list[Act], errors: list[Exception]) -> None:
    for act in acts:
        try:
            act()
        except Exception as error:
            errors.append(error)

"""Sweeps that run side by side and are killed at random.

Each is a process of its own on a real PostgreSQL, and SIGKILL is what ends it. Whatever half-done
batch it leaves, every card must stand once in the end, and none may be missing.
"""

import contextlib
import math
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import psycopg
from psycopg import sql
from sqlalchemy import Engine, make_url, text
from sqlmodel import Session

from dispatch import jobs
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.notices.staff_gateways import Channel
from dispatch.timing.clocks import Threshold
from hotline import migrations
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from hotline.core.db import connect, transaction
from knowledge import seed
from tests import forks
from tests.factories import create_ticket
from tests.forks import Doomed

TICKETS = 20
BATCH = 15  # small, so that a sweep has many moments at which it can die
PARALLEL = 3
LONGEST_LIFE_S = 0.3  # from its first statement on
LONG_AGO = timedelta(days=40)


@dataclass(frozen=True)
class Killed:
    """What came of it: rounds of all clocks, sweeps begun and killed, and what did not add up."""

    rounds: int
    runs: int
    kills: int
    wrong: tuple[str, ...]


def kill_sweeps(engine: Engine, *, runs: int, seed: int) -> Killed:
    """Sweep an own database round after round, killing sweeps, until so many have begun."""
    chance = random.Random(seed)  # noqa: S311  # no secret: when to kill
    url = engine.url.render_as_string(hide_password=False)
    _arrange(engine)
    rounds = begun = kills = 0
    while begun < runs:
        rounds += 1
        _set_off_again(engine)
        living: list[Doomed] = []
        while _due(engine) or living:
            while len(living) < PARALLEL and _due(engine):
                # None lives long enough on a slow machine: then the last ones end the round.
                life_s = chance.uniform(0, LONGEST_LIFE_S) if begun < 3 * runs else math.inf
                living.append(forks.begin(_sweep, url, life_s=life_s))
                begun += 1
            time.sleep(0.005)
            ended = [each for each in living if each.has_ended()]
            kills += sum(each.process.exitcode == -9 for each in ended)
            living = [each for each in living if each not in ended]
    return Killed(rounds, begun, kills, tuple(_wrong(engine, rounds)))


def _sweep() -> None:
    """Run the product's own job, in a process that is about to be killed."""
    jobs.BATCH = BATCH
    jobs.sweep_clocks()


def _arrange(engine: Engine) -> None:
    """Have every clock of some dispatched tickets run out long ago."""
    began = now() - LONG_AGO
    with transaction(engine) as session:
        for _ in range(TICKETS):
            ticket = create_ticket(session, now=began)
            to = [Assignment("540102-urban")]
            dispatching.dispatch(session, ticket, to, actor=MACHINE, now=began)


def _set_off_again(engine: Engine) -> None:
    """Let all of them strike anew, in another generation, and lift what was raised."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE supervision SET lifted_at = now()"))
        connection.execute(
            text(
                "UPDATE clock SET generation = generation + 1, next_alarm_at = warning_at "
                "WHERE stopped_at IS NULL AND subject LIKE 'order:%'"
            )
        )


def _due(engine: Engine) -> bool:
    with engine.connect() as connection:
        query = text("SELECT EXISTS (SELECT FROM clock WHERE next_alarm_at <= now())")
        return bool(connection.scalar(query))


def _wrong(engine: Engine, rounds: int) -> Iterator[str]:
    """Yield what is missing or stands twice, counted each by itself and each against its key."""
    with engine.connect() as connection:

        def count(query: str) -> int:
            return int(connection.scalar(text(query)) or 0)

        running = count("SELECT count(*) FROM clock WHERE subject LIKE 'order:%'")
        strikes = running * len(Threshold) * rounds
        raised = TICKETS * rounds  # one reply clock each
        expected = {
            "SELECT count(*) FROM alarm": strikes,
            "SELECT count(*) FROM event WHERE type LIKE 'clock.%'": strikes,
            "SELECT count(*) FROM staff_notice WHERE says <> 'supervised'": strikes,
            "SELECT count(*) FROM staff_delivery": (strikes + raised) * len(Channel),
            "SELECT count(*) FROM supervision": raised,
            "SELECT count(*) FROM event WHERE type = 'supervision.raised'": raised,
            "SELECT count(*) FROM staff_notice WHERE says = 'supervised'": raised,
            "SELECT count(DISTINCT subject) FROM clock WHERE kind = 'feedback_by'": raised,
            "SELECT count(*) FROM (SELECT FROM event WHERE type LIKE 'clock.%' GROUP BY "
            "refs->>'subject', refs->>'clock', type HAVING count(*) <> (SELECT max(generation) - 1 "
            "FROM clock WHERE stopped_at IS NULL AND subject LIKE 'order:%')) AS odd": 0,
        }
        for query, wanted in expected.items():
            found = count(query)
            if found != wanted:
                yield f"{query}: {found}, not {wanted}"
    with Session(engine) as session:
        events.verify(session)


@contextlib.contextmanager
def own_database(server: str) -> Iterator[Engine]:
    """Yield a migrated and seeded database of its own on the server with this URL."""
    url = make_url(server).set(drivername="postgresql")
    name = sql.Identifier(f"soak_{os.getpid()}")
    plain = url.render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    ours = url.set(drivername="postgresql+psycopg", database=f"soak_{os.getpid()}")
    engine = connect(ours.render_as_string(hide_password=False))
    try:
        migrations.upgrade(engine)
        with transaction(engine) as session:
            seed.seed(session, now=now())
        yield engine
    finally:
        engine.dispose()
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

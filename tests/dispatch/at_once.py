"""Steps that are taken at the same moment, each in a transaction of its own."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, text
from sqlmodel import Session

from hotline.core.db import transaction
from hotline.core.errors import HotlineError

Step = Callable[[Session], object]


def at_once(engine: Engine, steps: Sequence[Step]) -> list[str]:
    """Take the steps at the same time; return how each one ended: `done`, or its refusal's name."""

    def take(step: Step) -> str:
        try:
            with transaction(engine) as session:
                step(session)
        except HotlineError as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(len(steps)) as threads:
        return list(threads.map(take, steps))


def until_one_waits(engine: Engine) -> None:
    """Return once somebody waits for a lock in this database; raise after a minute without."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with engine.connect() as connection:
            if connection.execute(waiting).scalar_one():
                return
    raise AssertionError("Nobody waited for a lock.")

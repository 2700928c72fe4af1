"""Clocks that fall due in a scratch database, and what the product's own sweep does about them."""

import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import Engine, text
from sqlmodel import Session

from dispatch.timing import sweep
from dispatch.timing.clocks import Threshold
from hotline.bench.scratch import Place
from hotline.core.clock import now
from hotline.core.errors import Unavailable

# Limits are counted in days: what falls due in one minute was dispatched on one day, one after the
# other. Each clock's moment lies within the minute that has just passed.
_FALL_DUE = text(
    "UPDATE clock SET warning_at = CAST(:now AS timestamptz) - random() * interval '1 minute', "
    "next_alarm_at = CAST(:now AS timestamptz) - random() * interval '1 minute' "
    "WHERE id IN (SELECT id FROM clock WHERE kind = :kind AND next_alarm_at > :now "
    "ORDER BY id LIMIT :count)"
)
_WERE_SHOWN = text(
    "INSERT INTO alarm (clock_id, generation, threshold, at) SELECT id, generation, shown, :now "
    "FROM clock CROSS JOIN unnest(CAST(:shown AS text[])) AS shown "
    "WHERE next_alarm_at <= :now ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True)
class Struck:
    """What came of a sweep: alarms, the events and cards beside them, and any that came twice."""

    alarms: int
    events: int
    cards: int
    duplicates: int


def fall_due(
    engine: Engine, count: int, *, kind: str, now: datetime, shown: tuple[Threshold, ...] = ()
) -> None:
    """Let so many clocks of this kind stand before the threshold after those `shown` already."""
    with engine.begin() as connection:
        connection.execute(_FALL_DUE, {"now": now, "kind": kind, "count": count})
        if shown:
            connection.execute(_WERE_SHOWN, {"now": now, "shown": list(shown)})


def cost_us(engine: Engine, count: int) -> float:
    """Return what striking all that is due costs in one process, a clock's share in µs."""
    began = time.perf_counter()
    struck = 0
    while True:
        with Session(engine) as session:
            batch = sweep.strike_batch(session, now=now())
            session.commit()  # without the wake-ups, which would go to the site's own queue
        if not batch.found:
            break
        struck += len(batch.struck)
    if struck != count:
        raise Unavailable(f"{struck} of {count} clocks were struck.")
    return (time.perf_counter() - began) / count * 1e6


def idle_ms(engine: Engine, times: int = 50) -> float:
    """Return the median time of a sweep that finds nothing due."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        with Session(engine) as session:
            sweep.strike_batch(session, now=now())
            session.commit()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def burst_s(place: Place, workers: int) -> float:
    """Return how long so many worker processes take together until nothing is due."""
    command = [sys.executable, "-m", "hotline.bench.sweeper"]
    environment = place.own.child_environment()
    processes = [
        subprocess.Popen(  # noqa: S603  # our own program
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(workers)
    ]
    for process in processes:
        _wait_for(process, "ready")
    began = time.perf_counter()
    for process in processes:
        if process.stdin:
            process.stdin.write("go\n")
            process.stdin.flush()
    for process in processes:
        _wait_for(process, "done")
    took = time.perf_counter() - began
    for process in processes:
        process.communicate(timeout=20)
    return took


def struck_since(engine: Engine, moment: datetime) -> Struck:
    """Return what stands in the tables since this moment."""
    with engine.connect() as connection:

        def count(query: str) -> int:
            return int(connection.scalar(text(query), {"at": moment}) or 0)

        of_clocks = "FROM event WHERE at >= :at AND type LIKE 'clock.%'"
        twice = "SELECT count(*) - count(DISTINCT (refs->>'subject', refs->>'clock', type)) "
        return Struck(
            count("SELECT count(*) FROM alarm WHERE at >= :at"),
            count(f"SELECT count(*) {of_clocks}"),
            count("SELECT count(*) FROM staff_notice WHERE at >= :at AND says <> 'supervised'"),
            count(twice + of_clocks)
            + count(
                "SELECT count(*) - count(DISTINCT (clock_id, generation, threshold)) "
                "FROM alarm WHERE at >= :at"
            ),
        )


def _wait_for(process: "subprocess.Popen[str]", word: str) -> None:
    for line in process.stdout or ():
        if line.strip() == word:
            return
    raise Unavailable(f"A sweeping process ended with status {process.wait()}.")

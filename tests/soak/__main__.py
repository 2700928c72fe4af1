"""A thousand killed sweeps, then killed reckonings, on a server of their own.

`python -m tests.soak [SWEEPS]`
"""

import os
import random
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hotline.core import vault
from hotline.up.embedded import start_server
from tests.soak.reckonings import kill_reckonings
from tests.soak.sweeps import kill_sweeps, own_database

CLOCKS, RECKONINGS = 200, 40  # a preview names no more than 200 clocks
BEFORE_THE_NOTICE = datetime(2026, 11, 25, 4, tzinfo=UTC)


def main(runs: int) -> int:
    """Kill so many sweeps, and some reckonings; return 1 when anything is missing or doubled."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-soak-"))
    os.environ.update(HOTLINE_DATA_DIR=str(folder), HOTLINE_REDIS_URL="unix:///nonexistent")
    vault.ensure_master_key(folder / "master.key")
    server = start_server(folder / "postgres")
    try:
        chosen = random.SystemRandom().randrange(2**32)
        wrong = _sweeps(server.get_uri(), runs, chosen) + _reckonings(server.get_uri(), chosen)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if wrong else 0


def _sweeps(server: str, runs: int, chosen: int) -> tuple[str, ...]:
    with own_database(server) as engine:
        outcome = kill_sweeps(engine, runs=runs, seed=chosen)
    print(
        f"{outcome.runs} sweeps, {outcome.kills} of them killed (seed {chosen}); all clocks struck "
        f"{outcome.rounds} times over: {'; '.join(outcome.wrong) or 'each card once, none missing'}"
    )
    return outcome.wrong


def _reckonings(server: str, chosen: int) -> tuple[str, ...]:
    with own_database(server) as engine:
        outcome = kill_reckonings(
            engine, tickets=CLOCKS, runs=RECKONINGS, seed=chosen, now=BEFORE_THE_NOTICE
        )
    print(
        f"{RECKONINGS} reckonings, {outcome.kills} of them killed (seed {chosen}), {outcome.left} "
        f"of {outcome.clocks} clocks left then: {'; '.join(outcome.wrong) or 'each moved once'}"
    )
    return outcome.wrong


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))

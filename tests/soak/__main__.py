"""A thousand killed sweeps, killed reckonings, ten thousand webhooks, on a server of their own.

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
from tests.soak.webhooks import push

CLOCKS, RECKONINGS = 200, 40  # a preview names no more than 200 clocks
PUSHED_ORDERS = 500  # of twenty events each
BEFORE_THE_NOTICE = datetime(2026, 11, 25, 4, tzinfo=UTC)


def main(runs: int) -> int:
    """Kill so many sweeps, and some reckonings; return 1 when anything is missing or doubled."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-soak-"))
    os.environ.update(HOTLINE_DATA_DIR=str(folder), HOTLINE_REDIS_URL="unix:///nonexistent")
    os.environ["HOTLINE_WEBHOOK_ALLOWED"] = "127.0.0.0/8"
    vault.ensure_master_key(folder / "master.key")
    server = start_server(folder / "postgres")
    try:
        chosen = random.SystemRandom().randrange(2**32)
        wrong = _sweeps(server.get_uri(), runs, chosen) + _reckonings(server.get_uri(), chosen)
        wrong += _webhooks(server.get_uri(), folder, chosen)
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


def _webhooks(server: str, folder: Path, chosen: int) -> tuple[str, ...]:
    with own_database(server) as engine:
        outcome = push(
            engine,
            folder,
            of_orders=PUSHED_ORDERS,
            fails=0.3,
            receiver_killed=2,
            senders_killed=6,
            seed=chosen,
        )
    print(
        f"{outcome.events} webhooks in {outcome.seconds:.0f} s, the receiver killed twice and "
        f"{outcome.senders_killed} senders (seed {chosen}); {outcome.repeats} of "
        f"{outcome.arrivals} arrivals repeated: {'; '.join(outcome.wrong) or 'all came, in order'}"
    )
    return outcome.wrong


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))

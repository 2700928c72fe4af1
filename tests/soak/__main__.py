"""What is too slow for every test run, each part on a server of its own.

A shift that signs in, a thousand killed sweeps, killed reckonings, ten thousand webhooks, each of
five processes killed with twenty calls up, pages in a browser at a busy seat:
`python -m tests.soak [SWEEPS] [PART …]`, the parts being sign_ins, sweeps, reckonings, webhooks,
deaths and pages; no part named: all.
"""

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hotline.core import vault
from hotline.core.settings import settings
from hotline.up.embedded import start_server
from tests.soak.deaths import die
from tests.soak.pages import look
from tests.soak.reckonings import kill_reckonings
from tests.soak.sign_ins import AGENTS, begin_shift
from tests.soak.sweeps import kill_sweeps, own_database
from tests.soak.webhooks import push

SWEEPS = 1000
CLOCKS, RECKONINGS = 200, 40  # a preview names no more than 200 clocks
PUSHED_ORDERS = 500  # of twenty events each
BEFORE_THE_NOTICE = datetime(2026, 11, 25, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Soak:
    """A server, a folder, how many sweeps, and by what chance processes are killed."""

    server: str
    folder: Path
    sweeps: int
    chosen: int


def main(given: list[str]) -> int:
    """Run the parts named, or all; return 1 when anything is missing, doubled or refused."""
    counts = [int(word) for word in given if word.isdigit()]
    named = [word for word in given if not word.isdigit()]
    unknown = set(named) - PARTS.keys()
    if unknown:
        print(f"No such part: {', '.join(sorted(unknown))}. There are {', '.join(PARTS)}.")
        return 2
    wrong: list[str] = []
    for name in named or PARTS:
        with _place(counts[0] if counts else SWEEPS) as soak:
            wrong += PARTS[name](soak)
    return 1 if wrong else 0


@contextmanager
def _place(sweeps: int) -> Iterator[Soak]:
    folder = Path(tempfile.mkdtemp(prefix="hotline-soak-"))
    os.environ.update(HOTLINE_DATA_DIR=str(folder), HOTLINE_REDIS_URL="unix:///nonexistent")
    os.environ["HOTLINE_WEBHOOK_ALLOWED"] = "127.0.0.0/8"
    settings.cache_clear()
    vault.ensure_master_key(folder / "master.key")
    server = start_server(folder / "postgres")
    chosen = random.SystemRandom().randrange(2**32)
    try:
        yield Soak(server.get_uri(), folder, sweeps, chosen)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _sign_ins(_soak: Soak) -> tuple[str, ...]:
    shift = begin_shift(AGENTS)
    print(shift)
    return (f"{shift.refused} refused",) if shift.refused else ()


def _sweeps(soak: Soak) -> tuple[str, ...]:
    with own_database(soak.server) as engine:
        outcome = kill_sweeps(engine, runs=soak.sweeps, seed=soak.chosen)
    print(
        f"{outcome.runs} sweeps, {outcome.kills} of them killed (seed {soak.chosen}); all clocks "
        f"struck {outcome.rounds} times over: "
        f"{'; '.join(outcome.wrong) or 'each card once, none missing'}"
    )
    return outcome.wrong


def _reckonings(soak: Soak) -> tuple[str, ...]:
    with own_database(soak.server) as engine:
        outcome = kill_reckonings(
            engine, tickets=CLOCKS, runs=RECKONINGS, seed=soak.chosen, now=BEFORE_THE_NOTICE
        )
    print(
        f"{RECKONINGS} reckonings, {outcome.kills} of them killed (seed {soak.chosen}), "
        f"{outcome.left} of {outcome.clocks} clocks left then: "
        f"{'; '.join(outcome.wrong) or 'each moved once'}"
    )
    return outcome.wrong


def _webhooks(soak: Soak) -> tuple[str, ...]:
    with own_database(soak.server) as engine:
        outcome = push(
            engine,
            soak.folder,
            of_orders=PUSHED_ORDERS,
            fails=0.3,
            receiver_killed=2,
            senders_killed=6,
            seed=soak.chosen,
        )
    print(
        f"{outcome.events} webhooks in {outcome.seconds:.0f} s, the receiver killed twice and "
        f"{outcome.senders_killed} senders (seed {soak.chosen}); {outcome.repeats} of "
        f"{outcome.arrivals} arrivals repeated: {'; '.join(outcome.wrong) or 'all came, in order'}"
    )
    return outcome.wrong


def _deaths(soak: Soak) -> tuple[str, ...]:
    missed = die(soak.folder)
    print(f"deaths: {'; '.join(missed) or 'every figure is within its limit'}")
    return missed


def _pages(soak: Soak) -> tuple[str, ...]:
    missed = look(soak.server)
    print(f"pages: {len(missed) or 'none'} above its limit")
    return missed


PARTS = {
    "sign_ins": _sign_ins,
    "sweeps": _sweeps,
    "reckonings": _reckonings,
    "webhooks": _webhooks,
    "deaths": _deaths,
    "pages": _pages,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

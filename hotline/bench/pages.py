"""`bench pages`: what one web process bears of consoles that listen, and how soon it shows a page.

Ten thousand open tickets lie in eight districts. Half of the agents may see them all, the others
those of one district. Reminders of tickets are told at an even pace, each in a transaction of its
own by another process. Every console must get exactly those it may see, once and in order; also
when the web process is stopped meanwhile and another takes its place.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

import psutil
from sqlalchemy import text
from sqlmodel import Session

from hotline.bench import asking, telling, webs
from hotline.bench.filling import KINDS, fill
from hotline.bench.listening import Console, Room
from hotline.bench.scratch import Place, places
from hotline.console.live import stream_url
from hotline.core import vault
from hotline.core.accounts import Account, Role
from hotline.core.clock import now
from hotline.core.errors import Unavailable
from hotline.core.people import login_sessions
from hotline.core.settings import Settings
from knowledge import seed

Say = Callable[[str], None]

DISTRICTS = ("540102", "540103", "540104", "540121", "540202", "540302", "540402", "540602")
MOST_PAGE_MS = 100.0
MOST_LATE_S = 1.0
WAIT_S = 60.0


@dataclass(frozen=True)
class Sizes:
    """How much is measured; the defaults are what the limits are stated for."""

    tickets: int = 10_000
    consoles: int = 500
    per_s: int = 20
    seconds: int = 30
    pages: int = 100  # asked for meanwhile, of each kind


@dataclass(frozen=True)
class Outcome:
    """The figures, as `--json` prints them, and each limit that was missed."""

    figures: dict[str, Any]
    missed: tuple[str, ...]


def measure(site: Settings, sizes: Sizes, say: Say) -> Outcome:
    """Measure in a scratch database; the site's own are never touched."""
    with places(site, ("pages",)) as made:
        place = made["pages"]
        say(f"filling a database with {sizes.tickets:,} open tickets …")
        consoles = filled(place, sizes)
        figures = asyncio.run(_measured(place, consoles, sizes, say))
    return Outcome(figures, _missed(figures, sizes))


async def _measured(
    place: Place, consoles: list[Console], sizes: Sizes, say: Say
) -> dict[str, Any]:
    room = Room(consoles, stream_url(with_calls=True), 0)
    with ExitStack() as stack:
        first = stack.enter_context(_web(place.own))
        room.port = first.port
        listening = asyncio.create_task(room.listen())
        await _until(lambda: room.listening == len(consoles), "not everybody could connect")
        say(f"{room.listening} consoles listen; {sizes.per_s} events a second …")
        quiet = await asking.p95_ms(first.port, consoles[0].token, sizes.pages)
        before = first.cpu_s()
        with happening(place.own, sizes, first=0) as told:
            busy = await asking.p95_ms(first.port, consoles[0].token, sizes.pages)
            await _until(lambda: told.poll() is not None, "the events took too long")
            spent = first.cpu_s() - before
        await _until(lambda: _all_got(consoles, sizes.per_s * sizes.seconds), "", say)
        late = quantiles(room.late, n=100)
        say("the web process is stopped while events go on …")
        with happening(place.own, sizes, first=sizes.per_s * sizes.seconds) as told:
            await asyncio.sleep(2)
            first.stop()
            room.port = stack.enter_context(_web(place.own)).port
            await _until(lambda: told.poll() is not None, "the events took too long")
        count = 2 * sizes.per_s * sizes.seconds
        await _until(lambda: _all_got(consoles, count), "", say)
        room.closing = True
        listening.cancel()
    return {
        "tickets": sizes.tickets,
        "consoles": len(consoles),
        "events_per_s": sizes.per_s,
        "events": count,
        "delivered": sum(len(each.got) for each in consoles),
        **_compared(consoles, count),
        "late_p50_ms": round(late[49] * 1000),
        "late_p95_ms": round(late[94] * 1000),
        "late_p99_ms": round(late[98] * 1000),
        "web_core_pct": round(100 * spent / sizes.seconds),
        "page_p95_ms_quiet": quiet,
        "page_p95_ms": busy,
    }


def _all_got(consoles: Sequence[Console], count: int) -> bool:
    return all(len(each.got) >= len(_theirs(each, count)) for each in consoles)


def _theirs(console: Console, count: int) -> list[int]:
    """Return the events, of so many, that concern the console, in order."""
    every = range(count)
    if not console.district:
        return list(every)
    return [n for n in every if _district(n % telling.TICKETS + 1) == console.district]


def _district(ticket: int) -> str:
    return DISTRICTS[ticket % len(DISTRICTS)]


def _compared(consoles: Sequence[Console], count: int) -> dict[str, int]:
    gone = twice = foreign = out_of_order = 0
    for each in consoles:
        theirs, got = set(_theirs(each, count)), set(each.got)
        gone += len(theirs - got)
        foreign += len(got - theirs)
        twice += len(each.got) - len(got)
        out_of_order += each.got != sorted(each.got)
    return {"gone": gone, "twice": twice, "foreign": foreign, "out_of_order": out_of_order}


def filled(place: Place, sizes: Sizes) -> list[Console]:
    """Fill the database; return the agents' consoles, signed in."""
    vault.ensure_master_key(vault.key_file(place.own))
    with Session(place.engine) as session:
        seed.seed(session, now=now())
        session.commit()
    fill(place.engine, sizes.tickets * len(KINDS), now=now())
    codes = ", ".join(f"'{each}'" for each in DISTRICTS)
    spread = f"UPDATE ticket SET district = (ARRAY[{codes}])[id % {len(DISTRICTS)} + 1]"  # noqa: S608  # our own codes
    with Session(place.engine) as session:
        session.execute(text(spread))
        consoles = [_console(session, each) for each in range(sizes.consoles)]
        session.commit()
    return consoles


def _console(session: Session, place: int) -> Console:
    district = "" if place % 2 == 0 else DISTRICTS[place // 2 % len(DISTRICTS)]
    account = Account(
        username=f"agent{place}",
        display_name=f"agent{place}",
        role=Role.AGENT,
        district=district,
        password_hash="",
        created_at=now(),
    )
    session.add(account)
    session.flush()
    return Console(login_sessions.open_session(session, account, hours=8, now=now()), district)


@dataclass
class _Web:
    port: int
    process: psutil.Process
    leave: Callable[[], object]

    def cpu_s(self) -> float:
        used = self.process.cpu_times()
        return float(used.user + used.system)

    def stop(self) -> None:
        self.leave()


@contextmanager
def _web(own: Settings) -> Iterator[_Web]:
    with ExitStack() as stack:
        before = {each.pid for each in psutil.Process().children()}
        (port,) = stack.enter_context(webs.running(own, 1))
        (mine,) = (each for each in psutil.Process().children() if each.pid not in before)
        yield _Web(port, mine, stack.close)


@contextmanager
def happening(own: Settings, sizes: Sizes, *, first: int) -> "Iterator[subprocess.Popen[bytes]]":
    """Have that many events told, from this one on, by a process that ends with the block."""
    given = [str(sizes.per_s), str(sizes.per_s * sizes.seconds), str(first)]
    command = [sys.executable, "-m", "hotline.bench.telling", *given]
    process = subprocess.Popen(  # noqa: S603  # this Python
        command, env=own.child_environment(), stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        if process.wait(20) > 0:
            raise Unavailable("The process in which things happen ended with an error.")


async def _until(fact: Callable[[], bool], otherwise: str, say: Say | None = None) -> None:
    """Wait for the fact; without it raise Unavailable, or say that the figures will show it."""
    until = time.monotonic() + WAIT_S
    while not fact():
        if time.monotonic() > until and say:
            return say("not everybody has got everything")
        if time.monotonic() > until:
            raise Unavailable(f"Nothing to measure: {otherwise}.")
        await asyncio.sleep(0.05)


def _missed(figures: dict[str, Any], sizes: Sizes) -> tuple[str, ...]:
    checks = {
        f"{name} {figures[name]} > 0": figures[name] > 0
        for name in ("gone", "twice", "foreign", "out_of_order")
    }
    late = figures["late_p95_ms"]
    checks[f"late_p95_ms {late} > {MOST_LATE_S * 1000}"] = late > MOST_LATE_S * 1000
    for name, took in figures["page_p95_ms"].items():
        checks[f"page_p95_ms {name} {took} > {MOST_PAGE_MS}"] = took > MOST_PAGE_MS
    checks[f"consoles {figures['consoles']} < {sizes.consoles}"] = (
        figures["consoles"] < sizes.consoles
    )
    return tuple(said for said, missed in checks.items() if missed)

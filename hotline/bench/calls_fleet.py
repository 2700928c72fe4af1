"""A switch with its media workers in a scratch place, and what they take of the machine."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from sqlmodel import Session

from hotline.bench.scratch import Place
from hotline.core import accounts, vault
from hotline.core.accounts import Role
from hotline.core.clock import now
from hotline.core.errors import Unavailable
from hotline.core.ports import free_port
from hotline.core.settings import Settings
from hotline.switch import nursery
from knowledge import seed
from telephony import seats
from telephony.models import Seat, SeatKind

HOST = "127.0.0.1"
FIRST_PORT = 17060
CALLERS_EACH, LEGS_EACH = 2, 4  # what a worker of the wheel admits (telephony.md, fact 1)
WITHIN_S = 180.0
_RTP = {"rtp_port_min": 42000, "rtp_port_max": 45999}
# Recognition is off: no speech process runs, and no call asks for one while it lasts.
_ALONE = {"kamailio": "off", "live_calls": 0, "wrap_up_s": 0, "log_json": True, "sip_host": HOST}


@dataclass(frozen=True)
class Taken:
    """What the workers held at a moment; CPU in seconds since each began."""

    at: float
    cpu_s: float
    pss_mb: float
    files: int
    threads: int
    processes: int


@dataclass(frozen=True)
class Fleet:
    """The running workers of a switch."""

    place: Place
    own: Settings
    log: Path

    def ports(self) -> list[int]:
        """Return the workers' SIP ports, in the order in which a full one sends callers on."""
        return [int(note["port"]) for note in self._notes()]

    def rate(self, per_s: float, talk_s: float) -> float:
        """Return how many callers a second may come; a small fleet, in a test, holds fewer."""
        return min(per_s, 0.8 * CALLERS_EACH * self.own.media_workers / talk_s)

    def take(self) -> Taken:
        """Return what the workers and their nursery hold now; who has just gone is left out."""
        cpu, pss, files, threads, count = 0.0, 0, 0, 0, 0
        for process in self._processes():
            try:
                times, held = process.cpu_times(), int(process.memory_full_info().pss)
                opened, running = process.num_fds(), process.num_threads()
            except psutil.Error:
                continue
            cpu, pss = cpu + times.user + times.system, pss + held
            files, threads, count = files + opened, threads + running, count + 1
        return Taken(time.monotonic(), cpu, pss / 2**20, files, threads, count)

    def _processes(self) -> set[psutil.Process]:
        """Return the workers, and what they were forked from."""
        found: set[psutil.Process] = set()
        for note in self._notes():
            with suppress(psutil.NoSuchProcess):
                worker = psutil.Process(int(note["pid"]))
                found.add(worker)
                parent = worker.parent()
                if parent and nursery.MODULE in parent.cmdline():
                    found.add(parent)
        return found

    def gaps(self) -> dict[int, int]:
        """Return the gaps between frames that workers which have left counted, by their ms."""
        counted: dict[int, int] = {}
        for told in self.told("worker.left"):
            for ms, count in told["gaps"].items():
                counted[int(ms)] = counted.get(int(ms), 0) + int(count)
        return counted

    def told(self, event: str) -> list[dict[str, Any]]:
        """Return what the log tells of such events, in order."""
        return [each for each in _told(self.log.read_text()) if each.get("event") == event]

    def listening(self) -> bool:
        """Return whether every worker has its port."""
        notes = self._notes()
        return len(notes) == self.own.media_workers and all(map(_listens, notes))

    def _notes(self) -> list[dict[str, int]]:
        found = sorted(self.own.run_dir.glob("media-*.json"))
        return sorted(
            (json.loads(each.read_text()) for each in found), key=lambda note: note["port"]
        )


def _told(log: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of a log that many processes write: two may stand in one line."""
    decoder = json.JSONDecoder()
    for line in log.splitlines():
        rest = line
        while rest.startswith("{"):
            told, end = decoder.raw_decode(rest)
            yield told
            rest = rest[end:]


def _listens(note: dict[str, int]) -> bool:
    try:
        lines = psutil.Process(note["pid"]).net_connections("udp")
    except psutil.Error:
        return False
    return any(line.laddr.port == note["port"] for line in lines)


@contextmanager
def running(
    place: Place, workers: int, *, calls_per_worker: int = 500, live_calls: int = 0
) -> Iterator[Fleet]:
    """Yield a fleet that takes calls; it has left when the block ends, and its log says so."""
    given = {"media_workers": workers, "calls_per_worker": calls_per_worker}
    given["live_calls"] = live_calls
    port = {"sip_port": free_port(HOST, FIRST_PORT)}
    own = place.own.model_copy(update={**_ALONE, **_RTP, **given, **port})
    vault.ensure_master_key(vault.key_file(own))
    with Session(place.engine) as session:
        seed.seed(session, now=now())
        session.commit()
    log = own.data_dir / "switch.log"
    fleet = Fleet(place, own, log)
    with log.open("wb") as said:
        process = subprocess.Popen(  # our own module
            [sys.executable, "-m", "hotline.cli", "switch"],
            env=own.child_environment(),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(fleet, process)
        yield fleet
    finally:
        process.terminate()
        process.wait(60)


def _wait(fleet: Fleet, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + WITHIN_S
    while process.poll() is None and time.monotonic() < until:
        if fleet.listening():
            return
        time.sleep(0.5)
    raise Unavailable(f"The switch is not ready: {fleet.log.read_text()[-800:]}")


def sign_in(place: Place, desks: Sequence[str]) -> None:
    """签入 so many agents, each with a desk phone at its address."""
    with Session(place.engine) as session:
        for number, address in enumerate(desks):
            account = accounts.create_account(
                session, f"bench-{number}", "bench", role=Role.AGENT, now=now()
            )
            seat = seats.seat_of(session, account, now=now())
            seats.set_kind(seat, SeatKind.DESK)
            seats.set_address(session, seat, address)
            seats.log_in(session, seat)
        session.commit()


def sign_out(place: Place) -> None:
    """签出 everybody: from now on callers leave a message."""
    with Session(place.engine) as session:
        for seat in seats.all_seats(session):
            seats.log_off(session.get_one(Seat, seat.account_id))
        session.commit()

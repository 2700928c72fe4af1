"""The media workers: started, adopted after a crash of the switch, replaced when they are spent."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import structlog

from hotline.core.keyring import keyring_of
from hotline.core.ports import free_port
from hotline.core.restarts import Restarts
from hotline.core.settings import Settings
from hotline.switch.nursery import Nursery
from telephony.tape_keys import public_half

STOP_S = 4.0
MODULE = "telephony.worker"
LOOPBACK = "127.0.0.1"
ONE_OF = 8  # workers one at a time may be on its way out
BEHIND = 19  # ports from Kamailio's to the one before the first worker's: 5080 behind 5060

log = structlog.get_logger()


@dataclass
class MediaWorker:
    """One worker's place: the same name and port, whichever process fills it."""

    name: str
    port: int
    rtp_port: int
    rtp_ports: int
    note: Path
    process: psutil.Process | None = None
    restarts: Restarts = field(default_factory=Restarts)

    @property
    def title(self) -> str:
        """What ps calls the place's process."""
        return f"{MODULE} {self.name} {self.port}"

    @property
    def alive(self) -> bool:
        return self.process is not None and is_alive(self.process)


def is_alive(process: psutil.Process) -> bool:
    """Return whether the process still runs; a zombie does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def plan(own: Settings) -> list[MediaWorker]:
    """Return the workers' places: the first on the SIP port, the rest where 302 leads.

    Behind Kamailio, which has the SIP port, all are on this machine's own address, above it.
    """
    share = (own.rtp_port_max - own.rtp_port_min + 1) // own.media_workers
    places = []
    port = own.sip_port + BEHIND if own.proxied else own.sip_port
    host = LOOPBACK if own.proxied else own.sip_host
    for index in range(own.media_workers):
        note = own.run_dir / f"media-{index}.json"
        kept = read_note(note)
        if index or own.proxied:
            port = _kept_port(kept, own) or free_port(host, port + 1)
        rtp_port = own.rtp_port_min + index * share
        place = MediaWorker(f"media-{index}", port, rtp_port, share, note)
        place.process = _adopted(place, kept.get("pid"))
        places.append(place)
    return places


def ensure(place: MediaWorker, own: Settings, nursery: Nursery) -> None:
    """Start the place's process unless it runs; wait longer after each quick death.

    Raises Unavailable when it can't be started now.
    """
    moment = time.monotonic()
    if place.alive or not place.restarts.due(moment):
        return
    if place.process is not None:
        place.process = None
        log.warning("worker.died", worker=place.name, again_in_s=place.restarts.died(moment))
        return
    if not nursery.ready():
        return
    pid = nursery.bear(place.title, _arguments(place, own))
    place.restarts.started(moment)
    try:
        place.process = psutil.Process(pid)
    except psutil.NoSuchProcess:  # the nursery keeps no zombies: it may have died meanwhile
        log.warning("worker.died", worker=place.name, again_in_s=place.restarts.died(moment))
        return
    _write_note(place, pid)


def _arguments(place: MediaWorker, own: Settings) -> tuple[str, ...]:
    return (
        f"--name={place.name}",
        f"--port={place.port}",
        f"--rtp-port={place.rtp_port}",
        f"--rtp-ports={place.rtp_ports}",
        f"--tape-key={public_half(keyring_of(own))}",  # it seals what it can't open again
    )


def _write_note(place: MediaWorker, pid: int) -> None:
    partial = place.note.with_suffix(".part")
    partial.write_text(json.dumps({"pid": pid, "port": place.port}))
    partial.rename(place.note)


def may_leave(leaving: int, workers: int) -> bool:
    """Return whether one more worker may be drained, when so many are on their way out.

    All have had much the same number of calls: together they would leave callers with nobody.
    """
    return leaving < max(1, workers // ONE_OF)


def stop(places: list[MediaWorker]) -> None:
    """Ask every worker to end its calls and leave; kill what has not gone after a while."""
    running = [place.process for place in places if place.process and place.alive]
    for process in running:
        process.terminate()
    _, stubborn = psutil.wait_procs(running, timeout=STOP_S)
    for process in stubborn:
        process.kill()
    for place in places:
        place.note.unlink(missing_ok=True)


def read_note(note: Path) -> dict[str, int]:
    try:
        return dict(json.loads(note.read_text()))
    except (FileNotFoundError, ValueError):
        return {}  # none, or cut off by a crash: then there is nobody to adopt


def _kept_port(kept: dict[str, int], own: Settings) -> int:
    """Return the port that the place had, 0 for none; the SIP port itself may be Kamailio's now."""
    port = int(kept.get("port", 0))
    return 0 if own.proxied and port == own.sip_port else port


def _adopted(place: MediaWorker, pid: int | None) -> psutil.Process | None:
    """Return the process a former switch left behind in this place, if it still runs."""
    try:
        process = psutil.Process(pid) if pid else None
        if (
            process is None
            or " ".join(process.cmdline()).rstrip() != place.title
            or not is_alive(process)
        ):
            return None
    except psutil.Error:  # gone, or another user's, whom we may not look at
        return None
    log.info("worker.adopted", worker=place.name, pid=process.pid, port=place.port)
    return process

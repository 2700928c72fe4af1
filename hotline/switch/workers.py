"""The media workers: started, adopted after a crash of the switch, replaced when they are spent."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import structlog

from hotline.core.keyring import keyring_of
from hotline.core.ports import free_port
from hotline.core.restarts import Restarts
from hotline.core.settings import Settings
from telephony.tape_keys import public_half

STOP_S = 4.0
MODULE = "telephony.worker"
LOOPBACK = "127.0.0.1"
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
        places.append(
            MediaWorker(
                name=f"media-{index}",
                port=port,
                rtp_port=own.rtp_port_min + index * share,
                rtp_ports=share,
                note=note,
                process=_adopt(kept, port),
            )
        )
    return places


def ensure(place: MediaWorker, own: Settings) -> None:
    """Start the place's process unless it runs; wait longer after each quick death."""
    moment = time.monotonic()
    if place.alive or not place.restarts.due(moment):
        return
    if place.process is not None:
        place.process = None
        log.warning("worker.died", worker=place.name, again_in_s=place.restarts.died(moment))
        return
    arguments = (
        f"--name={place.name}",
        f"--port={place.port}",
        f"--rtp-port={place.rtp_port}",
        f"--rtp-ports={place.rtp_ports}",
        f"--tape-key={public_half(keyring_of(own))}",  # it seals what it can't open again
    )
    # A session of its own: the worker's callers outlive a switch that is killed.
    child = subprocess.Popen(  # noqa: S603  # our own module with our own arguments
        (sys.executable, "-m", MODULE, *arguments),
        env=own.child_environment(secrets=False),  # hostile packets are read there
        start_new_session=True,
    )
    place.process = psutil.Process(child.pid)
    place.restarts.started(moment)
    partial = place.note.with_suffix(".part")
    partial.write_text(json.dumps({"pid": child.pid, "port": place.port}))
    partial.rename(place.note)


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


def _adopt(kept: dict[str, int], port: int) -> psutil.Process | None:
    """Return the process a former switch left behind on this port, if it still runs."""
    if kept.get("port") != port or not psutil.pid_exists(kept["pid"]):
        return None
    process = psutil.Process(kept["pid"])
    if not is_alive(process) or MODULE not in process.cmdline():
        return None
    log.info("worker.adopted", pid=process.pid, port=port)
    return process

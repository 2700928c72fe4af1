"""The hotline's processes on this machine, by what they are; other machines' are not seen."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from hotline.core.settings import Settings

# `hotline X` and `python -m hotline.cli X`: what X is called on the page.
COMMANDS = {
    "serve": "web",
    "switch": "switch",
    "seats": "seats",
    "speech": "speech",
    "schedule": "schedule",
    "kamailio": "kamailio",
    "up": "up",
}
NURSERY, MEDIA = "nursery", "media"
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)


@dataclass(frozen=True)
class Found:
    """One process: since when it runs, the memory that is its own, and how much it has worked."""

    pid: int
    since: datetime
    memory_mb: int
    cpu_s: float


def named(words: list[str]) -> str:
    """Return what a command line starts, by its name on the page; empty for anything else."""
    for place, word in enumerate(words[:-1]):
        if word == "hotline.cli" or Path(word).name == "hotline":
            return COMMANDS.get(words[place + 1], "")
    return ""


def processes(own: Settings) -> dict[str, list[Found]]:
    """Return this site's processes on this machine by name, those of another data folder aside."""
    found: dict[str, list[Found]] = {}
    for process in psutil.process_iter():
        try:
            name = named(process.cmdline())
            if name and _is_ours(process, own):
                found.setdefault(name, []).append(_found(process))
                if name == "switch":
                    found.setdefault(NURSERY, []).extend(_nurseries(process))
        except _GONE:
            continue
    found[MEDIA] = list(_media(own.run_dir))
    return found


def running(pids: Iterable[int]) -> list[Found]:
    """Return those of these processes that run."""
    found = []
    for pid in pids:
        try:
            found.append(_found(psutil.Process(pid)))
        except _GONE:
            continue
    return found


def _is_ours(process: psutil.Process, own: Settings) -> bool:
    given = process.environ().get("HOTLINE_DATA_DIR", "data")
    return (Path(process.cwd()) / given).resolve() == own.data_dir.resolve()


def _nurseries(switch: psutil.Process) -> Iterator[Found]:
    """Yield the children that have named themselves so: their environment can't be read then."""
    for child in switch.children():
        if any("telephony.nursery" in word for word in child.cmdline()):
            yield _found(child)


def _media(run_dir: Path) -> Iterator[Found]:
    """Yield the media workers that the switch has written down, if they run."""
    for note in sorted(run_dir.glob("media-*.json")):
        try:
            process = psutil.Process(json.loads(note.read_text())["pid"])
            if any("telephony" in word for word in process.cmdline()):
                yield _found(process)
        except (*_GONE, OSError, ValueError, KeyError):
            continue  # written anew just now, or it has gone


def _found(process: psutil.Process) -> Found:
    with process.oneshot():
        times = process.cpu_times()
        return Found(
            pid=process.pid,
            since=datetime.fromtimestamp(process.create_time(), UTC),
            memory_mb=process.memory_info().rss >> 20,
            cpu_s=times.user + times.system,
        )

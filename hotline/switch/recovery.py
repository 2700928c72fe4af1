"""After a crash: calls without a worker are closed, recordings without a call get one."""

import wave
from pathlib import Path

import structlog
from sqlmodel import Session

from hotline.core.clock import now
from hotline.core.settings import Settings
from hotline.switch import errands
from telephony import records
from telephony.models import Direction

log = structlog.get_logger()


def recover(session: Session, own: Settings, alive: set[str]) -> None:
    """Take up what a former switch and its workers left; words on disk are never thrown away."""
    lose_calls(session, own, alive=alive)
    errands.lose_forgotten(session, now=now())
    for path in sorted(own.recordings_dir.glob("*/*/*/*.wav")):
        if alive and _is_running(path):
            continue
        relative = str(path.relative_to(own.recordings_dir))
        call = records.adopt_recording(session, relative, seconds=length(path), now=now())
        if call:
            log.warning("recording.adopted", call=call.id.hex[:8], seconds=length(path))


def lose_calls(session: Session, own: Settings, *, alive: set[str]) -> None:
    """Close the open calls whose worker is gone, with what their recordings hold."""
    for call in records.open_calls(session):
        if call.worker in alive:
            continue
        recording = records.recording_of(session, call)
        seconds = length(own.recordings_dir / recording.path) if recording else 0.0
        records.lose_call(session, call, seconds=seconds, now=now())
        if call.direction == Direction.OUT:
            errands.lose(session, call, now=now())
        log.warning("call.lost", call=call.id.hex[:8], worker=call.worker, seconds=seconds)


def length(path: Path) -> float:
    """Return a recording's length in seconds; 0 when nothing was written."""
    if not path.exists() or path.stat().st_size == 0:
        return 0.0
    with wave.open(str(path), "rb") as sound:
        return sound.getnframes() / sound.getframerate()


def _is_running(path: Path) -> bool:
    """Return whether a live worker may still be writing here: its report is on the way."""
    return (now().timestamp() - path.stat().st_mtime) < 5

"""After a crash: calls without a worker are closed, recordings without a call get one."""

import uuid
import wave
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import structlog
from sqlmodel import Session, col, select

from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.settings import Settings
from hotline.switch import errands, floor
from telephony import records, tapes
from telephony.models import Call, Direction

# Recordings are looked through this far back; older ones were, by an earlier start.
SEARCHED_DAYS = 7
# Its worker may still be writing it, or be about to report it.
SETTLED_AFTER = timedelta(minutes=1)
RECORDED = (tapes.SUFFIX, ".wav")  # a WAV: by an earlier version
WAV_HEADER_BYTES, BYTES_A_SECOND = 44, 16_000

log = structlog.get_logger()


def recover(session: Session, own: Settings, alive: set[str]) -> None:
    """Take up what a former switch and its workers left."""
    lose_calls(session, own, alive=alive)
    errands.lose_forgotten(session, now=now())
    floor.tend(session, own, now=now())


def adopt_recordings(own: Settings) -> None:
    """Give a call to every recording that no row knows: words on disk are never thrown away.

    Run when the workers have had time to report: only what none of them reports is adopted. Each
    recording is taken in a transaction of its own, so that one bad file stops no other.
    """
    for path, call_id in _unknown(own):
        relative = str(path.relative_to(own.recordings_dir))
        with transaction() as session:
            call = records.adopt_recording(session, relative, seconds=length(path), now=now())
        if call:
            log.warning("recording.adopted", call=call_id.hex[:8], seconds=length(path))


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
        else:
            floor.lost(session, own, call, now=now())
        log.warning("call.lost", call=call.id.hex[:8], worker=call.worker, seconds=seconds)


def length(path: Path) -> float:
    """Return a recording's length in seconds, by its size where its header is damaged."""
    if path.suffix == tapes.SUFFIX:
        return tapes.seconds(path) if path.exists() else 0.0
    if not path.exists() or path.stat().st_size <= WAV_HEADER_BYTES:
        return 0.0
    try:
        with wave.open(str(path), "rb") as sound:
            return sound.getnframes() / sound.getframerate()
    except (wave.Error, EOFError) as error:
        log.warning("recording.damaged", path=path.name, error=str(error))
        return (path.stat().st_size - WAV_HEADER_BYTES) / BYTES_A_SECOND


def _unknown(own: Settings) -> Iterator[tuple[Path, uuid.UUID]]:
    """Yield the settled recordings of the last days that belong to no call."""
    for days in range(SEARCHED_DAYS + 1):
        folder = own.recordings_dir / f"{now() - timedelta(days=days):%Y/%m/%d}"
        found = [path for path in sorted(folder.glob("*")) if path.suffix in RECORDED]
        named = {path: _id_of(path) for path in found if _settled(path)}
        with transaction() as session:
            wanted = [call_id for call_id in named.values() if call_id]
            known = set(session.exec(select(Call.id).where(col(Call.id).in_(wanted))))
        for path, call_id in named.items():
            if call_id and call_id not in known:
                yield path, call_id


def _settled(path: Path) -> bool:
    return now().timestamp() - path.stat().st_mtime > SETTLED_AFTER.total_seconds()


def _id_of(path: Path) -> uuid.UUID | None:
    try:
        return uuid.UUID(path.stem)
    except ValueError:
        log.warning("recording.not_ours", path=path.name, remedy="move it elsewhere")
        return None

"""Recordings at rest: some minutes after its call a recording is sealed with its caller's key.

In this order, so that it may be killed anywhere: the sealed file is written, the plain one deleted,
the row names the sealed one. A row that still names a plain file which is gone means the sealed one
beside it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, and_, col, or_, select

from hotline.core import privacy, sealed_files
from hotline.core.ciphers import Unreadable
from hotline.core.errors import NotFound
from hotline.core.privacy import Person
from telephony.models import Call, CallStatus, Recording, RecordingStatus

SEALED = ".sealed"
# A late report of a call may still come; a call thought lost may even go on.
SETTLED_AFTER = timedelta(minutes=10)
LOST_SETTLED_AFTER = timedelta(days=1)
_DONE = (RecordingStatus.TRANSCRIBED, RecordingStatus.FAILED, RecordingStatus.KEPT)


class Sound:
    """A recording as it is heard: its length and any part of it, whether it is sealed or not."""

    def __init__(self, path: Path, key: bytes, name: str) -> None:
        self._path, self._key, self._name = path, key, name
        self._sealed = path.suffix == SEALED
        self.length = sealed_files.length(path) if self._sealed else path.stat().st_size

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes in [start, end)."""
        if self._sealed:
            yield from sealed_files.read(self._path, self._key, self._name, start, end)
            return
        with self._path.open("rb") as content:
            content.seek(start)
            while start < end and (part := content.read(min(sealed_files.PIECE, end - start))):
                yield part
                start += len(part)


def sound_of(session: Session, recording: Recording, folder: Path) -> Sound:
    """Return what the recording sounds like; raise NotFound when its file is not there."""
    path = file_of(recording, folder)
    if path is None:
        raise NotFound("The recording's file is not there.", remedy="Look into the backups.")
    return Sound(path, privacy.own_key(_caller(session, recording)), str(recording.call_id))


def file_of(recording: Recording, folder: Path) -> Path | None:
    """Return the recording's file, sealed or not; None when neither is there."""
    if not recording.path:
        return None
    named = folder / recording.path
    beside = named.with_name(f"{named.name}{SEALED}")
    return next((path for path in (named, beside) if path.is_file()), None)


def plain_ones(session: Session, *, now: datetime, after: int = 0, limit: int = 100) -> list[int]:
    """Return the ids, above `after`, of recordings that are settled and not sealed."""
    ended = and_(Call.status == CallStatus.ENDED, col(Call.ended_at) < now - SETTLED_AFTER)
    lost = and_(Call.status == CallStatus.LOST, col(Call.ended_at) < now - LOST_SETTLED_AFTER)
    found = (
        select(Recording.id)
        .join(Call, col(Call.id) == Recording.call_id)
        .where(col(Recording.path).like("%.wav"), col(Recording.status).in_(_DONE))
        .where(or_(ended, lost), Recording.id > after)  # type: ignore[operator]  # it has one
    )
    return [each for each in session.exec(found.order_by(col(Recording.id)).limit(limit)) if each]


def seal(session: Session, recording_id: int, folder: Path) -> bool:
    """Seal one recording's file; return whether there was one and nobody else is at it."""
    claimed = select(Recording).where(Recording.id == recording_id)
    recording = session.exec(claimed.with_for_update(skip_locked=True)).first()
    if recording is None or recording.status not in _DONE or not recording.path.endswith(".wav"):
        return False
    person = _caller(session, recording)
    plain = folder / recording.path
    sealed = plain.with_name(f"{plain.name}{SEALED}")
    if privacy.is_erased(person) or not (plain.is_file() or sealed.is_file()):
        return False
    if plain.is_file():
        key, name = privacy.own_key(person), str(recording.call_id)
        with plain.open("rb") as content:
            size = sealed_files.write(sealed, key, name, content)
        _require_same(sealed, key, name, size)
        plain.unlink()
    recording.path += SEALED
    session.add(recording)
    return True


def _require_same(sealed: Path, key: bytes, name: str, size: int) -> None:
    """Read the sealed file once before the plain one goes; raise Unreadable."""
    if sum(len(piece) for piece in sealed_files.read(sealed, key, name)) != size:
        raise Unreadable(f"{sealed.name} does not hold what was sealed into it.")


def _caller(session: Session, recording: Recording) -> Person:
    call = session.get_one(Call, recording.call_id)
    return session.get_one(Person, call.person_id)

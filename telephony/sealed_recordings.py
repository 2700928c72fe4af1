"""Recordings at rest: some minutes after its call a tape is encoded and sealed by its caller's key.

In this order, so that it may be killed anywhere: the sealed file is written, read back and compared
with the tape sample by sample; the tape is deleted; the row names the sealed file. A row that still
names a tape which is gone means the sealed file beside it. A WAV of an earlier version is sealed as
it is.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, and_, col, or_, select

from hotline.core import privacy, sealed_files
from hotline.core.ciphers import Unreadable
from hotline.core.errors import NotFound
from hotline.core.keyring import keyring
from hotline.core.privacy import Person
from telephony import flac, sounds, tapes
from telephony.models import Call, CallStatus, Recording, RecordingStatus
from telephony.sounds import ENCODED, SEALED, Sound
from telephony.waveforms import Peaks

PLAIN = ".wav"  # what an earlier version recorded
# A late report of a call may still come; a call thought lost may even go on.
SETTLED_AFTER = timedelta(minutes=10)
LOST_SETTLED_AFTER = timedelta(days=1)
_DONE = (RecordingStatus.TRANSCRIBED, RecordingStatus.FAILED, RecordingStatus.KEPT)


def sound_of(session: Session, recording: Recording, folder: Path) -> Sound:
    """Return what the recording sounds like; raise NotFound when its file is not there."""
    path = file_of(recording, folder)
    if path is None:
        raise NotFound("The recording's file is not there.", remedy="Look into the backups.")
    if path.suffix == tapes.SUFFIX:
        return sounds.of_tape(path, keyring())
    if path.suffix == PLAIN:
        return sounds.of_plain(path)
    key = privacy.own_key(_caller(session, recording))
    return sounds.of_sealed(path, key, str(recording.call_id))


def file_of(recording: Recording, folder: Path) -> Path | None:
    """Return the recording's file, sealed or not; None when neither is there."""
    return next((path for path in files_of(recording, folder) if path.is_file()), None)


def files_of(recording: Recording, folder: Path) -> list[Path]:
    """Return where the recording's file may lie: as its row names it, or sealed beside that."""
    if not recording.path:
        return []
    named = folder / recording.path
    return [named, sealed_beside(named)]


def sealed_beside(named: Path) -> Path:
    """Return where a tape or an earlier version's WAV lies once it is sealed."""
    if named.suffix == tapes.SUFFIX:
        return named.with_suffix(ENCODED + SEALED)
    return named.with_name(named.name + SEALED)


def unsealed_ones(
    session: Session, *, now: datetime, after: int = 0, limit: int = 100
) -> list[int]:
    """Return the ids, above `after`, of recordings that are settled and not sealed."""
    ended = and_(Call.status == CallStatus.ENDED, col(Call.ended_at) < now - SETTLED_AFTER)
    lost = and_(Call.status == CallStatus.LOST, col(Call.ended_at) < now - LOST_SETTLED_AFTER)
    path = col(Recording.path)
    found = (
        select(Recording.id)
        .join(Call, col(Call.id) == Recording.call_id)
        .where(or_(path.like(f"%{PLAIN}"), path.like(f"%{tapes.SUFFIX}")))
        .where(col(Recording.status).in_(_DONE))
        .where(or_(ended, lost), Recording.id > after)  # type: ignore[operator]  # it has one
    )
    return [each for each in session.exec(found.order_by(col(Recording.id)).limit(limit)) if each]


def seal(session: Session, recording_id: int, folder: Path) -> bool:
    """Seal one recording's file; return whether there was one and nobody else is at it."""
    claimed = select(Recording).where(Recording.id == recording_id)
    recording = session.exec(claimed.with_for_update(skip_locked=True)).first()
    if recording is None or recording.status not in _DONE or recording.path.endswith(SEALED):
        return False
    person, found = _caller(session, recording), file_of(recording, folder)
    if privacy.is_erased(person) or found is None:
        return False
    key, name = privacy.own_key(person), str(recording.call_id)
    sealed = sealed_beside(folder / recording.path)
    if found.suffix == tapes.SUFFIX:
        recording.waveform = _encode(found, sealed, key, name)
    elif found.suffix == PLAIN:
        _seal_plain(found, sealed, key, name)
    elif recording.path.endswith(tapes.SUFFIX):  # killed before the row named it
        recording.waveform = _heard(sounds.of_sealed(sealed, key, name).stereo())[1]
    recording.path = str(sealed.relative_to(folder))
    session.add(recording)
    return True


def _encode(tape: Path, sealed: Path, key: bytes, name: str) -> bytes:
    """Let a sealed FLAC take the tape's place and return its waveform; raise Unreadable."""
    ring = keyring()
    sealed_files.write(sealed, key, name, flac.encode(tapes.blocks(tape, ring)))
    digest, waveform = _heard(sounds.of_sealed(sealed, key, name).stereo())
    if digest != _heard(tapes.blocks(tape, ring))[0]:
        raise Unreadable(f"{sealed.name} does not hold what was sealed into it.")
    tape.unlink()
    return waveform


def _heard(stereo: Iterator[bytes]) -> tuple[bytes, bytes]:
    """Return a digest of the whole sound, and its waveform."""
    digest, peaks = hashlib.sha256(), Peaks()
    for piece in stereo:
        digest.update(piece)
        peaks.hear(piece)
    return digest.digest(), peaks.bytes()


def _seal_plain(plain: Path, sealed: Path, key: bytes, name: str) -> None:
    with plain.open("rb") as content:
        size = sealed_files.write(sealed, key, name, content)
    if sum(len(piece) for piece in sealed_files.read(sealed, key, name)) != size:
        raise Unreadable(f"{sealed.name} does not hold what was sealed into it.")
    plain.unlink()


def _caller(session: Session, recording: Recording) -> Person:
    call = session.get_one(Call, recording.call_id)
    return session.get_one(Person, call.person_id)

"""Recordings that go: first the row says so, then the file goes, whatever crashes."""

import uuid
from pathlib import Path

from sqlmodel import Session, col, select

from telephony.models import Call, Recording, RecordingStatus
from telephony.sealed_recordings import files_of

GONE = (RecordingStatus.ERASED, RecordingStatus.REMOVED)


def give_up(session: Session, person_id: uuid.UUID) -> int:
    """Mark the person's recordings as erased and return how many; `remove_files` does the rest."""
    theirs = (
        select(Recording)
        .join(Call, col(Call.id) == Recording.call_id)
        .where(Call.person_id == person_id, Recording.status != RecordingStatus.ERASED)
    )
    found = session.exec(theirs).all()
    for recording in found:
        let_go(session, recording, RecordingStatus.ERASED)
    return len(found)


def let_go(session: Session, recording: Recording, status: RecordingStatus) -> None:
    """Mark one recording as going; `remove_files` does the rest."""
    recording.status, recording.waveform = status, None
    session.add(recording)


def remove_files(session: Session, folder: Path, *, limit: int = 500) -> int:
    """Delete the files of recordings that go and forget their names; return how many went.

    A file that is gone already is no error: whoever deleted it may have died before the commit.
    """
    waiting = session.exec(
        select(Recording)
        .where(col(Recording.status).in_(GONE), Recording.path != "")
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for recording in waiting:
        for path in files_of(recording, folder):
            path.unlink(missing_ok=True)
        recording.path = ""
        session.add(recording)
    return len(waiting)

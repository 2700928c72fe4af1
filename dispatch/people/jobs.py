"""What runs by itself: files of erased people go, views that are over are forgotten."""

from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import delete
from sqlmodel import col

from dispatch.people import erasures, left_plain, recording_spans, wiping
from hotline.core.ciphers import Unreadable
from hotline.core.clock import now
from hotline.core.db import engine, transaction
from hotline.core.queue import started
from hotline.core.settings import settings
from hotline.core.views_once import IdentityView
from telephony import erased_recordings, sealed_recordings

VIEWS_KEPT_FOR = timedelta(days=1)  # AccessLog says for ever who looked

log = structlog.get_logger()


def remove_erased_recordings() -> None:
    """Delete the recordings of erased people, batch after batch; may be killed anywhere."""
    started(erasures.REMOVE_FILES)
    folder = settings().recordings_dir
    removed = 1
    while removed:
        with transaction() as session:
            removed = erased_recordings.remove_files(session, folder)


def remove_old_recordings() -> None:
    """Let recordings go whose span is over and that nobody holds, one a transaction."""
    written, after = settings().recording_days, 0
    while True:
        with transaction() as session:
            due, after = recording_spans.due(session, written=written, now=now(), after=after)
        for recording_id in due:
            with transaction() as session:
                recording_spans.remove(session, recording_id, written=written, now=now())
        if not after:
            return


def seal_recordings() -> None:
    """Seal the recordings of calls that are over, each in a transaction of its own."""
    folder, after = settings().recordings_dir, 0
    while True:
        with transaction() as session:
            waiting = sealed_recordings.unsealed_ones(session, now=now(), after=after)
        if not waiting:
            return
        for recording_id in waiting:
            _seal(recording_id, folder)
        after = waiting[-1]


def _seal(recording_id: int, folder: Path) -> None:
    """Seal one; what can't be sealed now is said each time, and stops no other."""
    try:
        with transaction() as session:
            sealed_recordings.seal(session, recording_id, folder)
    except (Unreadable, OSError) as error:
        why = getattr(error, "detail", None) or str(error)
        remedy = getattr(error, "remedy", "") or "free the disk, or restore the file"
        log.error("recording.not_sealed", recording=recording_id, why=why, remedy=remedy)


def seal_what_is_plain() -> None:
    """Seal what an earlier version wrote in the clear, batch after batch."""
    sealed = 1
    while sealed:
        with transaction() as session:
            sealed = left_plain.seal_some(session)


def wipe() -> None:
    """VACUUM what was erased or sealed since the day before."""
    wiping.wipe(engine())


def sweep() -> None:
    """Do what a lost job or an earlier version left undone; forget the views of days before."""
    remove_old_recordings()
    remove_erased_recordings()
    seal_what_is_plain()
    over = now() - VIEWS_KEPT_FOR
    with transaction() as session:
        session.exec(delete(IdentityView).where(col(IdentityView.expires_at) < over))

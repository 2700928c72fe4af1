"""What runs by itself: files of erased people go, views that are over are forgotten."""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col

from dispatch.people import erasures, wiping
from hotline.core.clock import now
from hotline.core.db import engine, transaction
from hotline.core.queue import started
from hotline.core.settings import settings
from hotline.core.views_once import IdentityView
from telephony import erased_recordings, sealed_recordings

VIEWS_KEPT_FOR = timedelta(days=1)  # AccessLog says for ever who looked


def remove_erased_recordings() -> None:
    """Delete the recordings of erased people, batch after batch; may be killed anywhere."""
    started(erasures.REMOVE_FILES)
    folder = settings().recordings_dir
    removed = 1
    while removed:
        with transaction() as session:
            removed = erased_recordings.remove_files(session, folder)


def seal_recordings() -> None:
    """Seal the recordings of calls that are over, each in a transaction of its own."""
    folder, after = settings().recordings_dir, 0
    while True:
        with transaction() as session:
            waiting = sealed_recordings.plain_ones(session, now=now(), after=after)
        if not waiting:
            return
        for recording_id in waiting:
            with transaction() as session:
                sealed_recordings.seal(session, recording_id, folder)
        after = waiting[-1]


def wipe() -> None:
    """VACUUM what was erased or sealed since the day before."""
    wiping.wipe(engine())


def sweep() -> None:
    """Do what a lost job left undone, and forget the views of the days before."""
    remove_erased_recordings()
    over = now() - VIEWS_KEPT_FOR
    with transaction() as session:
        session.exec(delete(IdentityView).where(col(IdentityView.expires_at) < over))

"""What may be forgotten: answers kept for repeated requests, sessions that have run out."""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col

from hotline.core import seals
from hotline.core.accounts import LoginSession
from hotline.core.clock import now
from hotline.core.db import after_commit, transaction
from hotline.core.settings import settings
from hotline.web.idempotency import KeptReply

REPEATED_WITHIN = timedelta(hours=24)


def seal_history() -> None:
    """Seal the log once a day, and keep the seal's root beside the database too."""
    with transaction() as session:
        sealed = seals.seal(session, now=now())
        if sealed:
            folder = settings().data_dir
            after_commit(session, lambda: seals.keep_elsewhere(sealed, folder))


def sweep() -> None:
    """Delete what is past its time."""
    moment = now()
    with transaction() as session:
        session.exec(delete(KeptReply).where(col(KeptReply.at) < moment - REPEATED_WITHIN))
        session.exec(delete(LoginSession).where(col(LoginSession.expires_at) < moment))

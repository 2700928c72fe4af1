"""What may be forgotten: answers kept for repeated requests, sessions that have run out."""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col

from dispatch.drafting import company, drafts
from dispatch.ending import archives
from dispatch.requesters import links, looking_up
from dispatch.rules import missing_notices
from dispatch.webhooks import deliveries
from hotline.core import seals
from hotline.core.clock import now
from hotline.core.db import after_commit, transaction
from hotline.core.people.login_sessions import LoginSession
from hotline.core.settings import settings
from hotline.web.idempotency import KeptReply
from knowledge.articles import gaps

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
        deliveries.forget(session, before=moment - timedelta(days=settings().webhook_log_days))
    forget_requesters_doors()
    forget_drafts()
    warn_of_missing_notices()
    while archive_batch():
        pass


def forget_requesters_doors() -> None:
    """Delete links that have run out, and look-ups that were wrong long ago."""
    with transaction() as session:
        links.forget(session, now=now())
        looking_up.forget(session, now=now())


def forget_drafts() -> None:
    """Delete forms that nobody came back to, who was on a ticket, what was asked in vain once."""
    with transaction() as session:
        drafts.forget_old(session, now=now())
        company.forget_old(session, now=now())
        gaps.forget_old(session, now=now())


def warn_of_missing_notices() -> None:
    """Say once a day, from 1 November on, that next year's 放假通知 is not there."""
    with transaction() as session:
        missing_notices.warn(session, settings().district, now=now())


def archive_batch() -> int:
    """归档: archive one batch in one transaction and return how many tickets it held."""
    after = timedelta(days=settings().archive_after_days)
    with transaction() as session:
        return len(archives.archive_due(session, after=after, now=now()))

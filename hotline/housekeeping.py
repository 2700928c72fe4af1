"""What may be forgotten: answers kept for repeated requests, sessions that have run out."""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col

from hotline.core.accounts import LoginSession
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.web.idempotency import KeptReply

REPEATED_WITHIN = timedelta(hours=24)


def sweep() -> None:
    """Delete what is past its time."""
    moment = now()
    with transaction() as session:
        session.exec(delete(KeptReply).where(col(KeptReply.at) < moment - REPEATED_WITHIN))
        session.exec(delete(LoginSession).where(col(LoginSession.expires_at) < moment))

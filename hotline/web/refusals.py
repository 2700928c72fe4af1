"""A name and password at any door: the site's limits, and every refusal as slow as the others."""

import asyncio
import time
from datetime import timedelta
from uuid import UUID

from fastapi import Request
from sqlmodel import Session

from hotline.core.accounts import Account
from hotline.core.clock import now
from hotline.core.people import own_password, signing_in
from hotline.core.people.lockout import Limits
from hotline.core.settings import settings
from hotline.web import attempts

# No refusal leaves sooner: a known name costs some statements more than an unknown one.
REFUSED_AFTER_S = 0.5


def check_password(request: Request, session: Session, username: str, password: str) -> Account:
    """Return the account; raise Refused, which `hold_back` then delays."""
    attempts.require(request, username)
    began = time.monotonic()
    try:
        return signing_in.by_password(session, username, password, limits=_limits(), now=now())
    except signing_in.Refused:
        attempts.failed(request, session, username)
        request.state.refuse_at = began + REFUSED_AFTER_S
        raise


def change_password(
    request: Request, session: Session, account: Account, *, old: str, new: str, keep: UUID | None
) -> None:
    """Replace the person's password; raise Invalid, Conflict or Refused, likewise delayed."""
    began = time.monotonic()
    try:
        own_password.change(
            session, account, old=old, new=new, limits=_limits(), keep=keep, now=now()
        )
    except signing_in.Refused:
        request.state.refuse_at = began + REFUSED_AFTER_S
        raise


async def hold_back(request: Request) -> None:
    """Wait until a refusal of this request may leave; at once when nothing was refused."""
    due = getattr(request.state, "refuse_at", 0.0)
    await asyncio.sleep(max(0.0, due - time.monotonic()))


def _limits() -> Limits:
    own = settings()
    return Limits(
        failures=own.lock_after_failures,
        window=timedelta(minutes=own.lock_window_minutes),
        first=timedelta(minutes=own.lock_minutes),
        longest=timedelta(minutes=own.lock_longest_minutes),
        from_first=True,
    )

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
from hotline.web import attempts, credentials, devices
from hotline.web.rates import address

# No refusal leaves sooner: a known name costs some statements more than an unknown one.
REFUSED_AFTER_S = 0.5


def check_password(request: Request, session: Session, username: str, password: str) -> Account:
    """Return the account; raise Refused, which `hold_back` then delays, or TooMany.

    A browser that the person signed in with before has limits of its own: no lock shuts it out.
    """
    device = devices.known(request, username)
    by = f"device:{device}" if device else address(request.scope)
    attempts.require(request, username, by)
    limits, began = None if device else _limits(), time.monotonic()
    try:
        return signing_in.by_password(session, username, password, limits=limits, now=now())
    except signing_in.Refused:
        attempts.failed(request, session, username, by)
        request.state.refuse_at = began + REFUSED_AFTER_S
        raise


def change_password(
    request: Request, session: Session, account: Account, *, old: str, new: str, keep: UUID | None
) -> None:
    """Replace the person's password; raise Invalid, Conflict, TooMany or Refused, delayed too.

    Wrong ones are counted by the session: it is no stranger's, so no stranger's lock closes it.
    """
    by = f"session:{credentials.digest(request)}"
    attempts.require(request, account.username, by)
    began = time.monotonic()
    try:
        own_password.change(session, account, old=old, new=new, keep=keep, now=now())
    except signing_in.Refused:
        attempts.count(request, account.username, by)
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

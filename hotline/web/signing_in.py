"""登录: both doors by which people sign in wait their turn and open the same kind of session."""

import os
import uuid
from collections.abc import AsyncIterator
from typing import Annotated

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from fastapi import Depends, Request, Response
from sqlmodel import Session

from hotline.core.accounts import Account
from hotline.core.clock import now
from hotline.core.people import login_sessions, signing_in
from hotline.core.settings import settings
from hotline.web.access import COOKIE, keep_cookie
from hotline.web.refusals import check_password, hold_back

_limiter: RunVar[CapacityLimiter] = RunVar("sign-in turns")


async def wait_turn(request: Request) -> AsyncIterator[None]:
    """Let as many sign in at once as there are cores: the others hold neither thread nor row.

    A refusal is held back afterwards, when it takes nobody's turn.
    """
    async with _turns():
        yield
    await hold_back(request)


# Named before the session: nobody takes a connection to the database and then waits.
Turn = Annotated[None, Depends(wait_turn, scope="function")]


def by_password(request: Request, session: Session, username: str, password: str) -> Account:
    """Return who signed in; raise Refused."""
    account = check_password(request, session, username, password)
    signing_in.tell(session, account, by="password", now=now())
    return account


def begin(
    request: Request,
    response: Response,
    session: Session,
    account: Account,
    *,
    public_id: uuid.UUID | None = None,
) -> str:
    """Return the token of a fresh session, also as a cookie; the one the browser had is closed."""
    hours = settings().session_hours
    login_sessions.close_session(session, request.cookies.get(COOKIE, ""))
    device = request.headers.get("user-agent", "")
    token = login_sessions.open_session(
        session, account, hours=hours, now=now(), device=device, public_id=public_id
    )
    keep_cookie(response, token, hours)
    return token


def _turns() -> CapacityLimiter:
    """Return this event loop's turns."""
    try:
        return _limiter.get()
    except LookupError:
        _limiter.set(CapacityLimiter(os.cpu_count() or 1))
        return _limiter.get()

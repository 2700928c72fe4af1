"""登录: both doors by which people sign in open the same kind of session."""

import uuid

from fastapi import Request, Response
from sqlmodel import Session

from hotline.core.accounts import Account
from hotline.core.clock import now
from hotline.core.people import login_sessions, signing_in
from hotline.core.settings import settings
from hotline.web import devices
from hotline.web.access import COOKIE, is_encrypted, keep_cookie
from hotline.web.refusals import check_password


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
    devices.keep(request, response, account.username, secure=is_encrypted())
    return token

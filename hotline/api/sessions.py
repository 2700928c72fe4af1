"""Signing in and out."""

from fastapi import APIRouter, Request, Response

from hotline.api.schemas import SessionIn, SessionOut
from hotline.core import accounts
from hotline.core.clock import now
from hotline.core.settings import settings
from hotline.web.access import COOKIE, SessionDep, keep_cookie
from hotline.web.problems import OPEN

router = APIRouter(prefix="/api/v1/sessions", tags=["sessions"], responses=OPEN)


@router.post("", operation_id="sign_in", status_code=201)
def sign_in(given: SessionIn, session: SessionDep, response: Response) -> SessionOut:
    """Open a session: the token works as a cookie here and as a bearer token elsewhere."""
    account = accounts.check_password(session, given.username, given.password)
    hours = settings().session_hours
    token = accounts.open_session(session, account, hours=hours, now=now())
    keep_cookie(response, token, hours)
    return SessionOut(token=token, username=account.username, role=account.role)


@router.delete("", operation_id="sign_out", status_code=204)
def sign_out(request: Request, session: SessionDep, response: Response) -> None:
    """Close the session that the cookie or the bearer token names."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        accounts.close_session(session, token)
    accounts.close_session(session, request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE)

"""登录、退出: signing in and out."""

from fastapi import APIRouter, Request, Response

from hotline.api.schemas import SessionIn, SessionOut
from hotline.core.people import login_sessions
from hotline.web import signing_in
from hotline.web.access import COOKIE, SessionDep
from hotline.web.problems import OPEN
from hotline.web.turns import Turn

router = APIRouter(prefix="/api/v1/sessions", tags=["sessions"], responses=OPEN)


@router.post("", operation_id="sign_in", status_code=201, summary="Sign in (登录)")
def sign_in(
    _turn: Turn, given: SessionIn, session: SessionDep, request: Request, response: Response
) -> SessionOut:
    """Open a session: the token works as a cookie here and as a bearer token elsewhere.

    With `must_change_password` it only opens what is one's own, until POST /api/v1/me/password.
    """
    account = signing_in.by_password(request, session, given.username, given.password)
    token = signing_in.begin(request, response, session, account)
    return SessionOut(
        token=token,
        username=account.username,
        role=account.role,
        must_change_password=account.must_change_password,
    )


@router.delete("", operation_id="sign_out", status_code=204, summary="Sign out (退出)")
def sign_out(request: Request, session: SessionDep, response: Response) -> None:
    """Close the session that the cookie or the bearer token names."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        login_sessions.close_session(session, token)
    login_sessions.close_session(session, request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE)

"""Signing in by password, and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hotline.console.faults import PREFIX, SIGN_IN
from hotline.console.frame import templates
from hotline.console.words import say
from hotline.core import accounts
from hotline.core.clock import now
from hotline.core.errors import NotSignedIn
from hotline.core.settings import settings
from hotline.web.access import COOKIE, SessionDep, account_of, keep_cookie

router = APIRouter(prefix=PREFIX, include_in_schema=False)


@router.get("/sign-in", response_class=HTMLResponse)
def form(request: Request, session: SessionDep, next: str = "") -> Response:
    """Show the form; who is signed in already goes on."""
    if account_of(request, session):
        return RedirectResponse(inside(next), status_code=303)
    return templates.TemplateResponse(request, "sign_in.html", {"fault": "", "next": inside(next)})


@router.post("/sign-in", response_class=HTMLResponse)
def sign_in(
    request: Request,
    session: SessionDep,
    username: Annotated[str, Form()],
    password: Annotated[str, Form()],
    next: Annotated[str, Form()] = "",
) -> Response:
    """Open a session and go where one wanted to; or say what was wrong."""
    try:
        account = accounts.check_password(session, username, password)
    except NotSignedIn:
        shown = {"fault": say("sign_in.wrong"), "next": inside(next), "username": username}
        return templates.TemplateResponse(request, "sign_in.html", shown, status_code=401)
    hours = settings().session_hours
    answer = RedirectResponse(inside(next), status_code=303)
    keep_cookie(answer, accounts.open_session(session, account, hours=hours, now=now()), hours)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, session: SessionDep) -> Response:
    """Close the session."""
    accounts.close_session(session, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse(SIGN_IN, status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


def inside(path: str) -> str:
    """Return the path if it is a page of the console, else the console's first page."""
    ours = path.startswith(f"{PREFIX}/") and "\\" not in path and not path.startswith(SIGN_IN)
    return path if ours else f"{PREFIX}/"

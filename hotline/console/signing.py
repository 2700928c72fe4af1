"""登录、退出: signing in by password, and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hotline.console import oidc
from hotline.console.faults import PREFIX, SIGN_IN
from hotline.console.frame import templates
from hotline.console.sign_in_form import first_page, shown
from hotline.console.words import say
from hotline.core.errors import NotSignedIn
from hotline.core.people import login_sessions
from hotline.web import signing_in
from hotline.web.access import COOKIE, SessionDep, found_of
from hotline.web.turns import Turn

router = APIRouter(prefix=PREFIX, include_in_schema=False)


@router.get("/sign-in", response_class=HTMLResponse)
def form(request: Request, session: SessionDep, next: str = "") -> Response:
    """Show the form; who is signed in already goes on."""
    found = found_of(request, session)  # a session alone: a password would be checked out of turn
    if found:
        return RedirectResponse(first_page(found.account, next), status_code=303)
    return shown(request, next)


@router.post("/sign-in", response_class=HTMLResponse)
def sign_in(
    _turn: Turn,
    request: Request,
    session: SessionDep,
    username: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=4000)],
    next: Annotated[str, Form()] = "",
) -> Response:
    """Open a session and go where one wanted to; or say what was wrong."""
    if "\0" in username:  # no text that PostgreSQL can be asked about
        return shown(request, next, fault=say("sign_in.wrong"))
    try:
        account = signing_in.by_password(request, session, username, password)
    except NotSignedIn:
        return shown(request, next, fault=say("sign_in.wrong"), username=username)
    answer = RedirectResponse(first_page(account, next), status_code=303)
    signing_in.begin(request, answer, session, account)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, session: SessionDep) -> Response:
    """Close the session; who came from the site's provider is led out there too."""
    found = found_of(request, session)
    login_sessions.close_session(session, request.cookies.get(COOKIE, ""))
    away = oidc.sign_out_url(request) if found and found.account.issuer else None
    # No redirect after a form may lead to another site (CSP): the page itself goes there.
    answer: Response = (
        templates.TemplateResponse(request, "onward.html", {"target": away})
        if away
        else RedirectResponse(SIGN_IN, status_code=303)
    )
    answer.delete_cookie(COOKIE)
    return answer

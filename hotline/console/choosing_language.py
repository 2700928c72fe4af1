"""语言: which language a browser reads the pages in; its own cookie says so, for a year."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from hotline.console.faults import PREFIX, is_page
from hotline.console.words import FIRST, LANGUAGES, read_in
from hotline.web.access import is_encrypted

COOKIE = "hotline_language"
KEPT_S = 365 * 24 * 3600

router = APIRouter(prefix=PREFIX, include_in_schema=False)


class InReadersLanguage:
    """Middleware that has a request's pages speak the language of its cookie.

    It is not undone after the answer: a page about an error is written outside of here, and each
    request says anew what it is read in.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            read_in(HTTPConnection(scope).cookies.get(COOKIE, FIRST))
        await self._app(scope, receive, send)


@router.post("/language")
def choose(language: Annotated[str, Form()] = FIRST, next: Annotated[str, Form()] = "") -> Response:
    """Keep the language and go back to the page with the switch; nobody need be signed in."""
    answer = RedirectResponse(next if is_page(next) else f"{PREFIX}/", status_code=303)
    answer.set_cookie(
        COOKIE,
        language if language in LANGUAGES else FIRST,
        max_age=KEPT_S,
        httponly=True,
        samesite="lax",  # a link in a message opens the page in its reader's language too
        secure=is_encrypted(),
    )
    return answer

"""When something can't be done: a page that says so in the reader's language, and what next."""

from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from hotline.console.frame import templates
from hotline.console.words import say, words_of
from hotline.core.errors import HotlineError, Invalid, NotSignedIn
from hotline.web.access import MustChoosePassword

PREFIX = "/console"
SIGN_IN = f"{PREFIX}/sign-in"
ACCOUNT = f"{PREFIX}/account"
WALLBOARD = "/wallboard"  # a page of the console that a wall shows alone
PORTAL = "/portal"


class Misfilled(Invalid):
    """A field is wrong; the detail is a sentence for the person who filled it in."""


def is_page(path: str) -> bool:
    """Return whether a page of ours is there: one that may be led back to."""
    return path.startswith((f"{PREFIX}/", f"{WALLBOARD}/", f"{PORTAL}/")) and "\\" not in path


async def page(request: Request, error: Exception, status: int) -> Response:
    """Return the error as a page; who is not signed in is led to where they can be."""
    if isinstance(error, NotSignedIn):
        return _to_sign_in(request)
    if isinstance(error, MustChoosePassword):
        return RedirectResponse(ACCOUNT, status_code=303)
    # What a library says may hold a statement, an address of ours, or what was typed.
    detail = str(error) if isinstance(error, HotlineError | HTTPException) else type(error).__name__
    shown = {"sentence": _sentence(error, status), "detail": detail, "back": _back(request)}
    return templates.TemplateResponse(request, "fault.html", shown, status_code=status)


def _to_sign_in(request: Request) -> Response:
    """A part of a page can't show the form: the whole page goes there."""
    wanted = urlsplit(request.headers.get("hx-current-url", "")) if _is_part(request) else None
    path = wanted.path if wanted else request.url.path if request.method == "GET" else ""
    query = (wanted or request.url).query if path else ""
    target = f"{SIGN_IN}?next={quote(path + ('?' + query if query else ''))}"
    if _is_part(request):
        return Response(status_code=401, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303)


def _is_part(request: Request) -> bool:
    return "hx-request" in request.headers


def _sentence(error: Exception, status: int) -> str:
    if isinstance(error, Misfilled):
        return error.detail
    known = words_of("fault")
    for kind in type(error).__mro__:
        if kind.__name__ in known:
            return known[kind.__name__]
    by_status = {
        403: "NotAllowed",
        404: "NotFound",
        409: "Conflict",
        422: "Invalid",
        503: "Unavailable",
    }
    return say(f"fault.{by_status.get(status, 'other')}")


def _back(request: Request) -> str:
    """Return the page the form was on, if it was ours."""
    before = urlsplit(request.headers.get("referer", ""))
    ours = before.netloc == request.url.netloc and is_page(before.path)
    home = PORTAL if request.url.path.startswith(f"{PORTAL}/") else PREFIX
    return before.path if ours else f"{home}/"

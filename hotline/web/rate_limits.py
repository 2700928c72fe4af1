"""How often one key, session or address may ask: refused with 429 before anything is looked up.

A key or session is known by its digest; whether it holds is found out later, and an unknown one
still counts against its address. Health routes and scripts' files are not counted.
"""

import re
from collections.abc import Iterator

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hotline.core.clock import now
from hotline.core.settings import settings
from hotline.web import credentials
from hotline.web.errors import problem
from hotline.web.origin import SAFE
from hotline.web.rate_counts import Counts
from hotline.web.rates import Kind, TooMany, address, most

UNCOUNTED = ("/healthz", "/readyz", "/metrics", "/static/")
DOORS = ("/t/", "/new", "/api/v1/public/")  # where callers ask, without an account
# Where one may see who asked, and hear or see what they gave.
REVEALING = re.compile(r"/(reveal|identity)(/|$)|/people/[^/]+/file$|/recording/sound$")
COOKIE = credentials.COOKIE


class RateLimits:
    """Middleware that counts each request by who sent it and where it came from."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._counts = Counts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(UNCOUNTED):
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["counts"] = self._counts  # for what a route counts itself
        own, at = settings(), now()
        for kind, name in _counted(scope):
            limit = most(own, kind)
            wait_s = self._counts.add(limit, (kind.value, name), now=at) if limit else 0
            if wait_s:
                await _refusal(Request(scope), TooMany(kind, wait_s))(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _refusal(request: Request, error: TooMany) -> ASGIApp:
    answer: Response = problem(
        request, error.status, error.title, error.detail, remedy=error.remedy
    )
    if "text/html" in request.headers.get("accept", ""):  # a person, of whom nothing is known yet
        said = f"操作过于频繁，请 {error.retry_after_s} 秒后再试。 {error.title}."
        answer = HTMLResponse(f"<!doctype html><title>429</title><p>{said}</p>", error.status)
    answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _counted(scope: Scope) -> Iterator[tuple[Kind, str]]:
    where, path = address(scope), scope["path"]
    yield Kind.ADDRESS, where
    writes = scope["method"] not in SAFE
    if path.startswith(DOORS):
        yield Kind.DOOR, where
        return
    who = credentials.digest(HTTPConnection(scope))
    if who:
        yield Kind.WRITE if writes else Kind.READ, who
        if REVEALING.search(path):
            yield Kind.REVEAL, who

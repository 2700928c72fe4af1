"""A form of another site must not act in somebody's name: cookies only count from our own pages."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from hotline.web.errors import problem

# A browser sends these only when our own script or program put them there.
_CREDENTIALS = frozenset({"authorization", "x-api-key"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# `none`: typed or bookmarked by the person; no other page had a part in it.
_OURS = frozenset({"same-origin", "none"})


class OwnOrigin:
    """Middleware that refuses a write that another site's page sent with our cookie.

    Whoever names a token or API key in the request itself needs no such check: no browser adds
    those by itself, as it does a cookie or a remembered name and password. Nor does a program that
    is no browser and so sends neither `Sec-Fetch-Site` nor `Origin`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE:
            headers = Headers(scope=scope)
            if not names_a_key(headers) and not is_ours(headers, scope["scheme"]):
                refusal = problem(
                    Request(scope),
                    403,
                    "Sent by another site",
                    "This write came from a page of another origin.",
                    remedy="Open the hotline's own page and do it there.",
                )
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def is_ours(headers: Headers, scheme: str) -> bool:
    """Return whether the browser says that the request comes from a page of this very host.

    Over HTTPS its page must have come over HTTPS too. `Origin: null` (a sandboxed frame, a file, a
    redirect from elsewhere) is nobody's page.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in _OURS
    origin = headers.get("origin")
    if origin is None:
        return True
    told = urlsplit(origin)
    same = bool(told.netloc) and told.netloc == headers.get("host")
    return same and (scheme != "https" or told.scheme == "https")


def names_a_key(headers: Headers) -> bool:
    """Return whether the request carries a bearer token or an API key of its own."""
    scheme = headers.get("authorization", "").partition(" ")[0].lower()
    return scheme == "bearer" or "x-api-key" in headers

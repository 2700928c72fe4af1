"""The way back from a form to the page on which it stood: one that several pages have."""

from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from hotline.console.faults import is_page


def back(request: Request, otherwise: str) -> Response:
    """Lead to the page on which the form stood."""
    before = urlsplit(request.headers.get("referer", ""))
    ours = before.netloc == request.url.netloc and is_page(before.path)
    target = f"{before.path}?{before.query}".rstrip("?") if ours else otherwise
    return RedirectResponse(target, status_code=303)

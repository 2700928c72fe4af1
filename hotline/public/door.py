"""What every page of the door stands in: its words, its headers, and by what it is opened."""

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import Cookie, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates
from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.requesters import links
from dispatch.requesters.requester import QR, VIA
from hotline.core import demo_mark
from hotline.core.clock import now
from hotline.core.errors import NotAllowed
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.public.words import FIRST, LANGUAGES, day_of, speaker
from hotline.web.access import SessionDep
from hotline.web.assets import asset

PREFIX = "/t/"
NEW = "/new"
COOKIE = "ticket_key"
COOKIE_S = 30 * 60  # to read, write a few lines and rate; the message opens it again
LANGUAGE_COOKIE = "ticket_language"
ELDER_COOKIE = "ticket_elder"
KEPT_S = 365 * 24 * 3600  # how somebody reads: their language, and how large
# No script, nothing from elsewhere, no frame: an old phone needs none, and nobody adds one.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}

templates = Jinja2Templates(Path(__file__).parent / "templates")
templates.env.trim_blocks = templates.env.lstrip_blocks = True
templates.env.globals.update(asset=asset, demo=demo_mark.here)


@dataclass(frozen=True)
class Opened:
    """A ticket that its requester's link opened, in the request's transaction."""

    ticket: Ticket
    key: str
    session: Session
    via: str = VIA  # how a rating through this link came


class Opening:
    """A dependency that yields the opened ticket; raises NoLink, whoever is signed in or not.

    It carries `permission`, so that a test can find the page that has none.
    """

    permission = Permission.OWN_TICKET

    def __init__(self, *, lock: bool = False) -> None:
        self._lock = lock

    def __call__(
        self,
        number: str,
        session: SessionDep,
        key: Annotated[str, Cookie(alias=COOKIE)] = "",
    ) -> Opened:
        held = links.hold(session, number, key, now=now(), lock=self._lock)
        return Opened(held.ticket, key, session, held.link.via)


class Writing(Opening):
    """The same for a form that was sent: the ticket is locked, and the form is one of ours."""

    def __call__(
        self,
        number: str,
        session: SessionDep,
        key: Annotated[str, Cookie(alias=COOKIE)] = "",
        token: Annotated[str, Form()] = "",
    ) -> Opened:
        opened = super().__call__(number, session, key)
        if not hmac.compare_digest(token.encode(), form_token(key).encode()):
            raise NotAllowed("This form is none of this page's.", remedy="Open the page again.")
        return opened


Reader = Annotated[Opened, Depends(Opening())]
Writer = Annotated[Opened, Depends(Writing(lock=True))]


def form_token(key: str) -> str:
    """Return what a page's forms carry: only who holds the link can know it."""
    return hmac.new(key.encode(), b"form", hashlib.sha256).hexdigest()


def language_of(request: Request) -> str:
    """Return the language that was asked for just now or before; 汉文 otherwise."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "")
    return asked if asked in LANGUAGES else FIRST


def is_elder(request: Request) -> bool:
    """Return whether the reader asked, just now or before, for 大字版: larger, and less of it."""
    return (request.query_params.get("elder") or request.cookies.get(ELDER_COOKIE)) == "1"


def via_of(said: str) -> str:
    """Return how somebody came here, by what the address or a form says: a code, or else a link."""
    return QR if said == QR else VIA


def show(request: Request, page: str, *, status: int = 200, **shown: Any) -> Response:
    """Return the page, in the reader's language and size."""
    language = language_of(request)
    words = {
        "say": speaker(language),
        "day": lambda moment: day_of(moment, language),
        "language": language,
        "elder": is_elder(request),
        "path": request.url.path if request.method == "GET" else PREFIX,
    }
    answer = templates.TemplateResponse(request, page, {**words, **shown}, status_code=status)
    answer.headers.update(_HEADERS)
    if "lang" in request.query_params:
        _remember(answer, LANGUAGE_COOKIE, language)
    if "elder" in request.query_params:
        _remember(answer, ELDER_COOKIE, "1" if is_elder(request) else "0")
    return answer


def _remember(answer: Response, name: str, value: str) -> None:
    """Keep how somebody reads, for all pages of the door."""
    answer.set_cookie(name, value, max_age=KEPT_S, path="/", samesite="lax", httponly=True)


def go_to(number: str, part: str = "") -> RedirectResponse:
    """Return the way back to the ticket's page: what a form did is seen there, and not sent twice.

    No address of this door is told to any other page.
    """
    answer = RedirectResponse(f"{PREFIX}{number}{part}", status_code=303)
    answer.headers.update({**_HEADERS, "Referrer-Policy": "no-referrer"})
    return answer


def keep_key(answer: Response, request: Request, number: str, key: str) -> None:
    """Keep the key for this page alone, for a while; `lax`, as links are opened from other apps."""
    https = request.url.scheme == "https" or settings().public_url.startswith("https:")
    answer.set_cookie(
        COOKIE,
        key,
        max_age=COOKIE_S,
        path=f"{PREFIX}{number}",
        httponly=True,
        samesite="lax",
        secure=https,
    )

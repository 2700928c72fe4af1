"""The cookie by which a browser shows that a person signed in with it before."""

from fastapi import Request, Response

from hotline.core import vault
from hotline.core.clock import now
from hotline.core.people import known_devices

COOKIE = "hotline_device"


def known(request: Request, username: str) -> str:
    """Return the id of this person's browser; empty for one that they never signed in with."""
    kept = request.cookies.get(COOKIE, "")
    return known_devices.known(kept, username, vault.master_key(), now=now()) if kept else ""


def keep(request: Request, response: Response, username: str, *, secure: bool) -> None:
    """Have the browser keep that this person signed in; signing out does not take it away."""
    before = request.cookies.get(COOKIE, "")
    response.set_cookie(
        COOKIE,
        known_devices.remember(before, username, vault.master_key(), now=now()),
        max_age=int(known_devices.LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=secure,
    )

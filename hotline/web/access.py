"""Who is asking: a session cookie, a bearer token or a name and password; and may they?"""

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Account, Actor, Role
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.errors import NotSignedIn
from hotline.core.security import Permission, require

COOKIE = "hotline_session"


def open_session() -> Iterator[Session]:
    """Yield the request's transaction; it commits before the answer is sent."""
    with transaction() as session:
        yield session


# `function`: the commit must stand, or fail, before the caller is told that it was done.
SessionDep = Annotated[Session, Depends(open_session, scope="function")]


def account_of(request: Request, session: Session) -> Account | None:
    """Return whoever the request's credentials name; None when it carries none that hold."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return accounts.check_password(session, *_name_and_password(credentials))
    token = credentials if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")
    return accounts.session_account(session, token, now=now()) if token else None


def permit(permission: Permission) -> Callable[[Request, Session], Actor]:
    """Return a dependency that yields the actor; raises NotSignedIn or NotAllowed.

    It carries `permission`, so that a test can find the route that has none.
    """

    def actor_of(request: Request, session: SessionDep) -> Actor:
        account = account_of(request, session)
        if account is None:
            raise NotSignedIn(
                "This needs a signed-in person.",
                remedy="POST /api/v1/sessions, or send a bearer token.",
            )
        actor = Actor(account.username, Role(account.role))
        require(actor, permission)
        return actor

    actor_of.permission = permission  # type: ignore[attr-defined]  # read by the build's own test
    return actor_of


def _name_and_password(credentials: str) -> tuple[str, str]:
    try:
        name, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise NotSignedIn("The Basic credentials can't be read.") from error
    return name, password


def keep_cookie(response: Response, token: str, hours: int) -> None:
    """Set the session's cookie: not for scripts, and never sent from another site."""
    response.set_cookie(COOKIE, token, max_age=hours * 3600, httponly=True, samesite="strict")

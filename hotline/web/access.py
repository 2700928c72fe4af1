"""Who is asking: a cookie, a bearer token, a name and password or an API key; and may they?"""

import base64
from collections.abc import Callable, Iterator
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPBearer
from sqlmodel import Session

from hotline.core import accounts, keys
from hotline.core.accounts import Account, Actor, Role
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.errors import NotSignedIn
from hotline.core.security import Permission, require

COOKIE = "hotline_session"
KEY_HEADER = "X-API-Key"

# How the documentation says that one may sign in; `actor_of` reads the request itself.
_SCHEMES = (
    HTTPBearer(
        auto_error=False,
        scheme_name="token",
        description="A session's token, or a department's API key (`hk_…`).",
    ),
    APIKeyHeader(
        name=KEY_HEADER,
        auto_error=False,
        scheme_name="key",
        description="A department's API key.",
    ),
    APIKeyCookie(name=COOKIE, auto_error=False, scheme_name="cookie"),
)


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


def actor_of(request: Request, session: Session) -> Actor | None:
    """Return the person or the department's system that asks; None when nothing names one.

    A key that does not hold is never made good by a cookie beside it.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    bearer = credentials if scheme.lower() == "bearer" else ""
    key = request.headers.get(KEY_HEADER, "")
    if key or bearer.startswith(keys.PREFIX):
        return keys.key_actor(session, key or bearer)
    account = account_of(request, session)
    return Actor(account.username, Role(account.role)) if account else None


def permit(permission: Permission) -> Callable[..., Actor]:
    """Return a dependency that yields the actor; raises NotSignedIn or NotAllowed.

    It carries `permission`, so that a test can find the route that has none.
    """

    def permitted(
        request: Request,
        session: SessionDep,
        _token: Annotated[object, Depends(_SCHEMES[0])],
        _key: Annotated[object, Depends(_SCHEMES[1])],
        _cookie: Annotated[object, Depends(_SCHEMES[2])],
    ) -> Actor:
        actor = actor_of(request, session)
        if actor is None:
            raise NotSignedIn(
                "This needs somebody who is signed in.",
                remedy="POST /api/v1/sessions, or send a bearer token or a department's API key.",
            )
        require(actor, permission)
        return actor

    permitted.permission = permission  # type: ignore[attr-defined]  # read by the build's own test
    return permitted


def _name_and_password(credentials: str) -> tuple[str, str]:
    try:
        name, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError as error:  # binascii.Error and UnicodeDecodeError are both
        raise NotSignedIn("The Basic credentials can't be read.") from error
    if "\0" in name:  # no text that PostgreSQL can be asked about
        raise NotSignedIn("The Basic credentials can't be read.")
    return name, password


def keep_cookie(response: Response, token: str, hours: int) -> None:
    """Set the session's cookie: not for scripts, and never sent from another site."""
    response.set_cookie(COOKIE, token, max_age=hours * 3600, httponly=True, samesite="strict")

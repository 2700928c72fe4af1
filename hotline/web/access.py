"""Who is asking: a cookie, a bearer token, a name and password or an API key; and may they?"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPBearer, OAuth2
from sqlmodel import Session

from hotline.core import accounts, keys, scopes, tokens
from hotline.core.accounts import Account, Actor, Role
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.errors import NotAllowed, NotSignedIn
from hotline.core.people import login_sessions
from hotline.core.people.login_sessions import LoginSession
from hotline.core.security import Permission, require
from hotline.core.settings import settings
from hotline.web import basic, credentials
from hotline.web.credentials import Kind
from hotline.web.places import Place
from hotline.web.turns import TurnIfUnknown


class MustChoosePassword(NotAllowed):
    title = "Choose your own password first"


COOKIE, KEY_HEADER = credentials.COOKIE, credentials.KEY_HEADER

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
    OAuth2(
        flows=OAuthFlows(
            clientCredentials=OAuthFlowClientCredentials(
                tokenUrl="/api/v1/oauth/token", scopes=dict.fromkeys(scopes.ALL, "")
            )
        ),
        auto_error=False,
        scheme_name="oauth2",
        description="A department's client (RFC 6749 §4.4); its token is sent as a bearer token.",
    ),
)


def open_session(_place: Place) -> Iterator[Session]:
    """Yield the request's transaction; it commits before the answer is sent."""
    yield from begun()


def begun() -> Iterator[Session]:
    """Yield a transaction as a request has it, for what is no request's own function."""
    refused: NotSignedIn | None = None
    with transaction() as session:
        try:
            yield session
        except NotSignedIn as error:
            refused = error  # nothing was written but that a password was wrong: that stands
    if refused:
        raise refused


# `function`: the commit must stand, or fail, before the caller is told that it was done.
SessionDep = Annotated[Session, Depends(open_session, scope="function")]


def let_go(session: Session) -> None:
    """Commit what stands so far; until its next statement the request holds no connection.

    A savepoint is part of somebody else's transaction, which is theirs to end.
    """
    if not session.in_nested_transaction():
        session.commit()


def account_of(request: Request, session: Session) -> Account | None:
    """Return whoever the request's credentials name; None when it carries none that hold."""
    given = credentials.of(request)
    if given and given.kind is Kind.BASIC:
        return basic.account_of(request, session, given.value)
    found = found_of(request, session)
    return found.account if found else None


def found_of(request: Request, session: Session) -> login_sessions.Found | None:
    """Return the person and the session that the request's token or cookie opens, if any."""
    given = credentials.of(request)
    if given is None or given.kind is not Kind.SESSION:
        return None
    # A page that renews itself, or listens, is nobody who does something.
    by_itself = request.method == "GET" and "hx-request" in request.headers
    listening = "text/event-stream" in request.headers.get("accept", "")
    see = not (by_itself or listening)
    return login_sessions.find(session, given.value, idle=idle_span(), now=now(), see=see)


def still_let_in(request: Request, permission: Permission) -> Actor | None:
    """Return who asks as they are now; None once they may not. Asks the database anew."""
    try:
        with transaction() as session:
            actor = actor_of(request, session)
        if actor:
            require_own_password(actor, permission)
            require(actor, permission)
    except (NotSignedIn, NotAllowed):
        return None
    return actor


def login_of(request: Request, session: Session) -> LoginSession | None:
    """Return the session by which a person asks; None for other credentials."""
    found = found_of(request, session)
    return found.login if found else None


def idle_span() -> timedelta:
    """Return how long a session may ask nothing."""
    return timedelta(minutes=settings().session_idle_minutes)


def actor_of(request: Request, session: Session) -> Actor | None:
    """Return the person or the department's system that asks; None when nothing names one."""
    given = credentials.of(request)
    if given and given.kind is Kind.KEY:
        return keys.key_actor(session, given.value)
    if given and given.kind is Kind.TOKEN:
        return tokens.token_actor(session, given.value, now=now())
    account = account_of(request, session)
    return accounts.as_actor(account) if account else None


def require_own_password(actor: Actor, permission: Permission) -> None:
    """Raise MustChoosePassword for a person whose password an administrator knows.

    Until they choose another they may only see and change what is their own.
    """
    known = actor.role is not Role.SYSTEM and actor.scopes == frozenset()
    if known and permission is not Permission.SELF:
        raise MustChoosePassword(
            "An administrator knows this password.",
            remedy="POST /api/v1/me/password with it and a new one.",
        )


def permit(permission: Permission) -> Callable[..., Actor]:
    """Return a dependency that yields the actor; raises NotSignedIn or NotAllowed.

    It carries `permission`, so that a test can find the route that has none.
    """

    def permitted(
        _turn: TurnIfUnknown,  # before a connection
        request: Request,
        session: SessionDep,
        _token: Annotated[object, Depends(_SCHEMES[0])],
        _key: Annotated[object, Depends(_SCHEMES[1])],
        _cookie: Annotated[object, Depends(_SCHEMES[2])],
        _oauth2: Annotated[object, Depends(_SCHEMES[3])],
    ) -> Actor:
        actor = actor_of(request, session)
        if actor is None:
            raise NotSignedIn(
                "This needs somebody who is signed in.",
                remedy="POST /api/v1/sessions, or send a bearer token or a department's API key.",
            )
        request.state.actor = actor  # whose the refusal is (`audited`)
        require_own_password(actor, permission)
        require(actor, permission)
        return actor

    permitted.permission = permission  # type: ignore[attr-defined]  # read by the build's own test
    return permitted


def is_encrypted() -> bool:
    """Return whether browsers reach us by https, so that a cookie never goes out in the open."""
    own = settings()
    return own.web_scheme == "https" or own.public_url.startswith("https:")


def keep_cookie(response: Response, token: str, hours: int) -> None:
    """Set the session's cookie: not for scripts, and never sent from another site."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=hours * 3600,
        httponly=True,
        samesite="strict",
        secure=is_encrypted(),
    )

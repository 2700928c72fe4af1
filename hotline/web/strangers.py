"""Whoever sends much is asked who they are before more of it is read: nobody parses for strangers.

A route asks only once its body is read and parsed.
"""

from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import Scope

from hotline.core.errors import NotSignedIn
from hotline.web import credentials
from hotline.web.access import actor_of, begun, open_session
from hotline.web.turns import wait_if_unknown

MOST = 64 << 10  # bytes of a body that anybody may send: a form, a sign-in, a caller's own words


async def require_known(scope: Scope) -> None:
    """Raise HTTPException: 413 for who shows no credential, 401 for one that does not hold."""
    request = Request(scope)
    if credentials.of(request) is None:
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"More than {MOST >> 10} KB from who is not signed in.",
        )
    async with asynccontextmanager(wait_if_unknown)(request):
        known = await run_in_threadpool(_holds, request)
    if not known:
        raise HTTPException(
            HTTPStatus.UNAUTHORIZED,
            "This needs somebody who is signed in.",
            headers={"WWW-Authenticate": "Bearer"},
        )


def _holds(request: Request) -> bool:
    opened = request.app.dependency_overrides.get(open_session, begun)
    try:
        with contextmanager(opened)() as session:
            return actor_of(request, session) is not None
    except NotSignedIn:
        return False

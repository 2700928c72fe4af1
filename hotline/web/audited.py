"""Refused actions are kept in the audit log: who tried what that their role does not permit."""

from contextlib import contextmanager

import structlog
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from hotline.core import accounts, events
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import NotAllowed
from hotline.core.events import EventType
from hotline.web.access import begun, open_session

log = structlog.get_logger()


async def tell(request: Request, error: Exception) -> None:
    """Write a refusal down, each actor's and route's once a minute: a loop must not fill the log.

    The action itself was rolled back; this is a transaction of its own. Without a database the
    refusal stands all the same.
    """
    actor: Actor | None = getattr(request.state, "actor", None)
    route = request.scope.get("route")
    if not isinstance(error, NotAllowed) or actor is None or route is None:
        return
    names = ("refused", str(actor), request.method, route.path)
    if request.state.counts.add(1, names, now=now()):
        return
    try:
        await run_in_threadpool(_write, request, actor, route.path)
    except SQLAlchemyError as trouble:
        log.error("audit.not_written", path=route.path, kind=type(trouble).__name__)


def _write(request: Request, actor: Actor, path: str) -> None:
    opened = request.app.dependency_overrides.get(open_session, begun)
    with contextmanager(opened)() as session:
        events.append(
            session,
            EventType.ACCESS_REFUSED,
            chain=accounts.chain_of(str(actor)),
            actor=str(actor),
            now=now(),
            method=request.method,
            path=path,  # as it is written in the API's document: no number of anything
        )

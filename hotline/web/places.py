"""名额: no more requests hold a connection to the database at once than there are connections.

A request goes through several threads of one pool, and keeps its connection between them. Were any
number let in, all threads could wait for a connection while those who have one wait for a thread:
five hundred consoles that come back after a restart would stand still for half a minute. So the
others wait here, where they hold neither.
"""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, TypeVar

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from fastapi import Depends
from fastapi.concurrency import run_in_threadpool

from hotline.core.db import connections
from hotline.core.settings import settings

# For what opens a transaction of its own beside its request's: an answer kept, a probe.
SPARE = 2

T = TypeVar("T")
_limiter: RunVar[CapacityLimiter] = RunVar("database places")


async def take_place() -> AsyncIterator[None]:
    """Let a request in once there is a connection for it."""
    async with _places():
        yield


Place = Annotated[None, Depends(take_place, scope="function")]


async def asked(ask: Callable[..., T], *arguments: object) -> T:
    """Return what a function says that asks the database, run on a thread once there is a place."""
    async with _places():
        return await run_in_threadpool(ask, *arguments)


def _places() -> CapacityLimiter:
    """Return this event loop's places."""
    try:
        return _limiter.get()
    except LookupError:
        _limiter.set(CapacityLimiter(max(1, connections(settings().database_pool) - SPARE)))
        return _limiter.get()

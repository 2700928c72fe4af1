"""名额: no more requests hold a connection to the database at once than there are connections.

A request goes through several threads of one pool, and keeps its connection between them. Were any
number let in, all threads could wait for a connection while those who have one wait for a thread:
five hundred consoles that come back after a restart would stand still for half a minute. So the
others wait here, where they hold neither.

A place is for asking the database: who reads a slow body reads it before, and who does something
long without a connection steps aside meanwhile.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, TypeVar

from anyio import CapacityLimiter, from_thread
from anyio.lowlevel import RunVar
from fastapi import Depends
from fastapi.concurrency import run_in_threadpool

from hotline.core.db import connections
from hotline.core.settings import settings

# For what opens a transaction of its own beside its request's: an answer kept, a probe.
SPARE = 2

T = TypeVar("T")
_limiter: RunVar[CapacityLimiter] = RunVar("database places")


class _Place:
    """One request's place; it is taken and left on the event loop."""

    def __init__(self, places: CapacityLimiter) -> None:
        self._places = places
        self._taken = False

    async def take(self) -> None:
        await self._places.acquire_on_behalf_of(self)
        self._taken = True

    def leave(self) -> None:
        if self._taken:
            self._taken = False
            self._places.release_on_behalf_of(self)


_mine: ContextVar[_Place | None] = ContextVar("database place", default=None)


async def take_place() -> AsyncIterator[None]:
    """Let a request in once there is a connection for it."""
    place = _Place(_places())
    await place.take()
    _mine.set(place)
    try:
        yield
    finally:
        place.leave()


Place = Annotated[None, Depends(take_place, scope="function")]


@contextmanager
def stepped_aside() -> Iterator[None]:
    """Leave the request's place to others meanwhile, and wait for one at the end.

    On a thread of the request's, which holds no connection. Whoever comes back holds a thread and
    waits: a caller sees to it that threads are left for those who have places.
    """
    place = _mine.get()
    if place is None:  # nobody was counted in: no request, or a test's own session
        yield
        return
    from_thread.run_sync(place.leave)
    try:
        yield
    finally:
        from_thread.run(place.take)


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

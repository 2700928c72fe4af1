"""轮候: as many passwords are checked at once as there are cores; the others wait outside."""

import os
from collections.abc import AsyncIterator
from contextlib import nullcontext
from typing import Annotated

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from fastapi import Depends, Request

from hotline.web import basic, credentials
from hotline.web.credentials import Kind
from hotline.web.refusals import hold_back

_limiter: RunVar[CapacityLimiter] = RunVar("sign-in turns")


async def wait_turn(request: Request) -> AsyncIterator[None]:
    """Let as many sign in at once as there are cores: the others hold neither thread nor row.

    A refusal is held back afterwards, when it takes nobody's turn.
    """
    async with _turns():
        yield
    await hold_back(request)


async def wait_if_unknown(request: Request) -> AsyncIterator[None]:
    """The same for a name and password that come with a request, unless they were right lately."""
    given = credentials.of(request)
    unknown = given and given.kind is Kind.BASIC and not basic.is_remembered(given.value)
    async with _turns() if unknown else nullcontext():
        yield


# Named before the session: nobody takes a connection to the database and then waits.
Turn = Annotated[None, Depends(wait_turn, scope="function")]
TurnIfUnknown = Annotated[None, Depends(wait_if_unknown, scope="function")]


def _turns() -> CapacityLimiter:
    """Return this event loop's turns."""
    try:
        return _limiter.get()
    except LookupError:
        _limiter.set(CapacityLimiter(os.cpu_count() or 1))
        return _limiter.get()

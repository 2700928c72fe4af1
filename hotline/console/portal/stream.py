"""The portal's own live line: a word whenever something happens that concerns the department.

The console's stream judges its listeners by area (`hotline.api.stream`); a department hears what
its change feed would tell it (`dispatch.feed`), and of that only which ticket: its page asks for
the rest. Who was away asks anew, so nothing has to be replayed.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from dispatch import feed
from hotline.console.faults import PORTAL
from hotline.console.portal.desk import Handler
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.db import transaction
from hotline.core.events import Cursor
from hotline.core.security import Permission
from hotline.web.access import still_let_in
from hotline.web.places import asked

STREAM = f"{PORTAL}/stream"
CHANGED = "changed"
LOOK_EVERY_S = 2.0
HOLDS_S = 10.0  # then it is asked who listens now, and whether they may
QUIET_S = 14.0  # then a comment keeps proxies from closing the line

router = APIRouter(include_in_schema=False)


@router.get(STREAM, response_class=StreamingResponse)
async def stream(viewer: Handler, request: Request) -> StreamingResponse:
    """Send `changed` with the ticket's number from now on."""
    asks = partial(still_let_in, request, Permission.ORDER_HANDLE)
    return StreamingResponse(
        follow(viewer.actor, asks),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def follow(actor: Actor, now_is: Callable[[], Actor | None]) -> AsyncIterator[str]:
    """Yield the frames from now on, for as long as the listener may hear them."""
    cursor = await asked(_latest)
    yield "retry: 2000\n\n"
    judged = told = time.monotonic()
    while True:
        if time.monotonic() - judged > HOLDS_S:
            listener = await asked(now_is)
            if listener is None:
                return
            actor, judged = listener, time.monotonic()
        cursor, frames = await asked(_look, cursor, actor)
        if not frames and time.monotonic() - told > QUIET_S:
            frames = [": quiet\n\n"]
        for frame in frames:
            told = time.monotonic()
            yield frame
        await asyncio.sleep(LOOK_EVERY_S)


def _latest() -> Cursor:
    with transaction() as session:
        return events.latest(session)


def _look(cursor: Cursor, actor: Actor) -> tuple[Cursor, list[str]]:
    with transaction() as session:
        return heard(session, cursor, actor)


def heard(session: Session, cursor: Cursor, actor: Actor) -> tuple[Cursor, list[str]]:
    """Return how far the log was read, and a word for each ticket of which there is news."""
    found = feed.read(session, cursor, reader=actor)
    tickets = dict.fromkeys(str(each.refs.get("ticket", "")) for each in found.events)
    return found.next, [_frame(ticket) for ticket in tickets]


def _frame(ticket: str) -> str:
    return f"event: {CHANGED}\ndata: {json.dumps({'ticket': ticket})}\n\n"

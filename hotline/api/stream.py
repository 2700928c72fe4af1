"""The live stream: events as they commit, over SSE; `Last-Event-ID` replays what was missed."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from dispatch.sealing import reach
from hotline.core import events, queue
from hotline.core.accounts import Actor
from hotline.core.clock import beijing
from hotline.core.db import transaction
from hotline.core.errors import Invalid
from hotline.core.events import Cursor, Event
from hotline.core.security import Permission
from hotline.web.access import permit, still_let_in
from hotline.web.problems import READING

LOOK_EVERY_S = 1.0  # without a wake-up: Redis may be away
AGAIN_S, AGAIN_MOST = 0.03, 10  # so soon, and so often, after a wake-up that came too early
HOLDS_S = 10.0  # then it is asked who listens now, and whether they may
QUIET_S = 15.0  # then a comment keeps proxies from closing the line
RETRY_MS = 1000

log = structlog.get_logger()

router = APIRouter(prefix="/api/v1/stream", tags=["stream"], responses=READING)


class Hub:
    """One listener a process: wakes every open stream when the log has grown."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.listeners = 0  # open streams, waiting or reading
        self.wakes = 0  # so far

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Listen on a thread, for as long as the process lives."""
        self._loop = loop
        threading.Thread(target=self._listen, name="events", daemon=True).start()

    async def grown(self, since: int) -> bool:
        """Wait for a wake-up after this many; return False when none came for `QUIET_S`."""
        if self.wakes != since:
            return True  # it came while the listener was reading
        signal = asyncio.Event()
        self._waiting.add(signal)
        try:
            async with asyncio.timeout(QUIET_S):
                await signal.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(signal)
        return True

    def _listen(self) -> None:
        for _ in queue.wakes(queue.EVENTS, every_s=LOOK_EVERY_S):
            for _ in readable() if self.listeners else ():
                if self._loop and not self._loop.is_closed():
                    self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self.wakes += 1
        for signal in list(self._waiting):
            signal.set()


def readable() -> Iterator[None]:
    """Yield at once, and again when what was held back by an older transaction can be read.

    Without it an event that is told of too early would wait for the next one, up to a second.
    """
    before = _horizon()
    yield
    for _ in range(AGAIN_MOST):
        below, hidden = before
        if not hidden:
            return
        time.sleep(AGAIN_S)
        before = _horizon()
        if before[0] != below:
            yield


def _horizon() -> tuple[int, bool]:
    try:
        with transaction() as session:
            return events.horizon(session)
    except SQLAlchemyError as error:
        log.warning("stream.database_away", error=type(error).__name__)
        return 0, False


hub = Hub()


@router.get("", operation_id="stream_events", response_class=StreamingResponse)
async def stream_events(
    request: Request,
    actor: Annotated[Actor, Depends(permit(Permission.STREAM_READ))],
    types: Annotated[str, Query(description="Comma-separated event types; empty: all")] = "",
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """Send every event from now on, or from the one after `Last-Event-ID`.

    What happens to a ticket that the listener may not see is not sent.
    """
    wanted = frozenset(filter(None, types.split(",")))
    start = _cursor(last_event_id) if last_event_id else await run_in_threadpool(_latest)
    return StreamingResponse(
        _follow(start, wanted, actor, partial(still_let_in, request, Permission.STREAM_READ)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _follow(
    cursor: Cursor, wanted: frozenset[str], actor: Actor, now_is: Callable[[], Actor | None]
) -> AsyncIterator[str]:
    yield f"retry: {RETRY_MS}\n\n"
    hub.listeners += 1
    try:
        async for frame in _tell(cursor, wanted, actor, now_is):
            yield frame
    finally:
        hub.listeners -= 1


async def _tell(
    cursor: Cursor, wanted: frozenset[str], actor: Actor, now_is: Callable[[], Actor | None]
) -> AsyncIterator[str]:
    asked = time.monotonic()
    while True:
        if time.monotonic() - asked > HOLDS_S:
            listener = await run_in_threadpool(now_is)
            if listener is None:
                return  # the session was ended meanwhile, or who listens may no more
            actor, asked = listener, time.monotonic()
        seen = hub.wakes
        found, told = await run_in_threadpool(_read, cursor, wanted, actor)
        for event in told:
            yield _frame(event, Cursor(event.xid, event.id or 0))
        if found:
            cursor = Cursor(found[-1].xid, found[-1].id or 0)
        if not found and not await hub.grown(seen):
            yield ": quiet\n\n"


def _frame(event: Event, cursor: Cursor) -> str:
    body = {
        "type": event.type,
        "at": beijing(event.at).isoformat(),
        "actor": event.actor,
        **event.refs,
    }
    return f"id: {cursor}\nevent: {event.type}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"


def _cursor(text: str) -> Cursor:
    try:
        return Cursor.parse(text)
    except ValueError as error:
        raise Invalid(
            f"Last-Event-ID {text!r} is not one of ours.", remedy="Connect without it."
        ) from error


def _latest() -> Cursor:
    with transaction() as session:
        return events.latest(session)


def _read(
    cursor: Cursor, wanted: frozenset[str], actor: Actor
) -> tuple[Sequence[Event], Sequence[Event]]:
    with transaction() as session:
        return heard(session, cursor, wanted, actor)


def heard(
    session: Session, cursor: Cursor, wanted: frozenset[str], actor: Actor
) -> tuple[Sequence[Event], Sequence[Event]]:
    """Return the next events, and those among them that the listener asked for and may know."""
    found = events.read(session, cursor)
    asked = [event for event in found if not wanted or event.type in wanted]
    return found, reach.told(session, actor, asked)

"""The live stream: events as they commit, over SSE; `Last-Event-ID` replays what was missed."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from dispatch.sealing import hearing, reach
from hotline.api.stream_window import Window, frame
from hotline.core import events, queue
from hotline.core.accounts import Actor
from hotline.core.db import transaction
from hotline.core.errors import CannotStart, Invalid
from hotline.core.events import Cursor, Event, EventType
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit, still_let_in
from hotline.web.places import asked
from hotline.web.problems import READING

LOOK_EVERY_S = 1.0  # without a wake-up: Redis may be away
AGAIN_S, AGAIN_MOST = 0.03, 10  # so soon, and so often, after a wake-up that came too early
HOLDS_S = 10.0  # then it is asked who listens now, and whether they may
BEAT_S = 5.0  # then every stream looks whether it is still let in, or quiet for too long
QUIET_S = 15.0  # then a comment keeps proxies from closing the line
RETRY_MS = 1000
CLOSES = frozenset(
    {EventType.TICKET_SEALED, EventType.TICKET_READERS_CHANGED, EventType.TICKET_MADE_CONFIDENTIAL}
)
AWAY = (SQLAlchemyError, CannotStart)  # the database, or its address

log = structlog.get_logger()

router = APIRouter(prefix="/api/v1/stream", tags=["stream"], responses=READING)


class Hub:
    """One reader a process: reads what was added to the log once, and wakes every open stream."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()  # set once, and another put in its place, at each wake-up
        self._loop: asyncio.AbstractEventLoop | None = None
        self.listeners = 0  # open streams, waiting or reading
        self.wakes = 0  # so far
        self.window: Window | None = None  # none while nobody listens

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Listen on a thread, for as long as the process lives."""
        self.beat(loop)
        threading.Thread(target=self._listen, name="events", daemon=True).start()

    def beat(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake the streams of this loop every `BEAT_S`, whether anything was added or not."""
        self._loop, self._woken = loop, asyncio.Event()
        loop.call_later(BEAT_S, self._beat)

    async def grown(self, since: int) -> None:
        """Wait for a wake-up after this many; there is one every `BEAT_S`."""
        if self.wakes == since:  # else it came while the listener was reading
            await self._woken.wait()

    def _listen(self) -> None:
        for _ in queue.wakes(queue.EVENTS, every_s=LOOK_EVERY_S):
            if not self.listeners:
                self.window = None
                continue
            for _ in readable():
                before = self.window
                self._look()
                has_news = self.window is None or self.window is not before
                if has_news and self._loop and not self._loop.is_closed():
                    self._loop.call_soon_threadsafe(self._wake)

    def _look(self) -> None:
        """Read on; when the database is away the streams find that out for themselves."""
        try:
            with transaction() as session:
                self.window = read_on(session, self.window)
        except AWAY as error:
            log.warning("stream.database_away", error=type(error).__name__)
            self.window = None
        except Exception:  # without this thread every open page would stand still
            log.exception("stream.broke", remedy="each page reads the log for itself meanwhile")
            self.window = None

    def _wake(self) -> None:
        self.wakes += 1
        woken, self._woken = self._woken, asyncio.Event()
        woken.set()

    def _beat(self) -> None:
        self._wake()
        if self._loop:
            self._loop.call_later(BEAT_S, self._beat)


def read_on(session: Session, window: Window | None) -> Window:
    """Return the window with all that can be read now; a new one begins with what comes next.

    It begins anew too when a ticket is seen by fewer from now on: who is behind reads the log.
    """
    if window is None:
        latest = events.latest(session)
        return Window(latest, latest)
    while found := events.read(session, window.end):
        if any(event.type in CLOSES for event in found):
            window = Window(window.end, window.end)  # what was marked before may be no more open
        window = window.grown(hearing.marked(session, found))
    return window


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
    except AWAY as error:
        log.warning("stream.database_away", error=type(error).__name__)
        return 0, False


hub = Hub()


@router.get("", operation_id="stream_events", response_class=StreamingResponse)
async def stream_events(
    request: Request,
    actor: Annotated[Actor, Depends(permit(Permission.STREAM_READ))],
    session: SessionDep,
    types: Annotated[str, Query(description="Comma-separated event types; empty: all")] = "",
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """Send every event from now on, or from the one after `Last-Event-ID`.

    What happens to a ticket that the listener may not see is not sent.
    """
    wanted = frozenset(filter(None, types.split(",")))
    if last_event_id:
        start = _cursor(last_event_id)
    else:
        start = await run_in_threadpool(events.latest, session)
    return StreamingResponse(
        _follow(start, wanted, actor, partial(still_let_in, request, Permission.STREAM_READ)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _follow(
    cursor: Cursor, wanted: frozenset[str], actor: Actor, now_is: Callable[[], Actor | None]
) -> AsyncGenerator[str, None]:
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
    judged = said = time.monotonic()
    while True:
        if time.monotonic() - judged > HOLDS_S:
            listener = await asked(now_is)
            if listener is None:
                return  # the session was ended meanwhile, or who listens may no more
            actor, judged = listener, time.monotonic()
        seen, before = hub.wakes, cursor
        found = hub.window.after(cursor) if hub.window else None
        if found is None:
            cursor, frames = await asked(_read, cursor, wanted, actor)
        else:
            frames = [each.frame for each in found if each.concerns(wanted, actor)]
            cursor = Cursor(*found[-1].place) if found else cursor
        if frames:
            yield "".join(frames)
            said = time.monotonic()
        elif time.monotonic() - said > QUIET_S:
            yield ": quiet\n\n"
            said = time.monotonic()
        if cursor == before:
            await hub.grown(seen)


def _cursor(text: str) -> Cursor:
    try:
        return Cursor.parse(text)
    except ValueError as error:
        raise Invalid(
            f"Last-Event-ID {text!r} is not one of ours.", remedy="Connect without it."
        ) from error


def _read(cursor: Cursor, wanted: frozenset[str], actor: Actor) -> tuple[Cursor, list[str]]:
    """Return the next place that is read up to, and what is sent of what lies between."""
    with transaction() as session:
        found, told = heard(session, cursor, wanted, actor)
        place = Cursor(found[-1].xid, found[-1].id or 0) if found else cursor
        return place, [frame(event) for event in told]


def heard(
    session: Session, cursor: Cursor, wanted: frozenset[str], actor: Actor
) -> tuple[Sequence[Event], Sequence[Event]]:
    """Return the next events, and those among them that the listener asked for and may know."""
    found = events.read(session, cursor)
    listed = [event for event in found if not wanted or event.type in wanted]
    return found, reach.told(session, actor, listed)

"""Who is at a seat: at most one browser, and at most one call's worker; sound passes between them.

Nobody waits for anybody: what one end can't take in time is let go, the oldest first.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog

WAITING = 10  # frames for one end: 200 ms
LATE_S, PAUSE_S = 0.06, 2.0  # two frames are missing: a gap; what takes longer is a hold

log = structlog.get_logger()


@dataclass
class Way:
    """What passed in one direction during a call."""

    frames: int = 0
    dropped: int = 0
    gaps: int = 0  # times that the next frame came later than it should
    longest_gap_ms: int = 0
    _came: float = 0.0

    def count(self) -> None:
        """Take note of a frame that has come in now."""
        moment = time.monotonic()
        since = moment - self._came
        if LATE_S < since < PAUSE_S:
            self.gaps += 1
            self.longest_gap_ms = max(self.longest_gap_ms, int(1000 * since))
        self._came = moment
        self.frames += 1

    def told(self) -> dict[str, int]:
        """Return what the log says."""
        return {name: value for name, value in asdict(self).items() if not name.startswith("_")}


@dataclass(eq=False)
class End:
    """A browser or a worker: what waits for it, and the task that sends it."""

    send: Callable[[bytes | dict[str, Any]], Awaitable[None]]
    close: Callable[[str], None]
    _notes: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=WAITING))
    _frames: deque[bytes] = field(default_factory=deque)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def give(self, frame: bytes) -> int:
        """Have a frame sent; return how many older ones were let go for it."""
        self._frames.append(frame)
        self._more.set()
        if len(self._frames) <= WAITING:
            return 0
        self._frames.popleft()
        return 1

    def tell(self, **note: Any) -> None:
        """Have a note sent, before the frames that wait."""
        self._notes.append(note)
        self._more.set()

    async def run(self) -> None:
        """Send what there is until the connection ends."""
        while await self._more.wait():
            self._more.clear()
            while self._notes or self._frames:
                await self.send(self._notes.popleft() if self._notes else self._frames.popleft())


@dataclass
class Place:
    """One seat."""

    seat: int
    call: str = ""
    browser: End | None = None
    worker: End | None = None
    spoken: Way = field(default_factory=Way)  # by the agent
    heard: Way = field(default_factory=Way)
    browsers: int = 0  # that took part in this call
    began: float = 0.0
    page: dict[str, float] = field(default_factory=dict)  # what the browser says of its own

    def speak(self, frame: bytes) -> None:
        """Take a frame of the agent's."""
        if self.worker:
            self.spoken.count()
            self.spoken.dropped += self.worker.give(frame)

    def hear(self, frame: bytes) -> None:
        """Take a frame for the agent."""
        if self.browser:
            self.heard.count()
            self.heard.dropped += self.browser.give(frame)

    def begin(self, call: str) -> None:
        """Count anew for this call."""
        self.end()
        self.call, self.began = call, time.monotonic()
        self.browsers = int(self.browser is not None)

    def end(self) -> None:
        """Say in the log how the call went."""
        if self.call:
            log.info(
                "seats.call_over",
                **{"seat": self.seat, "call": self.call, "browsers": self.browsers},
                seconds=round(time.monotonic() - self.began, 1),
                **{"spoken": self.spoken.told(), "heard": self.heard.told(), "page": self.page},
            )
        self.call, self.browsers, self.page = "", 0, {}
        self.spoken, self.heard = Way(), Way()

    def meet(self) -> None:
        """Tell both ends about each other."""
        if self.worker:
            self.worker.tell(browser=self.browser is not None)
        if self.browser:
            self.browser.tell(call=self.call if self.worker else None)


class Places:
    """Every seat at which somebody is."""

    def __init__(self) -> None:
        self._places: dict[int, Place] = {}

    def of(self, seat: int) -> Place:
        """Return the seat's place."""
        return self._places.setdefault(seat, Place(seat))

    def seat_browser(self, seat: int, end: End) -> Place:
        """Let this browser have the seat; one that had it is sent away."""
        place = self.of(seat)
        former, place.browser = place.browser, end
        place.browsers += 1
        place.meet()
        if former:
            former.close("Another page has this seat.")
        return place

    def seat_worker(self, seat: int, call: str, end: End) -> Place:
        """Let this worker have the seat; one that had it is sent away."""
        place = self.of(seat)
        former, place.worker = place.worker, end
        place.begin(call)
        place.meet()
        if former:
            former.close("Another call has this seat.")
        return place

    def leave(self, place: Place, end: End) -> None:
        """Take note that a connection has ended."""
        if place.worker is end:
            place.worker = None
        elif place.browser is end:
            place.browser = None
        else:
            return
        place.meet()
        if place.worker is None:
            place.end()
        if place.browser is None and place.worker is None:
            self._places.pop(place.seat, None)


async def sending(end: End, receiving: Awaitable[None]) -> None:
    """Send to this end until receiving from it is over."""
    task = asyncio.create_task(end.run())
    try:
        await receiving
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, ConnectionError):
            await task

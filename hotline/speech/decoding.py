"""The decodes of every stream: so many at a time, and whoever has waited longest goes first."""

import asyncio
import heapq
from collections.abc import Callable
from concurrent.futures import Executor
from itertools import count
from typing import TypeVar

# What is not live goes before live sound only when it has waited so much longer.
HANDICAP_S = 60.0

Result = TypeVar("Result")


class Decodes:
    """Everything that takes long goes through here; used on one event loop only."""

    def __init__(self, pool: Executor, at_most: int) -> None:
        self._pool = pool
        self._free = at_most
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    async def run(self, since: float, work: Callable[[], Result]) -> Result:
        """Does the work in its turn; `since` is when it began to wait, by the loop's clock.

        Cancelled in its turn, it goes on to its end: a decode can't be stopped in the middle.
        """
        await self._turn(since)
        try:
            running = asyncio.get_running_loop().run_in_executor(self._pool, work)
        except BaseException:
            self._next()
            raise
        running.add_done_callback(lambda _: self._next())
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise

    async def _turn(self, since: float) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (since, next(self._order), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._next()  # it was given the place in the moment in which it left
            raise

    def _next(self) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

"""The decodes' turns: so many at a time, the longest wait first, and nobody's place is lost."""

import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from hotline.speech.decoding import Decodes


def test_whoever_has_waited_longest_goes_first() -> None:
    order: list[str] = []

    async def decode_all() -> None:
        begun = threading.Event()
        gate = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            decodes = Decodes(pool, 1)

            def hold() -> None:
                begun.set()
                gate.wait(60)

            first = asyncio.create_task(decodes.run(0.0, hold))
            await asyncio.to_thread(begun.wait, 60)
            later = [
                asyncio.create_task(decodes.run(since, partial(order.append, name)))
                for since, name in ((3.0, "third"), (1.0, "first"), (2.0, "second"))
            ]
            await asyncio.sleep(0)
            gate.set()
            await asyncio.gather(first, *later)

    asyncio.run(decode_all())
    assert order == ["first", "second", "third"]


def test_no_more_run_at_a_time_than_there_are_places() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.005)
        with lock:
            running -= 1

    async def decode_all() -> None:
        with ThreadPoolExecutor(8) as pool:
            decodes = Decodes(pool, 2)
            await asyncio.gather(*(decodes.run(float(nth), work) for nth in range(20)))

    asyncio.run(decode_all())
    assert most == 2


def test_who_leaves_while_waiting_or_decoding_leaves_the_place_to_the_next() -> None:
    async def leave() -> str:
        gate, begun = threading.Event(), threading.Event()
        with ThreadPoolExecutor(1) as pool:
            decodes = Decodes(pool, 1)

            def hold() -> None:
                begun.set()
                gate.wait(60)

            tasks = [asyncio.create_task(decodes.run(0.0, hold))]
            await asyncio.to_thread(begun.wait, 60)
            tasks.append(asyncio.create_task(decodes.run(1.0, lambda: None)))
            await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            gate.set()
            for task in tasks:
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            async with asyncio.timeout(60):
                return await decodes.run(2.0, lambda: "heard")

    assert asyncio.run(leave()) == "heard"


def test_a_decode_that_fails_leaves_its_place_too() -> None:
    def fail() -> None:
        raise RuntimeError("broken")

    async def fail_first() -> str:
        with ThreadPoolExecutor(1) as pool:
            decodes = Decodes(pool, 1)
            with contextlib.suppress(RuntimeError):
                await decodes.run(0.0, fail)
            return await decodes.run(0.0, lambda: "heard")

    assert asyncio.run(fail_first()) == "heard"

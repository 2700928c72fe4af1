"""Pages asked for as an agent's browser does, one after another on one connection."""

import time
from statistics import quantiles

import httpx

from hotline.core.errors import Unavailable
from hotline.web.credentials import COOKIE

HOST = "127.0.0.1"
TICKET = "/console/tickets/{number:012d}"
PAGES = {
    "list": "/console/",
    "rows": "/console/rows",
    "ticket": TICKET,
    "queue": "/console/queue",
}


async def p95_ms(port: int, token: str, times: int) -> dict[str, float]:
    """Return of each page the milliseconds that 95 of 100 answers stay within, body and all."""
    took: dict[str, float] = {}
    async with httpx.AsyncClient(
        base_url=f"http://{HOST}:{port}", cookies={COOKIE: token}, timeout=60
    ) as browser:
        for name, path in PAGES.items():
            spans = [await _ask(browser, path.format(number=turn + 1)) for turn in range(times)]
            took[name] = round(quantiles(spans, n=20)[18] * 1000, 1)
    return took


async def _ask(browser: httpx.AsyncClient, path: str) -> float:
    began = time.perf_counter()
    answer = await browser.get(path)
    if answer.status_code != httpx.codes.OK:
        raise Unavailable(f"{path} was answered with {answer.status_code}.")
    return time.perf_counter() - began

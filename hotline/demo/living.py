"""The demo's life: its day is told once, then callers, agents and departments go about their work.

A process of its own beside `hotline up --demo`; it does everything through the doors that people
use: SIP, and HTTP with sessions and keys.
"""

import logging
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import structlog
from sqlalchemy import Engine
from sqlmodel import select

from dispatch.models import Ticket
from hotline.core import accounts, demo_mark, log
from hotline.core.clock import now
from hotline.core.db import engine, transaction
from hotline.core.settings import Settings, settings
from hotline.demo import client, day, history, rush, site
from hotline.demo.callers import Callers
from hotline.demo.cast import AGENT, AGENTS, LEAD
from hotline.demo.departments import Departments
from hotline.demo.desk import Desk
from hotline.demo.seats import Seat

ROUND_S = 1.0
LOOK_S = 0.3
CALLS = 8  # the newest ones, among which an agent finds their own

told = structlog.get_logger()


class Life:
    """Everybody at work, in one loop; `over` ends it."""

    def __init__(self, of: Engine, own: Settings, over: threading.Event) -> None:
        mark = demo_mark.read(own)
        self._over = over
        self._agent = client.sign_in(of, own, AGENT.name)
        lead = client.sign_in(of, own, LEAD.name)
        admin = client.sign_in(of, own, accounts.FIRST_ADMINISTRATOR)
        port = site.town_port(own)
        self._seats = [Seat(client.sign_in(of, own, name), port) for name in AGENTS]
        dice = random.Random(mark.seed)  # noqa: S311  # a demo's dice
        self._desk = Desk(self._agent, lead, mark.began, dice)
        self._departments = Departments(admin, client.connection(own), mark.began, mark.seed)
        sip = f"sip:12345@{own.sip_host}:{own.sip_port}"
        self._callers = Callers(port, sip, mark.seed)
        self._manned = False

    def run(self) -> None:
        """Live until it is over; then everybody leaves."""
        turns: tuple[Callable[[], None], ...] = (
            self._floor,
            self._desk.work,
            self._departments.work,
        )
        count = 0
        try:
            while not self._over.wait(ROUND_S) and self._callers.alive:
                self._ring()
                _attempt(turns[count % len(turns)])
                count += 1
        finally:
            self._leave()

    def _floor(self) -> None:
        calls = self._agent.items("/calls", limit=CALLS)
        for seat in self._seats if self._manned else ():
            seat.work(calls)

    def _ring(self) -> None:
        """Let the next caller ring, the seats being as that caller shall find them."""
        if not self._callers.due:
            return
        manned = not self._callers.finds_nobody
        if manned != self._manned:
            self._manned = manned
            for seat in self._seats:
                _attempt(seat.log_in if manned else seat.log_off)
            return
        self._callers.ring()

    def _leave(self) -> None:
        self._callers.leave()
        for seat in self._seats:
            _attempt(seat.log_off)
        _attempt(self._departments.leave)


def tell_day(of: Engine) -> int:
    """Make the day before, whole or not at all, in a database that has no ticket yet."""
    with transaction(of) as session:
        if session.exec(select(Ticket.id).limit(1)).first() is not None:
            return 0
        moment = now()
        rush.fare_all(session, at=moment)
        return sum(1 for _ in history.tell_all(session, day.read(), at=moment))


@contextmanager
def _quiet() -> Iterator[None]:
    """Log no more than warnings: yesterday's hundreds of lines would hide the passwords."""
    before = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    try:
        yield
    finally:
        structlog.configure(wrapper_class=before)


def _attempt(act: Callable[[], object]) -> None:
    """Do it; where the web is away for a moment, leave it for the next time."""
    try:
        act()
    except httpx.TransportError as error:
        told.info("demo.web_away", error=type(error).__name__)


def _healthy(own: Settings, over: threading.Event) -> None:
    with client.connection(own) as http:
        while not over.wait(LOOK_S):
            try:
                if http.get("/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                continue


def main() -> None:
    """Live in this process's data folder until SIGTERM; raise FileNotFoundError unmarked."""
    own, over = settings(), threading.Event()
    demo_mark.read(own)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    began = time.monotonic()
    log.configure("demo", as_json=own.log_json)
    with _quiet():
        count = tell_day(engine())
    told.info("demo.day_told", tickets=count, took_s=round(time.monotonic() - began, 1))
    _healthy(own, over)
    if not over.is_set():
        Life(engine(), own, over).run()


if __name__ == "__main__":
    main()

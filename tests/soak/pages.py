"""Pages in Chromium at a busy seat: ten thousand tickets, twenty events a second that concern it.

One agent who may see every ticket; the events are told by another process, the pages come from one
web process. Every figure is printed beside its limit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles

import httpx
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import text
from sqlmodel import Session, col, delete

from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.states import TicketStatus
from hotline.bench import webs
from hotline.bench.pages import Sizes, filled, happening
from hotline.bench.scratch import Place, places
from hotline.core.settings import settings
from hotline.web.assets import KEPT, OWN, asset
from hotline.web.credentials import COOKIE
from knowledge import names
from tests.e2e.browser import chromium
from tests.soak import pages_acts as acts
from tests.soak.pages_tabs import agree

SIZES = Sizes(consoles=1, seconds=900)  # told until the browser is done
LOADS = 5
FREE = SIZES.tickets  # the id of the ticket that waits for its department
KB = 1000


@dataclass(frozen=True)
class Figure:
    """What was measured, and what it may be at most."""

    name: str
    value: float
    limit: float
    unit: str

    @property
    def missed(self) -> bool:
        """Return whether it is above its limit."""
        return self.value > self.limit

    def __str__(self) -> str:
        mark = "  MISSED" if self.missed else ""
        return f"{self.name:<58} {self.value:>8.1f} {self.unit:<3} (≤ {self.limit:g}){mark}"


@dataclass(frozen=True)
class Seat:
    """A browser, where it looks, and its agent's session."""

    browser: Browser
    site: str
    token: str
    department: str  # somebody who takes orders, by name

    @contextmanager
    def fresh(self) -> Iterator[BrowserContext]:
        """Yield a browser that has never been here, signed in."""
        with self.browser.new_context(base_url=self.site, locale="zh-CN") as context:
            context.set_default_timeout(60_000)
            context.add_cookies([{"name": COOKIE, "value": self.token, "url": self.site}])
            context.add_init_script(acts.PROBE)
            yield context


def look(server: str) -> tuple[str, ...]:
    """Measure all; return each figure that missed its limit."""
    site = settings().model_copy(update={"database_url": server})
    with places(site, ("looked",)) as made:
        place = made["looked"]
        (console,) = filled(place, SIZES)
        department = _set_free(place)
        with (
            webs.running(place.own, 1) as ports,
            chromium() as browser,
            happening(place.own, SIZES, first=0),
        ):
            seat = Seat(browser, f"http://127.0.0.1:{ports[0]}", console.token, department)
            figures = [figure for part in _PARTS for figure in _shown(part(seat))]
    return tuple(str(each) for each in figures if each.missed)


def _shown(figures: list[Figure]) -> list[Figure]:
    for each in figures:
        print(each, flush=True)
    return figures


def _set_free(place: Place) -> str:
    """Make one ticket wait for its department; return the name of one."""
    with Session(place.engine) as session:
        for table in (Clock, WorkOrder):
            session.execute(delete(table).where(col(table.ticket_id) == FREE))
        ticket = session.get_one(Ticket, FREE)
        ticket.status = TicketStatus.REGISTERED
        session.execute(text("SELECT setval('work_order_id_seq', :id)"), {"id": FREE})
        session.add(ticket)
        session.commit()
        return names.accepting(session)[0]


def _scripts(seat: Seat) -> list[Figure]:
    heaviest = 0.0
    with seat.fresh() as context:
        page = context.new_page()
        for path in (acts.LIST, acts.ticket(1), "/console/queue", "/console/account"):
            page.goto(path)
            page.wait_for_load_state("load")
            heaviest = max(heaviest, page.evaluate(acts.SCRIPT_BYTES) / KB)
    named = sorted(path.name for folder in (OWN, KEPT) for path in folder.glob("*.js"))
    with httpx.Client(base_url=seat.site, headers={"Accept-Encoding": "gzip"}) as client:
        every = sum(client.get(asset(name)).num_bytes_downloaded for name in named) / KB
    return [
        Figure("script of an agent's heaviest page, compressed", heaviest, 300, "kB"),
        Figure("every script there is, together, compressed", every, 300, "kB"),
    ]


def _first_paints(seat: Seat) -> list[Figure]:
    found = []
    for name, path in (("list", acts.LIST), ("ticket", acts.ticket(2))):
        worst = 0.0
        for _ in range(LOADS):
            with seat.fresh() as context:
                worst = max(worst, acts.first_paint_ms(context.new_page(), path))
        found.append(
            Figure(f"first paint, nothing kept: {name}, worst of {LOADS}", worst, 1e3, "ms")
        )
    return found


def _interactions(seat: Seat) -> list[Figure]:
    with seat.fresh() as context:
        page = context.new_page()
        took = {"list": acts.in_the_list(page)}
        apart = acts.apart_ms(page)
        took["ticket"] = acts.in_a_ticket(page)
        opened = [acts.open_ms(page) for _ in range(20)]
    every = [each for some in took.values() for each in some]
    found = [
        Figure(f"{name}: a key to the next paint, p95 of {len(some)}", _p95(some), 100, "ms")
        for name, some in took.items()
    ]
    return [
        Figure("live events at this seat meanwhile, one each", apart, 1.2e3 / SIZES.per_s, "ms"),
        *found,
        Figure(f"a key to the next paint, p95 of all {len(every)}", _p95(every), 100, "ms"),
        Figure("a ticket opened from the list: key to first paint, p95", _p95(opened), 1e3, "ms"),
    ]


def _slow_line(seat: Seat) -> list[Figure]:
    with seat.fresh() as context:
        page = context.new_page()
        acts.slow(context, page)
        cold = acts.first_paint_ms(page, acts.LIST)
        page.wait_for_load_state("load")
        warm = max(acts.first_paint_ms(page, acts.LIST) for _ in range(LOADS))
        keys = acts.in_the_list(page)
        opened = [acts.open_ms(page) for _ in range(LOADS)]
    return [
        Figure("512 kbit/s: first paint, nothing kept: list", cold, 3e3, "ms"),
        Figure(f"512 kbit/s: first paint, after that: list, worst of {LOADS}", warm, 1e3, "ms"),
        Figure("512 kbit/s: a key to the next paint in the list, p95", _p95(keys), 100, "ms"),
        Figure(f"512 kbit/s: a ticket opened, worst of {LOADS}", max(opened), 1e3, "ms"),
    ]


def _tabs(seat: Seat) -> list[Figure]:
    with seat.fresh() as context:
        seen, shown = agree(context, acts.ticket(FREE), seat.department)
    return [
        Figure("dispatched in one tab, seen in another", seen, 3e3, "ms"),
        Figure("dispatched in one tab, true in a hidden one when it is shown", shown, 3e3, "ms"),
    ]


def _p95(took: list[float]) -> float:
    return quantiles(took, n=20)[18]


_PARTS = (_scripts, _first_paints, _interactions, _slow_line, _tabs)

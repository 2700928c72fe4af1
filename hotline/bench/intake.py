"""`bench intake`: what registering over HTTP costs beside a bare insert of two rows.

The body is what a console sends when its agent saves: the text, the caller's number, and the type,
matter, district and urgency that the agent has confirmed, so no text is classified while they wait;
`routed_per_s` is the rate where all of it is left to the router. One caller in ten is known
already, and their open tickets are compared. The bare route signs its agent in as the product's
does; `unsigned_bare_per_s` is its rate without. No queue worker runs beside either.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from statistics import median
from typing import Any

from sqlmodel import Session

from hotline.bench import bare, load, webs
from hotline.bench.scratch import Place, places
from hotline.core import accounts, vault
from hotline.core.accounts import Role
from hotline.core.clock import now
from hotline.core.people import login_sessions
from hotline.core.settings import Settings
from knowledge import seed

Say = Callable[[str], None]

PATH = "/api/v1/tickets"
LEAST_SHARE = 0.7
MOST_P99_MS = 100.0
CLIENTS = 16
PER_S = 30
CALLS_AGAIN = 400  # one in ten is who called so many calls ago


@dataclass(frozen=True)
class Sizes:
    """How long is measured; the defaults are what the limits are stated for."""

    rounds: int = 3
    warm_s: float = 3.0
    round_s: float = 5.0
    open_s: float = 20.0


@dataclass(frozen=True)
class Outcome:
    """The figures, as `--json` prints them, and each limit that was missed."""

    figures: dict[str, Any]
    missed: tuple[str, ...]


def measure(site: Settings, sizes: Sizes, say: Say) -> Outcome:
    """Measure in a scratch database by two web processes; the site's tables are never touched."""
    with places(site, ("intake",)) as made, _served(made["intake"]) as (ports, token):
        rows = (_body(number) for number in count())
        full = (load.post(PATH, body, token=token) for body in rows)
        bared = (load.post(bare.SIGNED, body, token=token) for body in rows)
        unsigned = (load.post(bare.UNSIGNED, body, token=token) for body in rows)
        routed = (load.post(PATH, _words_only(body), token=token) for body in rows)
        for each in (bared, unsigned, full, routed):
            load.rate(ports, each, clients=CLIENTS, seconds=sizes.warm_s)
        took: dict[str, list[float]] = {"bare": [], "full": []}
        for turn in range(sizes.rounds):
            for name, each in (("bare", bared), ("full", full)):
                took[name].append(load.rate(ports, each, clients=CLIENTS, seconds=sizes.round_s))
            say(f"round {turn + 1}: bare {took['bare'][-1]:.0f}/s, full {took['full'][-1]:.0f}/s")
        routed_per_s = load.rate(ports, routed, clients=CLIENTS, seconds=sizes.round_s)
        unsigned_per_s = load.rate(ports, unsigned, clients=CLIENTS, seconds=sizes.round_s)
        p99 = load.p99_ms(ports, full, per_s=PER_S, seconds=sizes.open_s)
    bare_per_s, per_s = median(took["bare"]), median(took["full"])
    figures = {
        "per_s": round(per_s, 1),
        "limit_per_s": round(LEAST_SHARE * bare_per_s, 1),
        "bare_per_s": round(bare_per_s, 1),
        "ratio": round(per_s / bare_per_s, 3),
        "p99_ms": round(p99, 1),
        "routed_per_s": round(routed_per_s, 1),
        "unsigned_bare_per_s": round(unsigned_per_s, 1),
    }
    return Outcome(figures, _missed(figures))


def _missed(figures: dict[str, Any]) -> tuple[str, ...]:
    checks = {
        f"ratio {figures['ratio']} < {LEAST_SHARE}": figures["ratio"] < LEAST_SHARE,
        f"p99_ms {figures['p99_ms']} > {MOST_P99_MS}": figures["p99_ms"] > MOST_P99_MS,
    }
    return tuple(said for said, missed in checks.items() if missed)


@contextmanager
def _served(place: Place) -> Iterator[tuple[list[int], str]]:
    """Yield the ports of the web processes on a seeded database, and an agent's token."""
    vault.ensure_master_key(vault.key_file(place.own))
    bare.create_tables(place.engine)
    with Session(place.engine) as session:
        seed.seed(session, now=now())
        agent = accounts.create_account(session, "bench", "bench", role=Role.AGENT, now=now())
        token = login_sessions.open_session(session, agent, hours=1, now=now())
        session.commit()
    with webs.running(place.own) as ports:
        yield ports, token


def _body(number: int) -> dict[str, Any]:
    again = number % 10 == 9 and number > CALLS_AGAIN
    caller = number - CALLS_AGAIN if again else number
    return {
        "text": f"城关区{number % 900 + 1}号路灯不亮已经{number % 9 + 2}天，晚上出行不便，家门口的"
        f"{number % 7 + 1}单元楼道灯也坏了，打过物业电话没有人来，希望有关部门尽快派人维修并回复。",
        "caller": f"139{caller % 10**8:08d}",
        "request_type": "assistance",
        "category": ["城乡建设", "市政设施", "路灯"],
        "district": "540102",
        "urgency": "normal",
    }


def _words_only(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in ("text", "caller")}

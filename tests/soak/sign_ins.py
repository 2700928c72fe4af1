"""换班: a whole shift signs in at one moment, while others work on.

`python -m tests.soak.sign_ins [AGENTS]` measures it on one web process and a database of its own.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

import httpx
import psutil
from sqlmodel import Session

from hotline.bench import webs
from hotline.bench.scratch import Place, places
from hotline.core import accounts, vault
from hotline.core.accounts import Role
from hotline.core.people import login_sessions, passwords
from hotline.core.settings import Settings

AGENTS = 300
CHOSEN = "yak butter at dawn"


@dataclass(frozen=True)
class Shift:
    """How long it took, and what whoever was at work meanwhile noticed of it."""

    agents: int
    refused: int
    all_s: float
    median_s: float
    hash_cpu_ms: float
    cpu_ms: float
    others: int
    others_p95_ms: float

    def __str__(self) -> str:
        return (
            f"{self.agents} agents signed in at once in {self.all_s:.1f} s "
            f"({self.agents / self.all_s:.0f}/s, half of them within {self.median_s:.1f} s); "
            f"{self.refused} refused; one took the web process {self.cpu_ms:.0f} ms of a core, "
            f"{self.hash_cpu_ms:.0f} of them argon2; meanwhile {self.others} other requests, 95 % "
            f"within {self.others_p95_ms:.0f} ms"
        )


def begin_shift(agents: int) -> Shift:
    """Sign so many people in at one moment, each from a thread of their own."""
    with places(Settings(), ("shift",)) as made:
        place = made["shift"]
        vault.ensure_master_key(vault.key_file(place.own))
        token = _people(place, agents)
        with webs.running(place.own, 1) as (port,):
            return _measured(f"http://{webs.HOST}:{port}", token, agents)


def _people(place: Place, agents: int) -> str:
    now = datetime.now(UTC)
    kept = passwords.hash_password(CHOSEN)
    with Session(place.engine) as session:
        made = [
            accounts.create_account(session, f"agent-{n}", "", role=Role.AGENT, now=now)
            for n in range(agents + 1)
        ]
        for account in made:
            account.password_hash = kept  # one hash for all: making them is not what is measured
        token = login_sessions.open_session(session, made[-1], hours=1, now=now)
        session.commit()
    return token


def _measured(base: str, token: str, agents: int) -> Shift:
    many = httpx.Limits(max_connections=agents + 1)
    with (
        httpx.Client(base_url=base, timeout=300, limits=many) as client,
        ThreadPoolExecutor(agents) as pool,
    ):
        client.get("/healthz")
        began, spent = time.monotonic(), _cpu_s()
        coming = [pool.submit(_sign_in, client, f"agent-{n}", began) for n in range(agents)]
        waits: list[float] = []
        while not all(each.done() for each in coming):
            asked = time.monotonic()
            headers = {"Authorization": f"Bearer {token}"}
            client.get("/api/v1/me", headers=headers).raise_for_status()
            waits.append(time.monotonic() - asked)
            time.sleep(0.05)
        took = [each.result() for each in coming]
    return Shift(
        agents=agents,
        refused=sum(not good for good, _ in took),
        all_s=max(seconds for _, seconds in took),
        median_s=median(seconds for _, seconds in took),
        hash_cpu_ms=_hash_cpu_ms(),
        cpu_ms=1000 * (_cpu_s() - spent) / agents,
        others=len(waits),
        others_p95_ms=1000 * sorted(waits)[int(len(waits) * 0.95)],
    )


def _sign_in(client: httpx.Client, username: str, began: float) -> tuple[bool, float]:
    body = {"username": username, "password": CHOSEN}
    answer = client.post("/api/v1/sessions", json=body)
    return answer.status_code == 201, time.monotonic() - began


def _hash_cpu_ms() -> float:
    began = time.process_time()
    for _ in range(10):
        passwords.hash_password(CHOSEN)
    return (time.process_time() - began) * 100


def _cpu_s() -> float:
    """Return what the processes that we started have had of the cores; here the web process."""
    spent = 0.0
    for child in psutil.Process().children():
        if "hotline.bench.serving" in child.cmdline():
            spent += sum(child.cpu_times()[:2])
    return spent


if __name__ == "__main__":
    print(begin_shift(int(sys.argv[1]) if len(sys.argv) > 1 else AGENTS))

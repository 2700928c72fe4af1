"""Webhooks to a receiver that fails, while it and the senders are killed.

All are processes of their own, and SIGKILL is what ends them. Every event must arrive, in order
within its work order, and what arrives twice must carry the id that it had the first time.
"""

import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, text
from sqlmodel import Session

from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.webhooks import endpoints
from dispatch.webhooks.endpoints import Wanted
from dispatch.webhooks.pace import Pace
from dispatch.webhooks.postman import Postman
from hotline.core import events
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.events import Audience, EventType, News
from hotline.core.ports import free_port
from hotline.core.settings import settings
from tests import forks
from tests.factories import create_ticket
from tests.soak.webhook_receiver import Arrival, Receiver

URBAN = "540102-urban"
SYSTEM = Actor(f"{URBAN}#1", Role.SYSTEM, URBAN)
SENDERS = 2
EACH = 20  # events of one order: dispatched, accepted, and so many contacts
# A day's patience in a minute: the receiver is away for a second, and fails a third of the time.
QUICK = Pace(
    lease=timedelta(seconds=1.5),
    turn=timedelta(seconds=0.5),
    waits=tuple(timedelta(seconds=wait) for wait in (0.02, 0.05, 0.1, *[0.3] * 60)),
)


@dataclass(frozen=True)
class Pushed:
    """What came of it; `repeats` are arrivals of what had been taken before."""

    events: int
    arrivals: int
    repeats: int
    senders_killed: int
    seconds: float
    wrong: tuple[str, ...]


def push(
    engine: Engine,
    folder: Path,
    *,
    of_orders: int,
    fails: float,
    receiver_killed: int,
    senders_killed: int,
    seed: int,
) -> Pushed:
    """Send the events of so many orders of an own, seeded database; `HOTLINE_WEBHOOK_ALLOWED` names
    loopback.
    """
    chance = random.Random(seed)  # noqa: S311  # no secret: when to kill
    url = engine.url.render_as_string(hide_password=False)
    receiver = _listen(engine, folder, fails)
    numbers = _dispatch(engine, of_orders)
    most = of_orders * EACH
    kills = _Kills(chance, receiver, most, receiver_killed, senders_killed)
    began = time.monotonic()
    senders = [forks.begin(send, url, life_s=float("inf")) for _ in range(SENDERS)]
    try:
        _contact(engine, numbers)
        while _waiting(engine) or len(kills.at):
            assert time.monotonic() < began + 600, "it never ends"
            taken = sum(each.took for each in receiver.arrivals())
            senders = kills.strike(taken, senders, url)
            time.sleep(0.1)
        seconds = time.monotonic() - began
    finally:
        for sender in senders:
            sender.process.kill()
        receiver.kill()
    found = receiver.arrivals()
    taken_ids = [each.id for each in found if each.took]
    repeats = len(taken_ids) - len(set(taken_ids))
    wrong = tuple(_wrong(engine, found, numbers))
    return Pushed(most, len(found), repeats, kills.senders, seconds, wrong)


def send() -> None:
    """Deliver as the worker does, until killed."""
    postman = Postman(settings().webhook_networks, QUICK)
    while True:
        postman.deliver()
        time.sleep(0.05)


class _Kills:
    """Whom to kill once how much was taken."""

    def __init__(
        self, chance: random.Random, receiver: Receiver, most: int, receivers: int, senders: int
    ) -> None:
        whom = ["receiver"] * receivers + ["sender"] * senders
        chance.shuffle(whom)
        self.at = [(most * (n + 1) // (len(whom) + 1), each) for n, each in enumerate(whom)]
        self.senders = 0
        self._receiver = receiver
        self._chance = chance

    def strike(self, taken: int, senders: list[forks.Doomed], url: str) -> list[forks.Doomed]:
        """Kill who is due, and start another in their place; return the senders there are."""
        while self.at and taken >= self.at[0][0]:
            _, whom = self.at.pop(0)
            if whom == "receiver":
                self._receiver.kill()
                time.sleep(self._chance.uniform(0.2, 1.0))
                self._receiver.start()
            else:
                doomed = senders.pop(0)
                doomed.process.kill()
                doomed.process.join()
                self.senders += doomed.process.exitcode == -9
                senders.append(forks.begin(send, url, life_s=float("inf")))
        return senders


def _listen(engine: Engine, folder: Path, fails: float) -> Receiver:
    port = free_port("127.0.0.1", 28000 + os.getpid() % 4000)  # it is left and taken again
    with transaction(engine) as session:
        _, secret = endpoints.create(
            session,
            URBAN,
            Wanted(f"http://127.0.0.1:{port}/hook"),
            networks=settings().webhook_networks,
            actor=SYSTEM,
            now=now(),
        )
    receiver = Receiver(port, folder / "arrivals.jsonl", secret, fails)
    receiver.start()
    return receiver


def _dispatch(engine: Engine, count: int) -> list[str]:
    """Return the numbers of so many orders, dispatched and accepted."""
    numbers = []
    for _ in range(count):
        with transaction(engine) as session:
            ticket = create_ticket(session, now=now())
            dispatching.dispatch(session, ticket, [Assignment(URBAN)], actor=MACHINE, now=now())
            number = f"{ticket.number}-1"
            orders.accept(session, orders.find(session, number, lock=True), actor=SYSTEM, now=now())
            numbers.append(number)
    return numbers


def _contact(engine: Engine, numbers: list[str]) -> None:
    """Let more happen to all of them, round by round, while it is being sent."""
    for _ in range(EACH - 2):
        with transaction(engine) as session:
            events.append_many(session, [_news(number) for number in numbers])


def _news(number: str) -> News:
    ticket = number.removesuffix("-1")
    refs = {"ticket": ticket, "order": number, "department": URBAN, "reached": True}
    chain, who = f"ticket:{ticket}", str(SYSTEM)
    return News(EventType.ORDER_CONTACTED, chain, who, now(), Audience.DEPARTMENT, refs)


def _waiting(engine: Engine) -> bool:
    unread = (
        "SELECT EXISTS (SELECT FROM event, webhook_cursor AS place "
        "WHERE (event.xid, event.id) > (place.xid, place.event_id))"
    )
    unsent = "SELECT EXISTS (SELECT FROM webhook_delivery WHERE status = 'waiting')"
    with engine.connect() as connection:
        return any(connection.scalar(text(query)) for query in (unread, unsent))


def _wrong(engine: Engine, found: list[Arrival], numbers: list[str]) -> Iterator[str]:
    """Yield what is missing, out of order, or there twice under two ids."""
    taken: dict[str, int] = defaultdict(int)
    ids: dict[tuple[str, int], set[str]] = defaultdict(set)
    for each in found:
        ids[each.order, each.sequence].add(each.id)
        if each.sequence > taken[each.order] + 1:
            yield f"{each.order}: {each.sequence} came after {taken[each.order]}"
        if each.took:
            taken[each.order] = max(taken[each.order], each.sequence)
    if set(taken) != set(numbers):
        yield f"events of {len(taken)} orders came, not of {len(numbers)}"
    missing = sum(EACH - count for count in taken.values())
    if missing:
        yield f"{missing} events never came"
    if any(len(each) != 1 for each in ids.values()):
        yield "an event came under two ids"
    if len(set.union(*ids.values())) != len(ids):
        yield "two events came under one id"
    with Session(engine) as session:
        query = text("SELECT status, count(*) FROM webhook_delivery GROUP BY status")
        kept = {row[0]: row[1] for row in session.execute(query)}
        if kept != {"delivered": len(numbers) * EACH}:
            yield f"the deliveries say {kept}"
        events.verify(session)

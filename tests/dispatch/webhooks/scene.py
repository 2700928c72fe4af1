"""What these tests arrange: an endpoint of a department, and orders to which something happens."""

from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Confidentiality, Ticket
from dispatch.webhooks import dead_letters, endpoints, outbox, signing, turns
from dispatch.webhooks.endpoints import Wanted
from dispatch.webhooks.models_webhooks import WebhookDelivery, WebhookEndpoint
from dispatch.webhooks.pace import Pace
from dispatch.webhooks.sending import Sender
from dispatch.webhooks.turns import Ended, Tried
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.clock import now
from hotline.core.db import transaction
from tests.factories import create_ticket

URBAN, CITY = "540102-urban", "540100-urban"
SYSTEM = Actor(f"{URBAN}#1", Role.SYSTEM, URBAN)
LOOPBACK = (ip_network("127.0.0.0/8"),)
PACE = Pace(each=50, threads=50)


def listening(database: Engine, url: str, department: str = URBAN, **given: Any) -> WebhookEndpoint:
    """Return a new endpoint of the department."""
    with transaction(database) as session:
        made, _ = endpoints.create(
            session,
            department,
            Wanted(url, **given),
            networks=LOOPBACK,
            actor=SYSTEM,
            now=now(),
        )
        return made


def dispatched(database: Engine, *departments: str) -> str:
    """Return the number of a new ticket that is dispatched to the departments."""
    with transaction(database) as session:
        ticket = create_ticket(session, now=now())
        to = [Assignment(each) for each in departments or (URBAN,)]
        dispatching.dispatch(session, ticket, to, actor=MACHINE, now=now())
        return ticket.number


def seal(database: Engine, number: str) -> None:
    """定密 the ticket after it was dispatched."""
    with transaction(database) as session:
        ticket = session.exec(select(Ticket).where(Ticket.number == number)).one()
        ticket.confidentiality = Confidentiality.SEALED


def accept(database: Engine, number: str, *, contacts: int = 0) -> None:
    """签收 the ticket's first order, and contact its requester so often."""
    with transaction(database) as session:
        order = orders.find(session, f"{number}-1", lock=True)
        orders.accept(session, order, actor=SYSTEM, now=now())
        for _ in range(contacts):
            orders.log_contact(
                session, order, reached=True, text="", at=now(), actor=SYSTEM, now=now()
            )


def read_log(database: Engine) -> None:
    """Take up all that the log holds."""
    found = 1
    while found:
        with transaction(database) as session:
            found = outbox.fan_out(session, now=now())


def deliver(database: Engine, *, at: datetime | None = None, pace: Pace = PACE) -> int:
    """Take and end every turn that is due at the moment; return how many requests that was."""
    sender, tried = Sender(LOOPBACK), 0
    try:
        while ended := take_turns(database, sender, at=at, pace=pace):
            tried += sum(len(each.tried) for each in ended)
    finally:
        sender.close()
    return tried


def take_turns(
    database: Engine, sender: Sender, *, at: datetime | None = None, pace: Pace = PACE
) -> list[Ended]:
    """Take the turns that are due, send what they hold one by one, and keep what came of it."""
    moment = at or now()
    with transaction(database) as session:
        claimed = turns.claim(session, most=50, busy={}, pace=pace, now=moment)
    ended = [send(turn, sender, moment) for turn in claimed]
    with transaction(database) as session:
        keep(session, ended, pace, moment)
    return ended


def send(turn: turns.Turn, sender: Sender, moment: datetime) -> Ended:
    ended = Ended(turn)
    for letter in turn.letters:
        secrets = signing.secrets_of(turn.endpoint, now=now())
        headers = signing.headers(letter.message, letter.body, secrets, now=now())
        answer = sender.post(turn.endpoint.url, headers, letter.body.encode())
        ended.tried.append(Tried(letter, answer, moment))
        if answer.fault:
            break
    return ended


def keep(session: Session, ended: list[Ended], pace: Pace, moment: datetime) -> None:
    if ended:
        dead_letters.tell(session, turns.settle(session, ended, pace=pace, now=moment), now=moment)


def kept(database: Engine) -> list[WebhookDelivery]:
    """Return every delivery, in the order in which they were owed."""
    with Session(database) as session:
        return list(session.exec(select(WebhookDelivery).order_by(col(WebhookDelivery.id))).all())


def later(hours: float) -> datetime:
    return now() + timedelta(hours=hours)


def statuses(database: Engine) -> dict[tuple[str, int], str]:
    return {(f"{each.ticket}-1", each.sequence): each.status for each in kept(database)}


def handled(database: Engine, *, contacts: int = 1) -> str:
    """Return an order of which three or more events are owed."""
    number = dispatched(database)
    accept(database, number, contacts=contacts)
    read_log(database)
    return f"{number}-1"

"""A dispatched ticket whose thresholds strike, and a sweep that leaves none due."""

from datetime import datetime, timedelta

from sqlmodel import Session

from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket, WorkOrder
from dispatch.timing import sweep
from hotline.core.accounts import MACHINE
from tests.factories import create_ticket

URBAN = Assignment("540102-urban")
LONG = timedelta(days=30)


def dispatched(session: Session, now: datetime) -> tuple[Ticket, WorkOrder]:
    """Return a ticket with the one order that its department has not signed for."""
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [URBAN], actor=MACHINE, now=now)
    (order,) = orders.of_ticket(session, ticket)
    return ticket, order


def sweep_all(session: Session, now: datetime, limit: int = 500) -> list[sweep.Strike]:
    """Sweep until nothing is due."""
    struck: list[sweep.Strike] = []
    while batch := sweep.strike_batch(session, now=now, limit=limit).struck:
        struck += batch
    return struck

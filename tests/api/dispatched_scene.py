"""A ticket that departments' systems find an order of."""

from typing import Any

from sqlmodel import Session

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from tests.factories import create_ticket


def dispatched(session: Session, *departments: str, **changes: Any) -> Ticket:
    ticket = create_ticket(session, now=now(), **changes)
    to = [Assignment(department) for department in departments or ("540102-urban",)]
    return dispatching.dispatch(session, ticket, to, actor=MACHINE, now=now())

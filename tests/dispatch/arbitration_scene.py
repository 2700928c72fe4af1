"""A ticket that came back from two departments, its case, and who decides it."""

from datetime import datetime

from sqlmodel import Session

from dispatch.beside.models_beside import Arbitration
from dispatch.handling import cases, dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket
from hotline.core.accounts import Actor, Role
from tests.dispatch.dispatching_scene import (
    AGENT,
    CITY,
    HOUR,
    HOUSING,
    URBAN,
    dispatched,
    give_back,
)

LEAD = Actor("tsering", Role.TEAM_LEAD)
BASIS = "《城市道路管理条例》第六条"


def contested(session: Session, now: datetime) -> Ticket:
    """Return a ticket that went to two departments and came back from both."""
    ticket = dispatched(session, now)
    give_back(session, ticket, URBAN, now + HOUR, suggested=CITY)
    to = [Assignment(CITY)]
    dispatching.dispatch(session, ticket, to, actor=AGENT, now=now + HOUR)
    give_back(session, ticket, CITY, now + 2 * HOUR, suggested=HOUSING)
    return ticket


def open_case(session: Session, ticket: Ticket) -> Arbitration:
    case = cases.open_of(session, ticket)
    assert case
    return case

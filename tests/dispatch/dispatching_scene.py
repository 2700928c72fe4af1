"""A dispatched ticket that goes from hand to hand, and the clocks that run on it."""

from datetime import datetime, timedelta

from sqlmodel import Session

from dispatch import history
from dispatch.handling import dispatching, leads, orders, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.returns import Return
from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.timing import clocks, sweep
from dispatch.timing.clocks import Threshold
from hotline.core.accounts import Actor, Role
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
URBAN, CITY, HOUSING, WATER = "540102-urban", "540100-urban", "540102-housing", "540102-water"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def system(department: str) -> Actor:
    return Actor(f"{department}#1", Role.SYSTEM, department)


def dispatched(session: Session, now: datetime, *codes: str) -> Ticket:
    """Return a ticket that these departments have, the first of which leads."""
    ticket = create_ticket(session, now=now)
    named = [Assignment(code) for code in codes or (URBAN,)]
    return dispatching.dispatch(session, ticket, named, actor=AGENT, now=now)


def order_of(session: Session, ticket: Ticket, department: str) -> WorkOrder:
    return [o for o in orders.of_ticket(session, ticket) if o.department == department][-1]


def give_back(
    session: Session, ticket: Ticket, department: str, now: datetime, suggested: str = WATER
) -> None:
    back = Return("not_our_duty", "三定方案", suggested)
    order = order_of(session, ticket, department)
    reviews.return_order(session, order, back, actor=system(department), now=now)


def running(session: Session, ticket: Ticket) -> dict[tuple[str, str], Clock]:
    found = clocks.of_ticket(session, ticket)
    return {(clock.subject, clock.kind): clock for clock in found if not clock.stopped_at}


def reply_clocks(session: Session, ticket: Ticket) -> list[Clock]:
    return [each for (_, kind), each in running(session, ticket).items() if kind in leads.REPLY]


def swept(session: Session, clock: Clock, moment: datetime) -> list[Threshold]:
    """Return what a sweep at this moment strikes of the clock."""
    struck = []
    while batch := sweep.strike_batch(session, now=moment).struck:
        struck += [each.threshold for each in batch if each.clock.id == clock.id]
    session.refresh(clock)
    return struck


def told(session: Session, ticket: Ticket) -> list[str]:
    return [event.type for event in history.story(session, ticket)]

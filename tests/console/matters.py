"""Tickets at the points of their way at which the console's forms appear."""

from datetime import datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Ticket, WorkOrder
from hotline.core.accounts import MACHINE, Actor, Role
from tests.factories import create_ticket

URBAN, CITY, HOUSING = "540102-urban", "540100-urban", "540102-housing"
CITY_NAME = "拉萨市公安局"


def system(department: str) -> Actor:
    """Return the system of a department."""
    return Actor(f"{department}#1", Role.SYSTEM, department)


def handled(session: Session, now: datetime, *, by: Actor = MACHINE) -> tuple[Ticket, WorkOrder]:
    """Return a dispatched ticket and its order, which its department has accepted."""
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment(URBAN)], actor=by, now=now)
    order = orders.of_ticket(session, ticket)[0]
    orders.accept(session, order, actor=system(URBAN), now=now)
    session.flush()
    return ticket, order


def replied(session: Session, ticket: Ticket, now: datetime) -> WorkOrder:
    """Return the order of a ticket that is dispatched, accepted and replied to."""
    chosen = [Assignment(URBAN)]
    dispatching.dispatch(session, ticket, chosen, actor=MACHINE, now=now)
    order = session.exec(select(WorkOrder).where(col(WorkOrder.ticket_id) == ticket.id)).one()
    orders.accept(session, order, actor=MACHINE, now=now)
    answer = Answer("更换灯泡三只", True, True, "北京东路的路灯已更换，今晚起正常照明。")
    replies.reply(session, order, answer, actor=MACHINE, now=now)
    session.flush()
    return order


def contested(session: Session, now: datetime, *, by: Actor = MACHINE) -> Ticket:
    """Return a ticket that two departments gave back: it waits for a decision."""
    ticket = create_ticket(session, now=now)
    for code, suggested in ((URBAN, CITY), (CITY, HOUSING)):
        dispatching.dispatch(session, ticket, [Assignment(code)], actor=by, now=now)
        order = orders.of_ticket(session, ticket)[-1]
        back = Return("not_our_duty", "三定方案", suggested)
        reviews.return_order(session, order, back, actor=system(code), now=now)
    session.flush()
    return ticket


def page(client: TestClient, ticket: Ticket) -> str:
    """Return the ticket's page."""
    answer = client.get(f"/console/tickets/{ticket.number}")
    assert answer.status_code == 200
    return answer.text


def form(ticket: Ticket, action: str) -> str:
    """Return how the form's address is written on the page."""
    return f'action="/console/tickets/{ticket.number}/{action}"'


def send(client: TestClient, ticket: Ticket, action: str, **filled: object) -> Any:
    """Send the form, on the version that the page shows; the answer follows to the next page."""
    path = f"/console/tickets/{ticket.number}/{action}"
    return client.post(path, data={"version": ticket.version, **filled})


def done(client: TestClient, ticket: Ticket, action: str, **filled: object) -> str:
    """Send a form that the page shows, and return the page it leads to."""
    assert form(ticket, action) in page(client, ticket), action
    answer = send(client, ticket, action, **filled)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def refused(client: TestClient, ticket: Ticket, action: str, **filled: object) -> None:
    """See that the form isn't shown, and that sending it all the same gets nothing done."""
    assert form(ticket, action) not in page(client, ticket), action
    before = ticket.version
    answer = send(client, ticket, action, **filled)
    assert answer.status_code == 403
    assert "没有这项权限" in answer.text
    assert ticket.version == before


def day(now: datetime, after: int) -> str:
    """Return the day so many days later, as a form sends it."""
    return f"{now + timedelta(days=after):%Y-%m-%d}"

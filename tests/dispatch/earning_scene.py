"""Tickets that the machine took, what became of them, and the entry that they earn."""

from datetime import datetime, timedelta
from itertools import count

from sqlmodel import Session, col, select

from dispatch import intake
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import ProposalRow, Ticket
from dispatch.routing import earning
from dispatch.routing.models_earned import EarnedDispatch, RoutedTicket
from dispatch.states import OrderStatus
from hotline.core import events
from hotline.core.accounts import Actor, Role
from tests.factories import create_ended_call

CHIEF = Actor("chief", Role.SUPERVISOR)
AGENT = Actor("dawa", Role.AGENT)
LAMP = "城关区的路灯坏了一个星期，请派人来修。"
REASON = "本月抽查发现错派"
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
CALLERS = count(13900000000)


def called_in(
    session: Session, now: datetime, said: str = LAMP, *, opted_in: bool = False
) -> Ticket:
    caller = str(next(CALLERS))  # the same one's second call would be a reminder
    call = create_ended_call(session, now=now, said=(said,), caller=caller)
    ticket = intake.register_call(
        session, call.id, district="540102", auto_dispatch=opted_in, now=now
    )
    assert ticket
    return ticket


def completed(session: Session, ticket: Ticket, department: str, now: datetime) -> None:
    dispatching.dispatch(session, ticket, [Assignment(department)], actor=AGENT, now=now)
    finish(session, ticket)


def finish(session: Session, ticket: Ticket) -> None:
    order = orders.of_ticket(session, ticket)[-1]
    order.status = OrderStatus.COMPLETED
    session.flush()


def proposed_for(session: Session, ticket: Ticket) -> str:
    row = intake.proposal_of(session, ticket)
    assert row
    return row.department


def swept(session: Session, now: datetime) -> int:
    earning.take_in(session, now=now, limit=1000)
    return earning.judge(session, now=now)


def entry(session: Session) -> EarnedDispatch:
    return session.exec(select(EarnedDispatch)).one()


def copies(session: Session, like: Ticket, count: int, now: datetime, *, right: int) -> None:
    """Keep further outcomes of the same entry, as the sweep would of as many tickets."""
    noted = select(RoutedTicket).where(RoutedTicket.ticket_id == like.id)
    first = session.exec(noted.order_by(col(RoutedTicket.id))).first()
    assert first
    row = intake.proposal_of(session, like)
    assert row
    for place in range(count):
        made = ProposalRow(
            ticket_id=like.id, at=now, department=row.department, confidence=1, body=row.body
        )
        session.add(made)
        session.flush()
        values = first.model_dump(exclude={"id", "proposal_id", "right", "decided_at"})
        session.add(
            RoutedTicket(**values, proposal_id=made.id or 0, right=place < right, decided_at=now)
        )
    session.flush()


def earned(session: Session, now: datetime, count: int = 120) -> EarnedDispatch:
    """Return the street lamps' entry after enough completed tickets."""
    ticket = called_in(session, now)
    completed(session, ticket, proposed_for(session, ticket), now)
    earning.take_in(session, now=now, limit=1000)
    copies(session, ticket, count - 1, now, right=count - 1)
    assert earning.judge(session, now=now) == 1
    return entry(session)


def told(session: Session, row: EarnedDispatch) -> list[str]:
    chain = f"entry:{row.matter_code}:{row.district_code}"
    return [each.type for each in events.history(session, chain)]


def outcome_of(session: Session, ticket: Ticket) -> RoutedTicket:
    return session.exec(select(RoutedTicket).where(RoutedTicket.ticket_id == ticket.id)).one()

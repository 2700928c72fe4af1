"""Three tickets of one matter, their way to an answer, and what runs on each."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from dispatch.callback import callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.models import Callback, Clock, Notice, Ticket, WorkOrder
from hotline.core.accounts import Actor, Role
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
LEAD = Actor("tashi", Role.TEAM_LEAD)
URBAN = Actor("540102-urban#1", Role.SYSTEM, "540102-urban")
TO = [Assignment("540102-urban")]
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY = "同一路段的路灯"


def three(session: Session, now: datetime) -> list[Ticket]:
    return [create_ticket(session, now=now) for _ in range(3)]


def send(session: Session, ticket: Ticket, now: datetime) -> WorkOrder:
    dispatching.dispatch(session, ticket, TO, actor=AGENT, now=now)
    return orders.of_ticket(session, ticket)[-1]


def answer(session: Session, order: WorkOrder, now: datetime) -> None:
    """Let the order be signed for, replied to and completed."""
    orders.accept(session, order, actor=URBAN, now=now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    reviews.complete(session, order, actor=AGENT, now=now)


def hear(session: Session, ticket: Ticket, rating: int, now: datetime) -> None:
    """Let the requester say on the ticket's newest callback how satisfied they are."""
    callback = session.exec(
        select(Callback).where(Callback.ticket_id == ticket.id).order_by(col(Callback.round).desc())
    ).first()
    assert callback
    said = Answers(AttemptOutcome.COMPLETED, solved=rating > 2, rating=rating)
    callbacks.record_by_person(session, callback, said, actor=AGENT, now=now)


def running(session: Session, ticket: Ticket, kind: str = "") -> list[Clock]:
    found = session.exec(
        select(Clock).where(Clock.ticket_id == ticket.id, col(Clock.stopped_at).is_(None))
    ).all()
    return [clock for clock in found if kind in ("", clock.kind)]


def accepted(session: Session, ticket: Ticket, now: datetime) -> WorkOrder:
    order = send(session, ticket, now)
    return orders.accept(session, order, actor=URBAN, now=now)


def owed(session: Session, ticket: Ticket) -> list[str]:
    rows = select(Notice.template).where(Notice.ticket_id == ticket.id).order_by(col(Notice.id))
    return list(session.exec(rows).all())

"""Tickets that were rated, badly or well, and what became of it."""

from datetime import datetime

from sqlmodel import Session, select

from dispatch.handling import dispatching, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.models import Callback, Rating, Ticket
from dispatch.ratings.models_ratings import BadRating
from dispatch.requesters import ratings
from dispatch.requesters.ratings import Judgement
from hotline.core.accounts import Actor, Role
from tests.dispatch.deciding_scene import AGENT, ANSWER
from tests.factories import create_ticket, system_of

DEPARTMENT = "540102-urban"
VERIFIER = Actor("verifier", Role.AGENT)
JUDGE = Actor("judge", Role.SUPERVISOR)


def answered(session: Session, now: datetime, department: str = DEPARTMENT) -> Ticket:
    """Return a ticket that the department answered, and whose requester is to be asked."""
    ticket, system = create_ticket(session, now=now), system_of(department)
    dispatching.dispatch(session, ticket, [Assignment(department)], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, ticket)
    orders.accept(session, order, actor=system, now=now)
    replies.reply(session, order, ANSWER, actor=system, now=now)
    reviews.complete(session, order, actor=AGENT, now=now)
    return ticket


def rated(
    session: Session, now: datetime, satisfaction: int, department: str = DEPARTMENT
) -> tuple[Ticket, Rating]:
    """Return a ticket of the department with what its requester said of the answer."""
    ticket = answered(session, now, department)
    rating = ratings.rate(session, ticket, Judgement(satisfaction), now=now)
    session.flush()
    return ticket, rating


def bad_rating(session: Session, now: datetime, department: str = DEPARTMENT) -> BadRating:
    """Return the case of a bad rating."""
    _, rating = rated(session, now, 1, department)
    return session.exec(select(BadRating).where(BadRating.rating_id == rating.id)).one()


def callback_of(session: Session, ticket: Ticket) -> Callback:
    return session.exec(select(Callback).where(Callback.ticket_id == ticket.id)).one()

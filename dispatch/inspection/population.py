"""What there is to inspect in a period: talks with an agent, or tickets that an agent registered.

Nothing sealed (密件) is drawn: only named people read it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, func, literal
from sqlmodel import Session, col, or_, select

from dispatch.inspection.drawing import Work
from dispatch.inspection.models_inspection import InspectionFlag
from dispatch.inspection.states import Kind
from dispatch.models import Confidentiality, Ticket
from hotline.core.accounts import Account
from hotline.core.clock import BEIJING
from hotline.core.events import Event, EventType
from telephony.models import Call, Direction

MOST_FLAGGED = 500  # of one draw


@dataclass(frozen=True, slots=True)
class Drawable:
    """One piece of work, and the row that it is."""

    work: Work
    call_id: uuid.UUID | None = None
    ticket_id: int | None = None


def of(session: Session, kind: Kind, since: date, until: date) -> list[Drawable]:
    """Return what was begun from `since` on, before `until`, by Beijing's days."""
    span = (midnight(since), midnight(until))
    return _calls(session, *span) if kind is Kind.CALL else _tickets(session, *span)


def flagged(session: Session, kind: Kind, since: date, until: date) -> list[Drawable]:
    """Return the works of the period on which a flag lies that nobody called false."""
    span = (midnight(since), midnight(until))
    standing = or_(col(InspectionFlag.false_alarm).is_(None), ~col(InspectionFlag.false_alarm))
    if kind is Kind.CALL:
        calls = (
            select(Call.id, InspectionFlag.agent)
            .join(InspectionFlag, col(InspectionFlag.call_id) == Call.id)
            .where(*_talks(*span), standing)
        )
        rows = session.exec(calls.distinct().limit(MOST_FLAGGED)).all()
        return [Drawable(Work(str(id), agent), call_id=id) for id, agent in rows]
    tickets = (
        select(Ticket.number, Ticket.id, InspectionFlag.agent)
        .join(InspectionFlag, col(InspectionFlag.ticket_id) == Ticket.id)
        .where(*_written(*span), standing)
    )
    found = session.exec(tickets.distinct().limit(MOST_FLAGGED)).all()
    return [Drawable(Work(number, agent), ticket_id=id) for number, id, agent in found]


def registrar(session: Session, ticket: Ticket) -> str:
    """Return the account that registered the ticket; empty where that was no person inside."""
    first = select(Event.actor).where(
        Event.chain == f"ticket:{ticket.number}", Event.type == EventType.TICKET_REGISTERED
    )
    inside = first.where(col(Event.actor).in_(select(Account.username)))
    return session.exec(inside).first() or ""


def earlier_texts(
    session: Session, ticket: Ticket, agent: str, *, since: datetime
) -> Sequence[str]:
    """Return the texts of the agent's newest tickets of other people before this one."""
    mine = (
        select(Ticket.text)
        .join(Event, _registered())
        .where(Event.actor == agent, Ticket.person_id != ticket.person_id)
        .where(col(Ticket.created_at) >= since, col(Ticket.created_at) <= ticket.created_at)
        .where(Ticket.confidentiality != Confidentiality.SEALED, Ticket.id != ticket.id)
    )
    return session.exec(mine.order_by(col(Ticket.created_at).desc()).limit(100)).all()


def midnight(day: date) -> datetime:
    """Return the moment at which the day begins in Beijing."""
    return datetime.combine(day, time(), BEIJING)


def _calls(session: Session, since: datetime, until: datetime) -> list[Drawable]:
    rows = session.exec(select(Call.id, Call.agent).where(*_talks(since, until))).all()
    return [Drawable(Work(str(id), agent), call_id=id) for id, agent in rows]


def _tickets(session: Session, since: datetime, until: datetime) -> list[Drawable]:
    query = (
        select(Ticket.number, Ticket.id, Event.actor)
        .join(Event, _registered())
        .where(*_written(since, until))
        .where(col(Event.actor).in_(select(Account.username)))
    )
    rows = session.exec(query).all()
    return [Drawable(Work(number, agent), ticket_id=id) for number, id, agent in rows]


def _registered() -> ColumnElement[bool]:
    return and_(
        col(Event.chain) == func.concat(literal("ticket:"), Ticket.number),
        col(Event.type) == EventType.TICKET_REGISTERED,
    )


def _talks(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    sealed = select(Ticket.id).where(
        Ticket.call_id == Call.id, Ticket.confidentiality == Confidentiality.SEALED
    )
    return (
        col(Call.started_at) >= since,
        col(Call.started_at) < until,
        col(Call.direction) == Direction.IN,
        col(Call.agent) != "",
        col(Call.ended_at).is_not(None),
        ~sealed.exists(),
    )


def _written(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Ticket.created_at) >= since,
        col(Ticket.created_at) < until,
        col(Ticket.confidentiality) != Confidentiality.SEALED,
    )

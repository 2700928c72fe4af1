"""What there is to inspect in a period: talks with an agent, or tickets that an agent registered.

Nothing sealed (密件) is drawn: only named people read it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal
from sqlmodel import Session, col, or_, select

from dispatch.inspection.drawing import Work
from dispatch.inspection.models_inspection import Inspection, InspectionFlag
from dispatch.inspection.states import Kind
from dispatch.models import Confidentiality, Ticket
from dispatch.sealing import reach
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


def flagged(session: Session, kind: Kind, since: date, now: datetime) -> list[Drawable]:
    """Return the works not inspected yet with a flag found from `since` on and not called false.

    Whenever they were begun: a ticket's flags are found weeks later, when it is closed. What was
    found first comes first; beyond `MOST_FLAGGED` it waits for the next draw.
    """
    asked = (
        col(InspectionFlag.found_at) >= midnight(since),
        col(InspectionFlag.found_at) <= now,
        or_(col(InspectionFlag.false_alarm).is_(None), ~col(InspectionFlag.false_alarm)),
    )
    found = _flagged_calls if kind is Kind.CALL else _flagged_tickets
    return found(session, *asked)


def _flagged_calls(session: Session, *flag: ColumnElement[bool]) -> list[Drawable]:
    first = func.min(InspectionFlag.found_at)
    calls = (
        select(Call.id, InspectionFlag.agent)
        .join(InspectionFlag, col(InspectionFlag.call_id) == Call.id)
        .where(*_talks(), *flag, ~_inspected(Inspection.call_id == Call.id))
        .group_by(col(Call.id), col(InspectionFlag.agent))
    )
    rows = session.exec(calls.order_by(first, col(Call.id)).limit(MOST_FLAGGED)).all()
    return [Drawable(Work(str(id), agent), call_id=id) for id, agent in rows]


def _flagged_tickets(session: Session, *flag: ColumnElement[bool]) -> list[Drawable]:
    first = func.min(InspectionFlag.found_at)
    same = (Inspection.ticket_id == Ticket.id, Inspection.agent == InspectionFlag.agent)
    tickets = (
        select(Ticket.number, Ticket.id, InspectionFlag.agent)
        .join(InspectionFlag, col(InspectionFlag.ticket_id) == Ticket.id)
        .where(_unsealed(), *flag, ~_inspected(*same))
        .group_by(col(Ticket.id), col(InspectionFlag.agent))
    )
    lines = session.exec(tickets.order_by(first, col(Ticket.id)).limit(MOST_FLAGGED)).all()
    return [Drawable(Work(number, agent), ticket_id=id) for number, id, agent in lines]


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
    begun = (col(Call.started_at) >= since, col(Call.started_at) < until)
    rows = session.exec(select(Call.id, Call.agent).where(*begun, *_talks())).all()
    return [Drawable(Work(str(id), agent), call_id=id) for id, agent in rows]


def _tickets(session: Session, since: datetime, until: datetime) -> list[Drawable]:
    query = (
        select(Ticket.number, Ticket.id, Event.actor)
        .join(Event, _registered())
        .where(col(Ticket.created_at) >= since, col(Ticket.created_at) < until, _unsealed())
        .where(col(Event.actor).in_(select(Account.username)))
    )
    rows = session.exec(query).all()
    return [Drawable(Work(number, agent), ticket_id=id) for number, id, agent in rows]


def _registered() -> ColumnElement[bool]:
    return and_(
        col(Event.chain) == func.concat(literal("ticket:"), Ticket.number),
        col(Event.type) == EventType.TICKET_REGISTERED,
    )


def _talks() -> tuple[ColumnElement[bool], ...]:
    return (
        col(Call.direction) == Direction.IN,
        col(Call.agent) != "",
        col(Call.ended_at).is_not(None),
        ~reach.of_sealed(col(Call.id)),
    )


def _unsealed() -> ColumnElement[bool]:
    return col(Ticket.confidentiality) != Confidentiality.SEALED


def _inspected(*same: Any) -> ColumnElement[bool]:
    found = select(Inspection.id).where(*same, col(Inspection.calibration_id).is_(None))
    return found.correlate_except(Inspection).exists()

"""The facts from which `alert_rules` judges; reads only, and nothing of a sealed ticket."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from dispatch.models import (
    Callback,
    Clock,
    Confidentiality,
    Contact,
    ProposalRow,
    Rating,
    Reply,
    Ticket,
    WorkOrder,
)
from dispatch.ratings import concerned
from dispatch.ratings.alert_rules import Asked, Rated, Registered, Replied
from dispatch.ratings.models_ratings import RatingAspects
from dispatch.requesters.requester import QR, VIA
from dispatch.terms import ClockKind
from hotline.core.events import Event, EventType

MOST = 20_000  # facts of a kind in one look: the newest
# The source of what people rated by themselves, of a department: through its links, or its codes.
_BY_THEMSELVES = {VIA: "department", QR: "code"}
_DUE = (ClockKind.REPLY_BY, ClockKind.RECTIFY_BY)


def registered(session: Session, since: datetime, until: datetime) -> list[Registered]:
    """Return tickets registered from calls, with what the machine heard first in each."""
    first = (
        columns(func.min(col(ProposalRow.id)))
        .where(col(ProposalRow.call_id) == Ticket.call_id)
        .correlate(Ticket)
        .scalar_subquery()
    )
    heard = col(ProposalRow.body)["request_type"].as_string()
    rows = session.execute(
        columns(
            col(Ticket.id),
            col(Ticket.number),
            heard,
            col(Ticket.request_type),
            col(ProposalRow.confidence),
            func.coalesce(_registered_by().scalar_subquery(), ""),
        )
        .select_from(Ticket)
        .join(ProposalRow, col(ProposalRow.id) == first)
        .where(col(Ticket.created_at) >= since, col(Ticket.created_at) < until, _open_to_all())
        .order_by(col(Ticket.id).desc())
        .limit(MOST)
    ).all()
    return [Registered(*row) for row in rows]


def replied(session: Session, since: datetime, until: datetime) -> list[Replied]:
    """Return the answers that departments gave, each with its order's contact and clock."""
    rows = session.execute(
        columns(
            col(Ticket.id),
            col(WorkOrder.number),
            col(WorkOrder.department),
            col(Reply.public_reply),
            col(Reply.is_solved),
            _was_reached(),
            _accepted_at().scalar_subquery(),
            col(Reply.at),
            _due_at().scalar_subquery(),
            _was_denied(),
        )
        .select_from(Reply)
        .join(WorkOrder, col(WorkOrder.id) == Reply.order_id)
        .join(Ticket, col(Ticket.id) == WorkOrder.ticket_id)
        .where(col(Reply.at) >= since, col(Reply.at) < until, _open_to_all())
        .where(~col(Reply.awaits_signature))
        .order_by(col(Reply.id).desc())
        .limit(MOST)
    ).all()
    return [Replied(*row) for row in rows]


def rated(session: Session, since: datetime, until: datetime) -> list[Rated]:
    """Return ratings by their sources: one that has two is told twice."""
    rows = session.execute(
        columns(
            col(Rating.id),
            col(Rating.at),
            col(Rating.via),
            col(Ticket.person_id),
            func.coalesce(_lead(), ""),
            func.coalesce(col(RatingAspects.entered_by), ""),
        )
        .select_from(Rating)
        .join(Ticket, col(Ticket.id) == Rating.ticket_id)
        .outerjoin(RatingAspects, col(RatingAspects.rating_id) == Rating.id)
        .where(col(Rating.at) >= since, col(Rating.at) < until, _open_to_all())
        .order_by(col(Rating.id).desc())
        .limit(MOST)
    ).all()
    return [
        Rated(id, source, department, at)
        for id, at, via, person, department, entered_by in rows
        for source in _sources(via, person, department, entered_by)
    ]


def _sources(via: str, person: uuid.UUID, department: str, entered_by: str) -> list[str]:
    sources = [f"person:{person}"]
    sources += [f"staff:{entered_by}"] if entered_by else []
    themselves = _BY_THEMSELVES.get(via)
    return sources + ([f"{themselves}:{department}"] if themselves and department else [])


def asked(session: Session, since: datetime, until: datetime) -> list[Asked]:
    """Return finished callbacks with everybody who handled the matter."""
    rows = session.exec(
        select(Callback.id, Ticket.id, Ticket.number, Callback.by)
        .join(Ticket, col(Ticket.id) == Callback.ticket_id)
        .where(col(Callback.finished_at) >= since, col(Callback.finished_at) < until)
        .where(_open_to_all())
        .order_by(col(Callback.id).desc())
        .limit(MOST)
    ).all()
    tickets = [ticket or 0 for _, ticket, _, _ in rows]
    handled, departments = concerned.handlers(session, tickets), _departments(session, tickets)
    return [
        Asked(id or 0, ticket or 0, number, departments.get(ticket or 0, ""), by, handlers)
        for id, ticket, number, by in rows
        for handlers in [frozenset(handled.get(ticket or 0, ()))]
    ]


def _departments(session: Session, tickets: Sequence[int]) -> dict[int, str]:
    """Return of each ticket the department that has its newest order."""
    rows = session.exec(
        select(WorkOrder.ticket_id, WorkOrder.department)
        .where(col(WorkOrder.ticket_id).in_(tickets))
        .order_by(col(WorkOrder.id))
    ).all()
    return dict(rows)


def _open_to_all() -> ColumnElement[bool]:
    return col(Ticket.confidentiality) != Confidentiality.SEALED


def _registered_by() -> Any:
    """Return who registered the ticket, as its history has it."""
    return (
        columns(func.max(col(Event.actor)))
        .where(col(Event.chain) == func.concat("ticket:", col(Ticket.number)))
        .where(col(Event.type) == EventType.TICKET_REGISTERED)
        .correlate(Ticket)
    )


def _accepted_at() -> Any:
    """Return when the order was signed for, as its ticket's history has it."""
    return (
        columns(func.max(col(Event.at)))
        .where(col(Event.chain) == func.concat("ticket:", col(Ticket.number)))
        .where(col(Event.type) == EventType.ORDER_ACCEPTED)
        .where(col(Event.refs)["order"].as_string() == col(WorkOrder.number))
        .correlate(Ticket, WorkOrder)
    )


def _was_reached() -> Any:
    return exists().where(col(Contact.order_id) == WorkOrder.id, col(Contact.reached))


def _was_denied() -> Any:
    """Return the condition that the requester denies a contact and a solution."""
    return exists().where(
        col(Callback.ticket_id) == Ticket.id,
        col(Callback.round) == WorkOrder.round + 1,
        col(Callback.contacted).is_(False),
        col(Callback.resolved).is_(False),
    )


def _lead() -> Any:
    """Return the department that leads in the ticket, last."""
    return (
        columns(col(WorkOrder.department))
        .where(col(WorkOrder.ticket_id) == Ticket.id, col(WorkOrder.parent_id).is_(None))
        .order_by(col(WorkOrder.role).desc(), col(WorkOrder.id).desc())
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )


def _due_at() -> Any:
    """Return when the answer was due, by the newest of its clocks."""
    mine = and_(
        col(Clock.subject) == func.concat("order:", col(WorkOrder.number)),
        col(Clock.kind).in_(_DUE),
    )
    newest = columns(col(Clock.due_at)).where(mine)
    return newest.order_by(col(Clock.id).desc()).limit(1).correlate(WorkOrder)

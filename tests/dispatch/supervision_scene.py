"""Who supervises and who is supervised, and what a 督办 left: its cause, its clock, its notices."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.beside import supervision
from dispatch.beside.models_beside import Supervision
from dispatch.handling import dispatching, orders, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.returns import Return
from dispatch.models import Clock, Ticket, WorkOrder
from dispatch.notices.models_notices import StaffNotice
from hotline.core.accounts import MACHINE, Actor, Role
from hotline.core.errors import NotFound
from hotline.core.events import EventType
from tests.factories import system_of

AGENT = Actor("dolma", Role.AGENT)
BOSS = Actor("pema", Role.SUPERVISOR)
URBAN = Actor("540102-urban#1", Role.SYSTEM, "540102-urban")


def raised(session: Session, ticket: Ticket) -> list[tuple[str, str]]:
    """Return (cause, subject of its feedback's clock) of each supervision of the ticket."""
    rows = supervision.of_ticket(session, ticket)
    return [(each.cause, supervision.subject(each)) for each in rows]


def feedback(session: Session, row: Supervision) -> Clock:
    return session.exec(select(Clock).where(Clock.subject == supervision.subject(row))).one()


def audiences(session: Session, ticket: Ticket, type: EventType) -> list[tuple[str, Any]]:
    return [
        (event.audience, event.refs.get("department"))
        for event in history.story(session, ticket)
        if event.type == type
    ]


def finds(session: Session, row: Supervision, department: str) -> bool:
    try:
        return (
            supervision.find(
                session, row.id or 0, reader=system_of(department) if department else None
            )
            is row
        )
    except NotFound:
        return False


def given_back(session: Session, ticket: Ticket, now: datetime) -> WorkOrder:
    """Return the order of whoever leads after the first lead gave the ticket back."""
    (first,) = orders.of_ticket(session, ticket)
    why = Return("not_our_duty", "三定方案", "540100-urban")
    reviews.return_order(session, first, why, actor=URBAN, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540100-urban")], actor=MACHINE, now=now)
    return orders.of_ticket(session, ticket)[-1]


def told_of(session: Session) -> list[tuple[str, str]]:
    """Return (what, to whom) of each notice about a supervision and its clock."""
    told = select(StaffNotice.says, StaffNotice.recipient).where(StaffNotice.clock == "feedback_by")
    return list(session.exec(told.order_by(col(StaffNotice.id))).all())

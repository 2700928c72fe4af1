"""督办随单走: what becomes of a supervision when an order is let go, and when a ticket ends."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.beside import asked, supervision_rows
from dispatch.beside.models_beside import Supervision
from dispatch.models import Ticket, WorkOrder
from dispatch.notices import staff_notices
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.core.accounts import MACHINE, Actor
from hotline.core.events import Audience, EventType


def hand_up(session: Session, ticket: Ticket, order: WorkOrder, *, now: datetime) -> None:
    """Let the ticket be supervised for what an order was that is let go: whoever leads answers.

    Where the ticket is supervised for that cause already, the order's is lifted.
    """
    open_ones = _open(session, ticket)
    causes = {each.cause for each in open_ones if each.order_id is None}
    for row in open_ones:
        if row.order_id != order.id:
            continue
        if row.cause in causes:
            lift(session, row, actor=MACHINE, now=now)
            continue
        causes.add(row.cause)
        row.order_id, row.version = None, row.version + 1
        session.add(row)
    session.flush()


def take_up(session: Session, ticket: Ticket, order: WorkOrder, *, now: datetime) -> None:
    """Tell the department that leads the ticket from now on what it is supervised for."""
    waiting = [
        each
        for each in _open(session, ticket)
        if each.order_id is None and each.answered_at is None
    ]
    owner = supervision_rows.owner_of(ticket, order)
    told = [
        supervision_rows.owed(each.id or 0, ticket.number, owner, _due(session, each))
        for each in waiting
    ]
    staff_notices.owe(session, told, now=now)


def lift_all(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Lift what is still open over a ticket that nobody works on any more."""
    for row in _open(session, ticket):
        lift(session, row, actor=MACHINE, now=now)


def lift(session: Session, row: Supervision, *, actor: Actor, now: datetime) -> None:
    """Set down that the supervision is lifted; its clock stops."""
    row.lifted_at, row.lifted_by = now, str(actor)
    end_clock(session, row, now=now)
    note(session, row, EventType.SUPERVISION_LIFTED, actor=actor, now=now)


def end_clock(session: Session, row: Supervision, *, now: datetime) -> None:
    """Stop the feedback's clock, and count the supervision's version up."""
    row.version += 1
    session.add(row)
    clocks.stop(session, supervision_rows.subject(row.id or 0), [ClockKind.FEEDBACK_BY], now=now)


def note(
    session: Session,
    row: Supervision,
    type: EventType,
    *,
    actor: Actor,
    now: datetime,
    **refs: Any,
) -> None:
    """Add what happened to the supervision to its ticket's history, with whom it asks."""
    order = session.get_one(WorkOrder, row.order_id) if row.order_id else None
    order = order or asked.order_asked(session, row)
    named = {"order": order.number, "department": order.department} if order else {}
    history.record(
        session,
        session.get_one(Ticket, row.ticket_id),
        type,
        actor=actor,
        now=now,
        audience=Audience.DEPARTMENT,
        supervision=row.id,
        cause=row.cause,
        **{**named, **refs},
    )


def _due(session: Session, row: Supervision) -> datetime | None:
    """Return when the feedback is due; None where no limit is set."""
    subject = supervision_rows.subject(row.id or 0)
    clock = clocks.running_of(session, subject, ClockKind.FEEDBACK_BY)
    return clock.due_at if clock else None


def _open(session: Session, ticket: Ticket) -> list[Supervision]:
    return list(
        session.exec(
            select(Supervision)
            .where(Supervision.ticket_id == ticket.id, col(Supervision.lifted_at).is_(None))
            .order_by(col(Supervision.id))
            .with_for_update()
        ).all()
    )

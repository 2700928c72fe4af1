"""What a list shows of its tickets: who has each, and which clock of it is due first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from dispatch.models import Clock, OrderRole, ProposalRow, Ticket, WorkOrder
from dispatch.states import OrderStatus

# What tells nothing of why a clock is due then need not read its trace, longer than all the rest.
WITHOUT_TRACE = defer(cast(Any, Clock.trace))


@dataclass(frozen=True)
class Line:
    """One ticket of a list; `department` is a code, empty where nobody is named."""

    ticket: Ticket
    department: str
    assigned: bool  # False: the department is only proposed
    next_clock: Clock | None


def lines(session: Session, found: Sequence[Ticket]) -> list[Line]:
    """Return a line for each ticket, in three queries whatever their number."""
    ids = [ticket.id or 0 for ticket in found]
    leads, proposed, due = _leads(session, ids), _proposed(session, ids), _due_first(session, ids)
    return [
        Line(
            ticket,
            leads.get(ticket.id or 0) or proposed.get(ticket.id or 0, ""),
            (ticket.id or 0) in leads,
            due.get(ticket.id or 0),
        )
        for ticket in found
    ]


def _leads(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the department of the newest lead order that was not given back, by ticket."""
    rows = session.exec(
        select(WorkOrder.ticket_id, WorkOrder.department)
        .where(col(WorkOrder.ticket_id).in_(ids), WorkOrder.role == OrderRole.LEAD)
        .where(col(WorkOrder.parent_id).is_(None))
        .where(col(WorkOrder.status).not_in((OrderStatus.RETURNED, OrderStatus.RECALLED)))
        .order_by(col(WorkOrder.id))
    ).all()
    return dict(rows)


def _proposed(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the newest proposal's department by ticket."""
    rows = session.exec(
        select(ProposalRow.ticket_id, ProposalRow.department)
        .where(col(ProposalRow.ticket_id).in_(ids))
        .order_by(col(ProposalRow.id))
    ).all()
    return {ticket_id: department for ticket_id, department in rows if ticket_id}


def _due_first(session: Session, ids: Sequence[int]) -> dict[int, Clock]:
    """Return the running clock that is due first by ticket; one that stands still is not due."""
    running = session.exec(
        select(Clock)
        .ext(distinct_on(col(Clock.ticket_id)))
        .where(col(Clock.ticket_id).in_(ids), col(Clock.stopped_at).is_(None))
        .where(Clock.waits_for == "")
        .order_by(col(Clock.ticket_id), col(Clock.due_at), col(Clock.id))
        .options(WITHOUT_TRACE)
    ).all()
    return {clock.ticket_id or 0: clock for clock in running}

"""在办: how many orders a department has open, and how its clocks stand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, case, col, func, select

from dispatch.models import Clock, WorkOrder
from dispatch.states import OrderStatus

OPEN = (OrderStatus.DISPATCHED, OrderStatus.ACCEPTED, OrderStatus.REPLIED)
_OF_ORDER = "order:"


@dataclass(frozen=True, slots=True)
class Running:
    """Open clocks of one kind: all of them, those past their warning, and those past their due."""

    kind: str
    count: int
    warned: int
    overdue: int


def counts(session: Session, departments: Collection[str]) -> dict[str, int]:
    """Return how many open orders each of the departments has; those without any are left out."""
    mine = (col(WorkOrder.department).in_(departments), col(WorkOrder.status).in_(OPEN))
    found = select(WorkOrder.department, func.count()).where(*mine).group_by(WorkOrder.department)
    return dict(session.exec(found).all()) if departments else {}


def by_status(session: Session, department: str) -> dict[str, int]:
    """Return how many open orders the department has in each status."""
    mine = (WorkOrder.department == department, col(WorkOrder.status).in_(OPEN))
    found = select(WorkOrder.status, func.count()).where(*mine).group_by(WorkOrder.status)
    return dict(session.exec(found).all())


def running(session: Session, department: str, *, now: datetime) -> list[Running]:
    """Return the running clocks of the department's open orders, the most overdue kind first."""
    late = func.sum(case((col(Clock.due_at) <= now, 1), else_=0))
    warned = func.sum(case((col(Clock.warning_at) <= now, 1), else_=0))
    query = (
        select(Clock.kind, func.count(), warned, late)
        .join(
            WorkOrder,
            (col(Clock.ticket_id) == WorkOrder.ticket_id)
            & (col(Clock.subject) == _OF_ORDER + col(WorkOrder.number)),
        )
        .where(WorkOrder.department == department, col(WorkOrder.status).in_(OPEN))
        .where(col(Clock.stopped_at).is_(None), Clock.waits_for == "")
        .group_by(Clock.kind)
    )
    found = [
        Running(kind, count, int(soon), int(over))
        for kind, count, soon, over in session.exec(query)
    ]
    return sorted(found, key=lambda each: (-each.overdue, each.kind))

"""谁受督办: the department that answers for what is supervised, as things stand now.

An order's supervision asks its department while it has the order; a ticket's asks whoever leads it.
"""

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from dispatch.beside.models_beside import Supervision
from dispatch.models import OrderRole, Ticket, WorkOrder
from dispatch.states import OPEN_ORDERS, OrderStatus

_HELD = (*OPEN_ORDERS, OrderStatus.COMPLETED)
_round_of = aliased(Ticket)


def asks() -> ColumnElement[bool]:
    """Return the condition on which a supervision asks the department of a work order."""
    present = select(_round_of.redone).where(_round_of.id == Supervision.ticket_id)
    leads = and_(
        col(Supervision.order_id).is_(None),
        col(WorkOrder.role) == OrderRole.LEAD,
        col(WorkOrder.parent_id).is_(None),
        col(WorkOrder.round) == present.correlate(Supervision).scalar_subquery(),
    )
    return and_(
        col(WorkOrder.ticket_id) == Supervision.ticket_id,
        col(WorkOrder.status).in_(_HELD),
        or_(col(WorkOrder.id) == Supervision.order_id, leads),
    )


def order_asked(session: Session, supervision: Supervision) -> WorkOrder | None:
    """Return the order whose department is asked; None while no department has it."""
    return session.exec(
        select(WorkOrder)
        .join(Supervision, asks())
        .where(Supervision.id == supervision.id)
        .order_by(col(WorkOrder.id).desc())
        .limit(1)
    ).first()

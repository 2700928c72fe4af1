"""How a supervision is shown."""

from sqlmodel import Session, col, select

from dispatch.beside import asked, supervision
from dispatch.beside.models_beside import Supervision
from dispatch.models import Clock, Ticket, WorkOrder
from hotline.api.schemas import DepartmentOut
from hotline.api.schemas_supervisions import SupervisionOut
from knowledge.models import Department


def supervision_out(session: Session, row: Supervision) -> SupervisionOut:
    """Return the supervision with whom it supervises and when their feedback is due."""
    order = session.get_one(WorkOrder, row.order_id) if row.order_id else None
    whose = order or asked.order_asked(session, row)
    department = session.get_one(Department, whose.department) if whose else None
    clock = session.exec(
        select(Clock)
        .where(Clock.subject == supervision.subject(row))
        .order_by(col(Clock.generation).desc())
        .limit(1)
    ).first()
    return SupervisionOut(
        **row.model_dump(exclude={"ticket_id", "order_id"}),
        ticket=session.get_one(Ticket, row.ticket_id).number,
        order=order.number if order else None,
        department=DepartmentOut.model_validate(department) if department else None,
        feedback_by=clock.due_at if clock else None,
    )

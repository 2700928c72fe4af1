"""How a question to a requester is shown: of the answer, no more than a department may read."""

from sqlmodel import Session

from dispatch import disclosure
from dispatch.beside.models_beside import InfoRequest
from dispatch.handling import orders
from dispatch.models import Ticket, WorkOrder
from hotline.api.schemas_extensions import InfoOut, OrderInfo


def info_out(ticket: Ticket, row: InfoRequest) -> InfoOut:
    """Return the question and its answer, masked by the ticket's confidentiality."""
    shown = InfoOut.model_validate(row)
    return shown.model_copy(update={"answer": disclosure.for_department(ticket, row.answer)})


def info_line(session: Session, row: InfoRequest, order: WorkOrder) -> OrderInfo:
    """Return one line of the list of questions."""
    ticket = orders.ticket_of(session, order)
    return OrderInfo(
        **info_out(ticket, row).model_dump(),
        order=order.number,
        department=order.department,
        ticket=ticket.number,
    )

"""待补充: what departments ask the requester, on the requester's own page; reads only.

Of a 举报 nothing is shown there: an agent asks by telephone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch import disclosure
from dispatch.beside.models_beside import InfoRequest
from dispatch.models import Ticket, WorkOrder
from dispatch.requesters.requester import REQUESTER
from dispatch.states import OPEN_ORDERS
from hotline.core.masking import mask_leaving


@dataclass(frozen=True)
class Question:
    """What a department must know, masked; `id` names it where it is answered."""

    id: int
    at: datetime
    text: str


def open_of(session: Session, ticket: Ticket) -> Sequence[Question]:
    """Return what departments of this very ticket still wait for, oldest first."""
    if not disclosure.shows_requester(ticket):
        return ()
    rows = select(InfoRequest).join(WorkOrder, col(WorkOrder.id) == InfoRequest.order_id)
    waiting = rows.where(
        WorkOrder.ticket_id == ticket.id,
        col(WorkOrder.status).in_(OPEN_ORDERS),
        col(InfoRequest.answered_at).is_(None),
    )
    found = session.exec(waiting.order_by(col(InfoRequest.id))).all()
    return [Question(each.id or 0, each.asked_at, mask_leaving(each.question)) for each in found]


def find(session: Session, ticket: Ticket, question: int) -> tuple[InfoRequest, WorkOrder] | None:
    """Return the ticket's question of this id with its order, if its requester may see it."""
    if not disclosure.shows_requester(ticket):
        return None
    rows = select(InfoRequest, WorkOrder).join(WorkOrder, col(WorkOrder.id) == InfoRequest.order_id)
    mine = rows.where(InfoRequest.id == question, WorkOrder.ticket_id == ticket.id)
    return session.exec(mine).first()


def answered_by_requester(session: Session, ticket: Ticket) -> Sequence[InfoRequest]:
    """Return the questions that the requester answered on the page, oldest first."""
    rows = select(InfoRequest).join(WorkOrder, col(WorkOrder.id) == InfoRequest.order_id)
    theirs = rows.where(WorkOrder.ticket_id == ticket.id, InfoRequest.answered_by == str(REQUESTER))
    return session.exec(theirs.order_by(col(InfoRequest.id))).all()

"""待补充: a department asks what it must know; the requester answers an agent, or on their page.

The clocks go on meanwhile: a question that stopped them would be the easiest way to win time
(domain.md 1.5), and the caller was promised a day. Who needs longer asks for an extension.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.beside.models_beside import InfoRequest
from dispatch.handling import orders
from dispatch.models import WorkOrder
from dispatch.sealing import reach
from dispatch.states import OPEN_ORDERS, OrderStatus
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from hotline.core.privacy import Person

PURPOSE = "info_request"  # what the vault seals an answer for
_UNANSWERED = (OrderStatus.DISPATCHED, OrderStatus.ACCEPTED)


def ask(
    session: Session, order: WorkOrder, question: str, *, actor: Actor, now: datetime
) -> InfoRequest:
    """请求补充: keep the department's question, masked, for an agent; no clock stops for it.

    It may be asked before the order is accepted, so that nobody returns what they don't understand.
    """
    if order.status not in _UNANSWERED:
        raise Conflict(
            f"A work order that is {order.status} has nothing to ask.",
            remedy="Ask before it is replied to.",
        )
    if not question.strip():
        raise Invalid("The question is empty.", remedy="Say what you must know.")
    row = InfoRequest(
        order_id=order.id or 0,
        question=privacy.mask_text(question.strip()),
        asked_at=now,
        asked_by=str(actor),
    )
    session.add(row)
    session.flush()
    orders.note(session, order, EventType.ORDER_INFO_ASKED, actor=actor, now=now, info=row.id)
    return row


def give(
    session: Session, info_request: InfoRequest, answer: str, *, actor: Actor, now: datetime
) -> InfoRequest:
    """补充: keep the requester's words, sealed, and masked as the department reads them.

    No clock stood still, so none runs on. Raises Conflict when it is answered, or the order ended.
    """
    order = session.get_one(WorkOrder, info_request.order_id)
    if info_request.answered_at:
        raise Conflict("That question is answered already.", remedy="Read the order again.")
    if order.status not in OPEN_ORDERS:
        raise Conflict(
            f"Order {order.number} is {order.status}: nobody waits for the answer.",
            remedy="Tell whoever has the ticket now.",
        )
    if not answer.strip():
        raise Invalid("The answer is empty.", remedy="Write down what the requester said.")
    person = session.get_one(Person, orders.ticket_of(session, order).person_id)
    info_request.answer = privacy.mask_text(answer.strip())
    info_request.sealed_answer = privacy.seal(person, answer.strip(), PURPOSE)
    info_request.answered_at, info_request.answered_by = now, str(actor)
    session.add(info_request)
    given = EventType.ORDER_INFO_GIVEN
    orders.note(session, order, given, actor=actor, now=now, info=info_request.id)
    return info_request


def find(session: Session, order: WorkOrder, row_id: int) -> InfoRequest:
    """Return the order's question of this id, locked; raise NotFound."""
    row = session.exec(
        select(InfoRequest)
        .where(InfoRequest.id == row_id, InfoRequest.order_id == order.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound(f"Order {order.number} has no question {row_id}.", remedy="List them.")
    return row


def of_order(session: Session, order: WorkOrder) -> Sequence[InfoRequest]:
    """Return the order's questions, oldest first."""
    return session.exec(
        select(InfoRequest).where(InfoRequest.order_id == order.id).order_by(col(InfoRequest.id))
    ).all()


def register(
    session: Session,
    *,
    reader: Actor | None = None,
    open_only: bool = False,
    after: int = 0,
    limit: int = 50,
) -> Sequence[tuple[InfoRequest, WorkOrder]]:
    """Return questions with their orders as they were asked; `after` is the last id seen.

    `open_only`: those that a department still waits for.
    """
    query = (
        select(InfoRequest, WorkOrder)
        .join(WorkOrder, col(WorkOrder.id) == InfoRequest.order_id)
        .where(col(InfoRequest.id) > after, reach.orders(reader))
        .order_by(col(InfoRequest.id))
    )
    if department := reach.department_of(reader):
        query = query.where(WorkOrder.department == department)
    if open_only:
        query = query.where(
            col(InfoRequest.answered_at).is_(None), col(WorkOrder.status).in_(OPEN_ORDERS)
        )
    return session.exec(query.limit(limit)).all()

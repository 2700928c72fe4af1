"""What must not be missed about an order in a list: asked of it, or waiting in its own house."""

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum

from sqlmodel import Session, col, func, select

from dispatch.beside import asked
from dispatch.beside.extension_limits import ExtensionStatus
from dispatch.beside.models_beside import Extension, InfoRequest, Supervision
from dispatch.handling.replies import REJECTED
from dispatch.models import Reply, WorkOrder
from dispatch.states import OrderStatus


class Mark(StrEnum):
    SUPERVISED = "supervised"  # 督办, not answered yet
    UNSIGNED = "unsigned"  # 待签发
    REJECTED = "rejected"  # 被驳回: it must answer anew
    QUESTION = "question"  # 待补充
    EXTENSION = "extension"  # 延期待批
    ANSWERED = "answered"  # the requester answered what was asked


def marks(session: Session, found: Sequence[WorkOrder]) -> dict[int, list[Mark]]:
    """Return the marks of each order by its id, in four statements whatever their number."""
    ids = [order.id or 0 for order in found]
    told: dict[int, list[Mark]] = defaultdict(list)
    for order_id in _supervised(session, ids):
        told[order_id].append(Mark.SUPERVISED)
    at_work = {order.id for order in found if order.status == OrderStatus.ACCEPTED}
    for order_id, mark in (*_replies(session, ids), *_questions(session, ids)):
        if mark is not Mark.REJECTED or order_id in at_work:
            told[order_id].append(mark)
    for order_id in _extensions(session, ids):
        told[order_id].append(Mark.EXTENSION)
    return {order_id: list(dict.fromkeys(each)) for order_id, each in told.items()}


def _supervised(session: Session, ids: Sequence[int]) -> Sequence[int]:
    query = select(WorkOrder.id).join(Supervision, asked.asks()).where(col(WorkOrder.id).in_(ids))
    still = query.where(
        col(Supervision.lifted_at).is_(None), col(Supervision.answered_at).is_(None)
    )
    return [order_id or 0 for order_id in session.exec(still)]


def _replies(session: Session, ids: Sequence[int]) -> list[tuple[int, Mark]]:
    """Return which order has a draft, and whose newest reply was rejected."""
    newest = select(func.max(Reply.id)).where(col(Reply.order_id).in_(ids))
    found = select(Reply.order_id, Reply.verdict, Reply.awaits_signature).where(
        col(Reply.id).in_(newest.group_by(col(Reply.order_id)))
    )
    told = []
    for order_id, verdict, waits in session.exec(found):
        if waits or verdict == REJECTED:
            told.append((order_id, Mark.UNSIGNED if waits else Mark.REJECTED))
    return told


def _questions(session: Session, ids: Sequence[int]) -> list[tuple[int, Mark]]:
    """Return whose question waits for the requester, and whose newest was answered."""
    newest = select(func.max(InfoRequest.id)).where(col(InfoRequest.order_id).in_(ids))
    found = select(InfoRequest.order_id, InfoRequest.answered_at).where(
        col(InfoRequest.id).in_(newest.group_by(col(InfoRequest.order_id)))
    )
    return [(each, Mark.ANSWERED if at else Mark.QUESTION) for each, at in session.exec(found)]


def _extensions(session: Session, ids: Sequence[int]) -> Sequence[int]:
    asked_for = Extension.status == ExtensionStatus.ASKED
    return session.exec(
        select(Extension.order_id).where(col(Extension.order_id).in_(ids), asked_for)
    ).all()

"""承办单 as its ticket's page shows it, with what was asked of it and what it was given on as."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from dispatch.beside.extension_limits import ExtensionStatus
from dispatch.beside.models_beside import Extension, InfoRequest
from dispatch.handling import gathered
from dispatch.handling.gathered import Beside
from dispatch.models import OrderReturn, Reply, WorkOrder
from dispatch.states import OPEN_ORDERS, OrderStatus
from hotline.console import duty_words, moments
from hotline.console.words import name_of
from hotline.core import privacy
from hotline.core.clock import now
from knowledge import names


@dataclass(frozen=True)
class ExtensionView:
    """延期: what was asked for and what came of it."""

    count: int
    days: int
    reason: str
    status: str
    asked: str
    due_before: str
    due_after: str
    note: str
    to_decide: bool


@dataclass(frozen=True)
class QuestionView:
    """待补充: a department's question and the requester's answer, masked."""

    id: int
    question: str
    asked: str
    answer: str
    answered: str
    to_answer: bool


@dataclass(frozen=True)
class OrderView:
    """One department's share, with its newest reply and why it was given back, if it was."""

    number: str
    status: str
    status_name: str
    role: str
    department: str
    department_code: str
    on_duty: list[str]  # of an open one: whom one reaches now, telephones masked
    dispatched: str
    basis: str
    note: str
    binding: bool
    reply: Reply | None
    replied: str
    contacted: str
    returned: OrderReturn | None
    return_reason: str
    suggested: str
    recall_reason: str
    unsigned: bool  # a reply waits for its leader's signature
    to_review: bool
    takeable: bool  # open and of the hotline's own: it can be recalled or given to another
    above: str  # the order that it was given on from, empty for one of the hotline's own
    extensions: list[ExtensionView]
    questions: list[QuestionView]


def order_views(session: Session, found: Sequence[WorkOrder]) -> list[OrderView]:
    """Return the orders as they were issued, each before those that were given on from it."""
    beside = gathered.of_orders(session, found)
    suggested = {each.returned.suggested_department for each in beside.values() if each.returned}
    departments = names.department_names(session, suggested | {order.department for order in found})
    open_ones = {order.department for order in found if order.status in OPEN_ORDERS}
    present = duty_words.on_duty(session, open_ones, now=now())
    return [
        _view(order, beside[order.id or 0], departments, found, present)
        for order in _under(found, None)
    ]


def _under(found: Sequence[WorkOrder], parent: int | None) -> list[WorkOrder]:
    return [
        each
        for order in found
        if order.parent_id == parent
        for each in (order, *_under(found, order.id))
    ]


def _view(
    order: WorkOrder,
    beside: Beside,
    departments: dict[str, str],
    found: Sequence[WorkOrder],
    present: dict[str, list[str]],
) -> OrderView:
    reply, returned = beside.reply, beside.returned
    suggested = returned.suggested_department if returned else ""
    own = order.parent_id is None
    return OrderView(
        number=order.number,
        status=order.status,
        status_name=name_of("order_status", order.status),
        role=name_of("order_role", order.role),
        department=departments.get(order.department, order.department),
        department_code=order.department,
        on_duty=present.get(order.department, []) if order.status in OPEN_ORDERS else [],
        dispatched=moments.full(order.dispatched_at),
        basis=order.legal_basis,
        note=order.note,
        binding=order.binding,
        reply=_masked(reply) if reply else None,
        replied=moments.full(reply.at) if reply else "",
        contacted=moments.full(reply.contacted_at) if reply and reply.contacted_at else "",
        returned=returned,
        return_reason=name_of("returned", returned.reason) if returned else "",
        suggested=departments.get(suggested, suggested),
        recall_reason=order.recall_reason or _recalled(beside),
        unsigned=beside.unsigned,
        to_review=own and order.status == OrderStatus.REPLIED,
        takeable=own and order.status in OPEN_ORDERS,
        above=next((each.number for each in found if each.id == order.parent_id), ""),
        extensions=[_extension(each) for each in beside.extensions],
        questions=[_question(order, each) for each in beside.questions],
    )


def _recalled(beside: Beside) -> str:
    return name_of("recalled", beside.recalled) if beside.recalled else ""


def _extension(row: Extension) -> ExtensionView:
    return ExtensionView(
        row.count,
        row.working_days,
        row.reason,
        name_of("extension_status", row.status),
        moments.full(row.asked_at),
        moments.full(row.due_before),
        _full(row.due_after),
        row.note,
        to_decide=row.status == ExtensionStatus.ASKED,
    )


def _question(order: WorkOrder, row: InfoRequest) -> QuestionView:
    return QuestionView(
        row.id or 0,
        row.question,
        moments.full(row.asked_at),
        row.answer,
        _full(row.answered_at),
        to_answer=row.answered_at is None and order.status in OPEN_ORDERS,
    )


def _full(moment: datetime | None) -> str:
    return moments.full(moment) if moment else ""


def _masked(reply: Reply) -> Reply:
    """Return a copy whose free text hides numbers: a department may have written one."""
    copy = Reply(**reply.model_dump())
    for name in ("result", "unsolved_reason", "public_reply", "review_note"):
        setattr(copy, name, privacy.mask_text(getattr(reply, name)))
    return copy

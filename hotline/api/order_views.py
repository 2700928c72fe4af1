"""How an order is shown: to a department, and beside its ticket."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from dispatch import disclosure, reminders
from dispatch.beside import extensions, supervision
from dispatch.handling import info_requests, orders, recalls, replies, returns
from dispatch.models import Clock, Contact, Reply, Ticket, WorkOrder
from dispatch.requesters import additions
from dispatch.sealing import reach, readers
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.api import cluster_views
from hotline.api.clock_views import explained
from hotline.api.extension_views import info_out
from hotline.api.schemas import ClockOut, DepartmentOut
from hotline.api.schemas_extensions import ExtensionOut
from hotline.api.schemas_order_detail import OrderDetail
from hotline.api.schemas_orders import (
    AdditionOut,
    ContactOut,
    OrderSummary,
    ReminderOut,
    ReplyOut,
    ReturnOut,
)
from hotline.api.supervision_views import supervision_out
from hotline.core import privacy
from hotline.core.accounts import Actor
from knowledge import names
from knowledge.models import Department

_REPLY_KINDS = (ClockKind.REPLY_BY, ClockKind.RECTIFY_BY)


def order_summary(session: Session, order: WorkOrder) -> OrderSummary:
    """Return one line of an inbox."""
    ticket = orders.ticket_of(session, order)
    department = session.get_one(Department, order.department)
    found = _clocks(session, order)
    running = [clock for clock in found if not (clock.stopped_at or clock.waits_for)]
    return OrderSummary(
        number=order.number,
        status=order.status,
        role=order.role,
        version=order.version,
        department=DepartmentOut(code=department.code, name=department.name),
        ticket=ticket.number,
        title=disclosure.for_department(ticket, ticket.title),
        request_type=ticket.request_type,
        urgency=ticket.urgency,
        district=ticket.district,
        reminders=ticket.reminders,
        dispatched_at=order.dispatched_at,
        reply_by=next((each.due_at for each in running if each.kind in _REPLY_KINDS), None),
    )


def order_detail(session: Session, order: WorkOrder, *, reader: str = "") -> OrderDetail:
    """Return the order with all that its department needs, as the department `reader` sees it.

    What was said after the order was given back or taken back is not in it.
    """
    ticket, left_at = orders.ticket_of(session, order), orders.left_at(session, order)
    returned = returns.return_of(session, order)
    parent = session.get_one(WorkOrder, order.parent_id) if order.parent_id else None
    districts = names.district_names(session, [ticket.district])
    return OrderDetail(
        **order_summary(session, order).model_dump(),
        text=disclosure.for_department(ticket, ticket.text),
        requester=_requester(session, ticket),
        confidentiality=ticket.confidentiality,
        category=ticket.category,
        district_name=districts.get(ticket.district, ""),
        time_class=ticket.time_class,
        legal_basis=order.legal_basis,
        redone=ticket.redone,
        registered_at=ticket.created_at,
        clocks=explained(session, ticket, _clocks(session, order), ClockOut),
        reminded=_reminded(session, ticket, until=left_at) if reach.may_leave(ticket) else [],
        added=_added(session, ticket, until=left_at) if reach.may_leave(ticket) else [],
        contacts=[_contact_out(each) for each in orders.contacts_of(session, order)],
        replies=[reply_out(each) for each in _replies(session, ticket, order, reader)],
        returned=ReturnOut.model_validate(returned) if returned else None,
        note=order.note,
        binding=order.binding,
        recall_code=recalls.code_of(session, order),
        recall_reason=order.recall_reason,
        parent=parent.number if parent else None,
        joined=cluster_views.of_order(session, order),
        joined_total=cluster_views.count_of_order(session, order),
        extensions=[
            ExtensionOut.model_validate(each) for each in extensions.of_order(session, order)
        ],
        questions=[info_out(ticket, each) for each in info_requests.of_order(session, order)],
        supervisions=[
            supervision_out(session, each) for each in supervision.of_order(session, order)
        ],
    )


def readable(session: Session, order: WorkOrder, *, reader: Actor) -> OrderDetail:
    """Return the order for one look at it, with what was said even on a sealed ticket."""
    shown = order_detail(session, order, reader=reader.department)
    ticket = orders.ticket_of(session, order)
    text = disclosure.for_department(ticket, readers.words(session, ticket))
    left_at = orders.left_at(session, order)
    said = _reminded(session, ticket, until=left_at)
    added = _added(session, ticket, until=left_at)
    return shown.model_copy(update={"text": text, "reminded": said, "added": added})


def reply_out(reply: Reply) -> ReplyOut:
    """Return the reply; a number that somebody wrote into it is masked."""
    texts = ("result", "unsolved_reason", "public_reply", "review_note")
    masked = {name: privacy.mask_text(getattr(reply, name)) for name in texts}
    return ReplyOut.model_validate({**reply.model_dump(), **masked})


def _contact_out(contact: Contact) -> ContactOut:
    note = privacy.mask_text(contact.note)
    return ContactOut(at=contact.at, by=contact.by, reached=contact.reached, note=note)


def _clocks(session: Session, order: WorkOrder) -> list[Clock]:
    ticket = orders.ticket_of(session, order)
    mine = orders.subject(order)
    return [each for each in clocks.of_ticket(session, ticket) if each.subject == mine]


def _reminded(session: Session, ticket: Ticket, *, until: datetime | None) -> list[ReminderOut]:
    return [
        ReminderOut(
            at=each.at,
            text=disclosure.for_department(ticket, readers.reminder_words(session, ticket, each)),
        )
        for each in reminders.of_ticket(session, ticket)
        if until is None or each.at < until
    ]


def _added(session: Session, ticket: Ticket, *, until: datetime | None) -> list[AdditionOut]:
    return [
        AdditionOut(
            at=each.at,
            text=disclosure.for_department(ticket, additions.words(session, ticket, each)),
        )
        for each in additions.of_ticket(session, ticket)
        if until is None or each.at < until
    ]


def _replies(session: Session, ticket: Ticket, order: WorkOrder, reader: str) -> Sequence[Reply]:
    """Return what the same department answered on this ticket, in earlier rounds too.

    A draft that waits for its signature is that department's own.
    """
    inside = reader == order.department
    return [
        reply
        for each in orders.of_ticket(session, ticket)
        if each.department == order.department and each.round <= order.round
        for reply in replies.replies_of(session, each)
        if inside or not reply.awaits_signature
    ]


def _requester(session: Session, ticket: Ticket) -> str:
    return disclosure.requester(session, ticket) if disclosure.shows_requester(ticket) else ""

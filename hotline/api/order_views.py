"""How an order is shown: to a department, and beside its ticket."""

from collections.abc import Sequence

from sqlmodel import Session

from dispatch import clocks, disclosure, orders, reminders, replies, returns
from dispatch.models import Contact, Reply, Ticket, WorkOrder
from dispatch.terms import ClockKind
from hotline.api.schemas import ClockOut, DepartmentOut
from hotline.api.schemas_orders import (
    ContactOut,
    OrderDetail,
    OrderSummary,
    ReminderOut,
    ReplyOut,
    ReturnOut,
)
from hotline.core import privacy
from knowledge import names
from knowledge.models import Department
from telephony.models import Call

_REPLY_KINDS = (ClockKind.REPLY_BY, ClockKind.RECTIFY_BY)


def order_summary(session: Session, order: WorkOrder) -> OrderSummary:
    """Return one line of an inbox."""
    ticket = orders.ticket_of(session, order)
    department = session.get_one(Department, order.department)
    running = [clock for clock in _clocks(session, order) if clock.stopped_at is None]
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


def order_detail(session: Session, order: WorkOrder) -> OrderDetail:
    """Return the order with all that its department needs."""
    ticket = orders.ticket_of(session, order)
    returned = returns.return_of(session, order)
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
        clocks=_clocks(session, order),
        reminded=[
            ReminderOut(at=each.at, text=disclosure.for_department(ticket, each.text))
            for each in reminders.of_ticket(session, ticket)
        ],
        contacts=[_contact_out(each) for each in orders.contacts_of(session, order)],
        replies=[reply_out(each) for each in _replies(session, ticket, order)],
        returned=ReturnOut.model_validate(returned) if returned else None,
    )


def reply_out(reply: Reply) -> ReplyOut:
    """Return the reply; a number that somebody wrote into it is masked."""
    texts = ("result", "unsolved_reason", "public_reply", "review_note")
    masked = {name: privacy.mask_text(getattr(reply, name)) for name in texts}
    return ReplyOut.model_validate({**reply.model_dump(), **masked})


def _contact_out(contact: Contact) -> ContactOut:
    note = privacy.mask_text(contact.note)
    return ContactOut(at=contact.at, by=contact.by, reached=contact.reached, note=note)


def _clocks(session: Session, order: WorkOrder) -> list[ClockOut]:
    ticket = orders.ticket_of(session, order)
    mine = orders.subject(order)
    return [
        ClockOut.model_validate(each)
        for each in clocks.of_ticket(session, ticket)
        if each.subject == mine
    ]


def _replies(session: Session, ticket: Ticket, order: WorkOrder) -> Sequence[Reply]:
    """Return what the same department answered on this ticket, in earlier rounds too."""
    return [
        reply
        for each in orders.of_ticket(session, ticket)
        if each.department == order.department and each.round <= order.round
        for reply in replies.replies_of(session, each)
    ]


def _requester(session: Session, ticket: Ticket) -> str:
    call = session.get(Call, ticket.call_id) if ticket.call_id else None
    return call.caller_masked if call and disclosure.shows_requester(ticket) else ""

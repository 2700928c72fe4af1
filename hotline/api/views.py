"""How rows are shown: one function for each thing that has more than its own columns."""

from typing import Any

from sqlmodel import Session

from dispatch import disclosure, history, intake, reminders, tickets
from dispatch.callback import call_ratings, callback_record
from dispatch.handling import orders, recalls, replies, returns
from dispatch.models import Ticket, WorkOrder
from dispatch.requesters import additions
from dispatch.routing import explained as routing
from dispatch.sealing import reach, readers
from dispatch.timing import clocks
from hotline.api.beside_views import beside
from hotline.api.callback_views import callback_round
from hotline.api.clock_views import explained
from hotline.api.order_views import reply_out
from hotline.api.queue_views import facts, parties_of
from hotline.api.schemas import (
    CallOut,
    ClockOut,
    DepartmentOut,
    EventOut,
    TicketSummary,
)
from hotline.api.schemas_calls import CallDetail, UtteranceOut
from hotline.api.schemas_orders import AdditionOut, ReminderOut, ReturnOut
from hotline.api.schemas_tickets import OrderState, TicketDetail
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.clock import now
from knowledge.models import Department
from telephony import records, spoken
from telephony.models import Call


def ticket_detail(session: Session, ticket: Ticket, *, reader: Actor | None = None) -> TicketDetail:
    """Return the ticket with all that hangs on it and its reader may see.

    What was said on a sealed one is not in it: answers to writes are kept (`readable`).
    """
    summary = TicketSummary.model_validate(ticket).model_dump()
    proposal = intake.proposal_of(session, ticket)
    call = session.get(Call, ticket.call_id) if ticket.call_id else None
    rating = callback_record.rating_of(session, ticket)
    asked = callback_record.of_ticket(session, ticket)
    return TicketDetail(
        **summary,
        version=ticket.version,
        text=ticket.text,
        confidentiality=ticket.confidentiality,
        call=str(call.id) if call else None,
        line=call.line if call else "",
        requester=disclosure.requester(session, ticket),
        proposal=proposal.body if proposal else None,
        orders=[order_state(session, each) for each in orders.of_ticket(session, ticket)],
        clocks=explained(session, ticket, clocks.of_ticket(session, ticket), ClockOut),
        history=[
            EventOut.model_validate(each)
            for each in reach.told(session, reader, history.story(session, ticket))
        ],
        reminders=ticket.reminders,
        reminded=[
            ReminderOut.model_validate(each) for each in reminders.of_ticket(session, ticket)
        ],
        added=[AdditionOut.model_validate(each) for each in additions.of_ticket(session, ticket)],
        callbacks=[callback_round(session, each) for each in asked],
        rating=rating.satisfaction if rating else None,
        redone=ticket.redone,
        closing=ticket.closing,
        closed_at=ticket.closed_at,
        archived_at=ticket.archived_at,
        origin=ticket.origin,
        beside=beside(session, ticket, reader=reader),
    )


def readable(session: Session, ticket: Ticket, *, reader: Actor) -> TicketDetail:
    """Return the ticket for one look at it, with what was said even on a sealed one."""
    shown = ticket_detail(session, ticket, reader=reader)
    said = [
        ReminderOut(at=each.at, text=readers.reminder_words(session, ticket, each))
        for each in reminders.of_ticket(session, ticket)
    ]
    added = [
        AdditionOut(at=each.at, text=additions.words(session, ticket, each))
        for each in additions.of_ticket(session, ticket)
    ]
    update: dict[str, Any] = {
        "text": readers.words(session, ticket),
        "reminded": said,
        "added": added,
    }
    if shown.proposal:
        beside = routing.with_articles(session, ticket, shown.proposal, now=now())
        update["proposal"] = beside
    return shown.model_copy(update=update)


def order_state(session: Session, order: WorkOrder) -> OrderState:
    """Return a work order with its department's name, its newest reply and its return."""
    department = session.get_one(Department, order.department)
    reply, returned = replies.latest_reply(session, order), returns.return_of(session, order)
    return OrderState(
        number=order.number,
        status=order.status,
        role=order.role,
        department=DepartmentOut(code=department.code, name=department.name),
        dispatched_at=order.dispatched_at,
        dispatched_by=order.dispatched_by,
        legal_basis=order.legal_basis,
        version=order.version,
        round=order.round,
        parent=session.get_one(WorkOrder, order.parent_id).number if order.parent_id else None,
        binding=order.binding,
        note=order.note,
        recall_code=recalls.code_of(session, order),
        recall_reason=order.recall_reason,
        reply=reply_out(reply) if reply else None,
        returned=ReturnOut.model_validate(returned) if returned else None,
    )


def call_out(session: Session, call: Call) -> CallOut:
    """Return the call's record with its recording's state and its ticket.

    A call whose ticket its reader may not see is not shown at all (`reach.calls`).
    """
    recording = records.recording_of(session, call)
    ticket = tickets.of_call(session, call.id)
    return CallOut(
        id=str(call.id),
        status=call.status,
        caller=call.caller_masked,
        line=call.line,
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        end_reason=call.end_reason,
        recording=recording.status if recording else "",
        seconds=recording.seconds if recording else 0.0,
        ticket=ticket.number if ticket else None,
    )


def call_detail(session: Session, call: Call) -> CallDetail:
    """Return the call with its agent and rating, what was said, masked, and its history."""
    rated, said = call_ratings.of_call(session, call.id), spoken.lines(session, call)
    return CallDetail(
        **call_out(session, call).model_dump(),
        agent=call.agent or None,
        rating=rated.satisfaction if rated else None,
        direction=call.direction,
        queue=facts(session, call, now=now()),
        parties=parties_of(session, call),
        transcript=[each.text for each in said],
        utterances=[UtteranceOut.model_validate(each) for each in said],
        history=[
            EventOut.model_validate(each)
            for each in events.history(session, records.chain(call.id))
        ],
    )

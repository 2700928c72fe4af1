"""How a callback is shown: beside its ticket, and to whoever makes it."""

from sqlmodel import Session

from dispatch import disclosure
from dispatch.callback import callback_record
from dispatch.handling import orders, replies
from dispatch.models import Callback, Ticket
from dispatch.sealing import readers
from hotline.api.order_views import reply_out
from hotline.api.schemas_callbacks import AttemptOut, CallbackDetail, CallbackOut, CallbackRound


def callback_round(session: Session, callback: Callback) -> CallbackRound:
    """Return the callback with every attempt."""
    tried = callback_record.attempts_of(session, callback)
    return CallbackRound(
        **callback.model_dump(), tried=[AttemptOut.model_validate(each) for each in tried]
    )


def callback_out(session: Session, callback: Callback) -> CallbackOut:
    """Return one line of the list of callbacks that people make."""
    ticket = session.get_one(Ticket, callback.ticket_id)
    return CallbackOut(
        **callback_round(session, callback).model_dump(),
        ticket=ticket.number,
        title=ticket.title,
        request_type=ticket.request_type,
        requester=disclosure.requester(session, ticket),
    )


def readable(session: Session, callback: Callback) -> CallbackDetail:
    """Return the callback for one look at it, with what was said even on a sealed ticket."""
    ticket = session.get_one(Ticket, callback.ticket_id)
    words = readers.words(session, ticket)
    return callback_detail(session, callback).model_copy(update={"text": words})


def callback_detail(session: Session, callback: Callback) -> CallbackDetail:
    """Return the callback with what was asked for and what was answered."""
    ticket = session.get_one(Ticket, callback.ticket_id)
    answered = [
        reply
        for order in orders.of_ticket(session, ticket)
        if order.round == callback.round - 1 and order.parent_id is None
        for reply in [replies.latest_reply(session, order)]
        if reply
    ]
    return CallbackDetail(
        **callback_out(session, callback).model_dump(),
        text=ticket.text,
        redone=ticket.redone,
        replies=[reply_out(each) for each in answered],
    )

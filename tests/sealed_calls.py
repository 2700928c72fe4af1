"""A call for a ticket, in each way in which one can be for it."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.models import Callback, CallbackAttempt, Reminder, Ticket
from dispatch.relaying.models_relays import Relay
from hotline.core.accounts import MACHINE
from telephony.models import Call
from tests.factories import create_ended_call

WAYS = ("made", "reminded", "called back", "relayed")


def create(session: Session, ticket: Ticket, came: str, *, now: datetime) -> Call:
    """Return a call that was for the ticket in this one of `WAYS`."""
    call, id = create_ended_call(session, now=now), ticket.id or 0
    if came == "made":
        ticket.call_id = call.id
    elif came == "reminded":
        session.add(Reminder(ticket_id=id, call_id=call.id, at=now, text="", sealed_text=b""))
    elif came == "called back":
        planned: Any = {"round": 1, "mode": "voice", "status": "planned", "planned_for": now}
        callback = Callback(ticket_id=id, **planned)
        session.add(callback)
        session.flush()
        tried: Any = {"attempt": 1, "at": now, "call_id": call.id, "by": "x"}
        session.add(CallbackAttempt(callback_id=callback.id or 0, **tried))
    else:
        relayed(session, ticket, call, now=now)
    session.flush()
    return call


def relayed(session: Session, ticket: Ticket, call: Call, *, now: datetime) -> None:
    """Have the call be one that a department asked for."""
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)
    (order,) = orders.of_ticket(session, ticket)
    asked: Any = {"count": 1, "sealed_office": b"", "asked_at": now, "asked_by": "x"}
    session.add(Relay(order_id=order.id or 0, call_id=call.id, **asked))

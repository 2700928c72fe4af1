"""话后小结: what a call came to, as far as its rows say; the agent has the last word."""

import uuid

from sqlmodel import Session

from dispatch import reminders, tickets
from dispatch.states import TicketStatus


def code_of(session: Session, call_id: str) -> str:
    """Return the wrap-up code that the call's ticket or reminder speaks for; empty for neither."""
    made = tickets.of_call(session, uuid.UUID(call_id))
    if made:
        return "answered" if made.status == TicketStatus.CLOSED else "registered"
    return "reminded" if reminders.of_call(session, uuid.UUID(call_id)) else ""

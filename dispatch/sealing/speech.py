"""No recogniser elsewhere hears what a confidential (举报, 保密) or sealed ticket was about."""

import uuid

from sqlmodel import Session, col, or_, select

from dispatch.models import Confidentiality, Reminder, Ticket
from dispatch.terms import RequestType


def stays_here(session: Session, call_id: uuid.UUID) -> bool:
    """Return whether the call's sound may go to no recogniser outside the site.

    A machine's call has no ticket before it was written down: what nobody knows of yet, this
    can't tell (docs/decisions/sealed-matters.md).
    """
    reminded = select(Reminder.ticket_id).where(Reminder.call_id == call_id)
    found = select(Ticket.id).where(
        or_(col(Ticket.call_id) == call_id, col(Ticket.id).in_(reminded)),
        or_(
            col(Ticket.confidentiality).in_((Confidentiality.CONFIDENTIAL, Confidentiality.SEALED)),
            col(Ticket.request_type) == RequestType.REPORT,
        ),
    )
    return session.exec(found).first() is not None

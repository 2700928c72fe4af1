"""办理经过: one event for each change of a ticket or its orders, in the ticket's own chain."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session

from dispatch.models import Confidentiality, Ticket
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.db import after_commit
from hotline.core.events import Audience, Event, EventType

log = structlog.get_logger()


def chain(ticket: Ticket) -> str:
    """Return the name of the ticket's chain of events."""
    return f"ticket:{ticket.number}"


def record(
    session: Session,
    ticket: Ticket,
    type: EventType,
    *,
    actor: Actor,
    now: datetime,
    audience: Audience = Audience.DEPARTMENT,
    **refs: Any,
) -> Event:
    """Add an event to the ticket's history and count the ticket's version up."""
    ticket.version += 1
    ticket.updated_at = now
    session.add(ticket)
    if ticket.confidentiality != Confidentiality.SEALED:  # no line of the log names a sealed one
        after_commit(session, lambda: log.info(type.value, ticket=ticket.number, **refs))
    return events.append(
        session,
        type,
        chain=chain(ticket),
        actor=str(actor),
        now=now,
        audience=audience,
        ticket=ticket.number,
        **refs,
    )


def story(session: Session, ticket: Ticket) -> Sequence[Event]:
    """Return all that happened to the ticket, oldest first."""
    return events.history(session, chain(ticket))

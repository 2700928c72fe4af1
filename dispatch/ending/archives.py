"""归档: retention, not status; what is archived is read, never worked on again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.models import Ticket
from hotline.core.accounts import MACHINE, Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict
from hotline.core.events import Audience, EventType

BATCH = 200


def archive(
    session: Session, ticket: Ticket, *, after: timedelta, actor: Actor, now: datetime
) -> Ticket:
    """归档: put away a ticket whose end lies `after` back; until then it can be done again.

    A ticket handed over is at its end once the receiver has acknowledged it.
    """
    if ticket.archived_at:
        raise Conflict(f"Ticket {ticket.number} is archived.", remedy="Nothing is left to do.")
    if ticket.closed_at is None:
        raise Conflict(
            f"Ticket {ticket.number} is not at its end.",
            remedy="Close it; a hand-over must be acknowledged first.",
        )
    if ticket.closed_at + after > now:
        first = beijing_day(ticket.closed_at + after)
        raise Conflict(
            f"Ticket {ticket.number} may still be reopened.", remedy=f"Archive it after {first}."
        )
    ticket.archived_at = now
    archived = EventType.TICKET_ARCHIVED
    history.record(session, ticket, archived, actor=actor, now=now, audience=Audience.INTERNAL)
    return ticket


def archive_due(
    session: Session, *, after: timedelta, now: datetime, limit: int = BATCH
) -> Sequence[Ticket]:
    """Archive the tickets whose end lies that far back, the oldest first, and return them."""
    due = session.exec(
        select(Ticket)
        .where(col(Ticket.archived_at).is_(None), col(Ticket.closed_at) <= now - after)
        .order_by(col(Ticket.closed_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for ticket in due:
        archive(session, ticket, after=after, actor=MACHINE, now=now)
    return due

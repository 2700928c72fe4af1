"""同看: who has the same ticket before them, told by a short heartbeat of each open page.

In PostgreSQL, beside the ticket: Redis may be wiped at any moment, and one small row a reader that
is replaced in place costs nothing (docs/decisions/drafts-and-company.md).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from dispatch.drafting.models_drafts import TicketCompany
from dispatch.models import Ticket
from dispatch.sealing import reach
from hotline.core.accounts import Actor
from hotline.core.errors import NotFound

BEAT = timedelta(seconds=20)
GONE_AFTER = timedelta(seconds=50)  # two beats may be lost on a weak line


def ticket_of(session: Session, number: str, reader: Actor) -> Ticket:
    """Return the ticket; raise NotFound for one out of reach. That a page beats is no new look."""
    mine = select(Ticket).where(Ticket.number == number, reach.visible(reader))
    ticket = session.exec(mine).first()
    if ticket is None:
        raise NotFound(f"There is no ticket {number!r}.", remedy="Check the number.")
    return ticket


def stay(session: Session, ticket: Ticket, actor: Actor, *, now: datetime) -> None:
    """Say that the actor is on the ticket; whoever was away for long begins anew."""
    row = insert(TicketCompany).values(ticket_id=ticket.id, who=str(actor), since=now, seen_at=now)
    was_away = col(TicketCompany.seen_at) < now - GONE_AFTER
    since = case((was_away, now), else_=col(TicketCompany.since))
    told = {"since": since, "seen_at": now}
    session.execute(row.on_conflict_do_update(index_elements=["ticket_id", "who"], set_=told))


def leave(session: Session, ticket: Ticket, actor: Actor) -> None:
    """Say that the actor has left the ticket."""
    gone = delete(TicketCompany).where(col(TicketCompany.ticket_id) == ticket.id)
    session.execute(gone.where(col(TicketCompany.who) == str(actor)))


def others(
    session: Session, ticket: Ticket, actor: Actor, *, now: datetime
) -> Sequence[TicketCompany]:
    """Return who else is on the ticket, who came first before the rest."""
    there = select(TicketCompany).where(
        TicketCompany.ticket_id == ticket.id,
        TicketCompany.who != str(actor),
        col(TicketCompany.seen_at) >= now - GONE_AFTER,
    )
    return session.exec(there.order_by(col(TicketCompany.since), col(TicketCompany.who))).all()


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the rows of those who went long ago."""
    session.execute(delete(TicketCompany).where(col(TicketCompany.seen_at) < now - 9 * GONE_AFTER))

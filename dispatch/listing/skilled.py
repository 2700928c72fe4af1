"""需懂藏语: tickets that only somebody with a skill can read, before anybody has sent them."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from dispatch.listing.conditions import wants
from dispatch.models import Ticket
from dispatch.routing.doubtful import TIBETAN_SKILL
from dispatch.sealing import reach
from dispatch.states import TicketStatus
from hotline.core.accounts import Actor
from telephony.acd.skills import Breadth, fits
from telephony.models import Seat


def reads(session: Session, reader: Actor) -> str:
    """Return the skill by which tickets may wait for this reader; empty for none."""
    seat = session.exec(select(Seat).where(Seat.username == reader.name)).first()
    able = seat is not None and fits(seat.skills, TIBETAN_SKILL, "", Breadth.LANGUAGE)
    return TIBETAN_SKILL if able else ""


def waiting(session: Session, reader: Actor, *, limit: int) -> Sequence[Ticket]:
    """Return what waits to be read by who has the reader's skill, the longest first."""
    skill = reads(session, reader)
    if not skill:
        return ()
    return session.exec(
        select(Ticket)
        .where(wants(skill), Ticket.status == TicketStatus.REGISTERED, reach.visible(reader))
        .order_by(col(Ticket.created_at), col(Ticket.id))
        .limit(limit)
    ).all()

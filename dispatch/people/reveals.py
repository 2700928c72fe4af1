"""查看诉求人: a reason first, then one look within a minute; each is an event of the ticket."""

from datetime import datetime

from sqlmodel import Session

from dispatch import history
from dispatch.models import Ticket
from dispatch.people import whose
from hotline.core import events, views_once
from hotline.core.accounts import Actor
from hotline.core.events import EventType
from hotline.core.privacy import Identity
from hotline.core.views_once import View


def ask(session: Session, ticket: Ticket, *, reason: str, actor: Actor, now: datetime) -> View:
    """Return a view of who asked that can be used once; raise Invalid without a reason."""
    person = whose.requester(session, ticket)
    return views_once.grant(
        session, person, subject=ticket.number, actor=actor, reason=reason, now=now
    )


def look(session: Session, ticket: Ticket, token: str, *, actor: Actor, now: datetime) -> Identity:
    """Return who asked, and keep that the actor saw it; raise NotFound for a view that is over."""
    identity = views_once.look(session, token, subject=ticket.number, actor=actor, now=now)
    tell(session, ticket, EventType.IDENTITY_REVEALED, actor=actor, now=now)
    return identity


def tell(session: Session, ticket: Ticket, type: EventType, *, actor: Actor, now: datetime) -> None:
    """Add an event that leaves the ticket's version: whoever has its page open is up to date."""
    chain = history.chain(ticket)
    events.append(session, type, chain=chain, actor=str(actor), now=now, ticket=ticket.number)

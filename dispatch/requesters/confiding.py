"""请求保密: the requester asks that the departments no longer see who they are.

The ticket becomes what a 举报 always is, with all that this takes from its own page too.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from dispatch import history, reminders
from dispatch.beside.models_beside import ClusterMember
from dispatch.models import Confidentiality, Ticket
from dispatch.requesters.requester import REQUESTER
from hotline.core.errors import Conflict
from hotline.core.events import Audience, EventType

_RAISED = (Confidentiality.PUBLIC, Confidentiality.INTERNAL)


def may_ask(session: Session, ticket: Ticket) -> bool:
    """Return whether the page offers it: while somebody works on a ticket that stands alone."""
    return (
        ticket.status in reminders.OPEN
        and ticket.confidentiality in _RAISED
        and not _is_merged(session, ticket)
    )


def keep_secret(session: Session, ticket: Ticket, *, now: datetime) -> Ticket:
    """保密: from now on no department sees the requester; one that is confidential stays so.

    What was split off from it and is still worked on tells of the same person, and follows it.
    The ticket is locked. Raises Conflict for one that is over, and for one merged with others,
    whose answers would tell of it: an agent unmerges it first.
    """
    if ticket.confidentiality == Confidentiality.CONFIDENTIAL:
        return ticket
    if not may_ask(session, ticket):
        raise Conflict(f"Ticket {ticket.number} can't be made so now.", remedy="Dial 12345.")
    _raise(session, ticket, now=now)
    parts = select(Ticket).where(Ticket.split_from_id == ticket.id).order_by(col(Ticket.id))
    for part in session.exec(parts.with_for_update()).all():
        if may_ask(session, part):
            _raise(session, part, now=now)
    return ticket


def _raise(session: Session, ticket: Ticket, *, now: datetime) -> None:
    ticket.confidentiality = Confidentiality.CONFIDENTIAL
    kind, caller = EventType.TICKET_MADE_CONFIDENTIAL, Audience.CALLER
    history.record(session, ticket, kind, actor=REQUESTER, now=now, audience=caller)


def _is_merged(session: Session, ticket: Ticket) -> bool:
    member = select(ClusterMember.id).where(
        ClusterMember.ticket_id == ticket.id, col(ClusterMember.left_at).is_(None)
    )
    return session.exec(member).first() is not None

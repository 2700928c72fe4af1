"""回访记录: what was tried, and what the requester expressed; reads only."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from dispatch.models import Callback, CallbackAttempt, Rating, Ticket


def attempts_of(session: Session, callback: Callback) -> Sequence[CallbackAttempt]:
    """Return every attempt to reach the requester, oldest first."""
    return session.exec(
        select(CallbackAttempt)
        .where(CallbackAttempt.callback_id == callback.id)
        .order_by(col(CallbackAttempt.attempt))
    ).all()


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Callback]:
    """Return the ticket's callbacks, one a round, oldest first."""
    return session.exec(
        select(Callback).where(Callback.ticket_id == ticket.id).order_by(col(Callback.round))
    ).all()


def rating_of(session: Session, ticket: Ticket) -> Rating | None:
    """Return what the requester expressed when last asked how the ticket was handled.

    Who was asked again and said nothing leaves none, whatever they had said before. A rating that
    came with another system's ticket stands until they are asked here.
    """
    asked = session.exec(
        select(Callback.id)
        .where(Callback.ticket_id == ticket.id, col(Callback.finished_at).is_not(None))
        .order_by(col(Callback.round).desc())
        .limit(1)
    ).first()
    mine = select(Rating).where(Rating.ticket_id == ticket.id, Rating.callback_id == asked)
    return session.exec(mine.order_by(col(Rating.id).desc()).limit(1)).first()

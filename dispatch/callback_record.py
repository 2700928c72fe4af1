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
    """Return the newest rating that the requester expressed of how the ticket was handled."""
    return session.exec(
        select(Rating).where(Rating.ticket_id == ticket.id).order_by(col(Rating.id).desc()).limit(1)
    ).first()

"""回访记录: what was tried, and what the requester expressed; reads only."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.callback import callback_plan
from dispatch.models import Callback, CallbackAttempt, Rating, Ticket
from hotline.core.accounts import MACHINE


def attempts_of(session: Session, callback: Callback) -> Sequence[CallbackAttempt]:
    """Return every attempt to reach the requester, oldest first."""
    return session.exec(
        select(CallbackAttempt)
        .where(CallbackAttempt.callback_id == callback.id)
        .order_by(col(CallbackAttempt.attempt))
    ).all()


def counted(
    session: Session, callback: Callback, ticket: Ticket, uncounted: Collection[str]
) -> list[datetime]:
    """Return when the attempts were made that count towards 无法联系, oldest first.

    None of the outcomes `uncounted` does. A person's counts by the rule by which the machine plans
    its own: on a later day and in another part of it than the one before (domain.md 2.7).
    """
    found: list[datetime] = []
    for each in attempts_of(session, callback):
        if each.outcome in uncounted:
            continue
        planned = each.by == str(MACHINE) or not found
        if planned or callback_plan.is_another(session, ticket, last=found[-1], at=each.at):
            found.append(each.at)
    return found


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

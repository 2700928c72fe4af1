"""差评件: opened by a bad rating whatever way it came, moved on by what happens to its ticket.

The matter is done again at once; whether the rating is true is judged beside (差评核实).
"""

from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.models import Rating, Ticket, WorkOrder
from dispatch.ratings import telling, terms
from dispatch.ratings.models_ratings import BadRating
from dispatch.ratings.stages import MOVABLE, Stage, Step, after
from dispatch.states import OrderStatus


def open_for(
    session: Session, rating: Rating, ticket: Ticket, round: int, *, now: datetime
) -> BadRating:
    """Open the rating's case, with its limits, and tell who is to know; the ticket is locked.

    The event is the callback's own.
    """
    session.flush()
    bad = BadRating(
        rating_id=rating.id or 0,
        ticket_id=ticket.id or 0,
        department=_answered_by(session, ticket, before=round),
        round=round,
        stage=Stage.RECTIFYING,
        opened_at=now,
        verify_by=terms.due_at(session, ticket, "verify_by", now=now),
        appeal_by=terms.due_at(session, ticket, "appeal_by", now=now),
    )
    session.add(bad)
    session.flush()
    telling.opened(session, bad, ticket, now=now)
    return bad


def move_on(session: Session, ticket: Ticket, step: Step, *, now: datetime) -> None:
    """Take the step with every case of the ticket that it moves; the ticket is locked."""
    found = select(BadRating).where(
        BadRating.ticket_id == ticket.id, col(BadRating.stage).in_(MOVABLE)
    )
    for bad in session.exec(found.with_for_update()).all():
        stage = after(Stage(bad.stage), step)
        if stage != bad.stage:
            bad.stage = stage
            _date(bad, stage, now)
            bad.version += 1
            session.add(bad)


def _date(bad: BadRating, stage: Stage, now: datetime) -> None:
    if stage is Stage.ANSWERED:
        bad.answered_at = now
    elif stage is Stage.ASKED_AGAIN:
        bad.asked_again_at, bad.ended_at = now, None
    else:
        bad.ended_at = now


def _answered_by(session: Session, ticket: Ticket, *, before: int) -> str:
    """Return the department whose answer was rated, and which was just asked to rectify it.

    Where an agent has the ticket now, it is whose answer came last; a merged ticket's is the one
    that led for it.
    """
    mine = select(WorkOrder.department).where(
        WorkOrder.ticket_id == ticket.id, col(WorkOrder.parent_id).is_(None)
    )
    again = mine.where(WorkOrder.round == ticket.redone)
    done = mine.where(WorkOrder.status == OrderStatus.COMPLETED, WorkOrder.round < before)
    lead_first = (col(WorkOrder.role).desc(), col(WorkOrder.id).desc())
    asked = session.exec(again.order_by(*lead_first)).first()
    if asked:
        return asked
    return session.exec(done.order_by(col(WorkOrder.round).desc(), *lead_first)).first() or ""

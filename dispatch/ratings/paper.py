"""纸质补录: what a requester filled in on paper, taken down by staff, who stand beside it."""

from datetime import date, datetime

from sqlmodel import Session, col, func, select

from dispatch.models import Rating, Reply, Ticket, WorkOrder
from dispatch.ratings import concerned, contents
from dispatch.requesters import ratings
from dispatch.requesters.ratings import Judgement
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Invalid, NotAllowed

VIA = "paper"


def enter(
    session: Session,
    ticket: Ticket,
    said: Judgement,
    filled_in_on: date,
    *,
    actor: Actor,
    now: datetime,
) -> Rating:
    """补录: keep the rating as the callback's answer, by the same rules as the requester's own.

    The ticket is locked. Raises Conflict where there is nothing to rate, Invalid for a day on
    which this round's answer was not there yet or that has not come, NotAllowed for who handled
    the matter.
    """
    if str(actor) in concerned.handlers(session, [ticket.id or 0]).get(ticket.id or 0, set()):
        raise NotAllowed("You handled this matter.", remedy="Let somebody else enter the paper.")
    _require_day(_answered_on(session, ticket), filled_in_on, beijing_day(now))
    rating = ratings.rate(session, ticket, said, actor=actor, via=VIA, now=now)
    row = contents.row_of(session, rating)
    row.entered_by, row.filled_in_on = row.entered_by or str(actor), filled_in_on
    session.add(row)
    return rating


def _answered_on(session: Session, ticket: Ticket) -> date:
    """Return the day of the newest answer that passed review, of which the callback asks."""
    reviewed = session.exec(
        select(func.max(col(Reply.reviewed_at)))
        .join(WorkOrder, col(WorkOrder.id) == Reply.order_id)
        .where(WorkOrder.ticket_id == ticket.id)
    ).one()
    return beijing_day(reviewed or ticket.created_at)


def _require_day(answered: date, day: date, today: date) -> None:
    if not answered <= day <= today:
        raise Invalid(
            "The paper was not filled in on that day.",
            remedy="Take the day written on it, not before the answer and not after today.",
        )

"""纸质补录: what a requester filled in on paper, taken down by staff, who stand beside it."""

from datetime import date, datetime

from sqlmodel import Session

from dispatch.models import Rating, Ticket
from dispatch.ratings import contents
from dispatch.requesters import ratings
from dispatch.requesters.ratings import Judgement
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Invalid

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
    which the answer was not there yet or that has not come.
    """
    begins = beijing_day(ticket.created_at)
    if not begins <= filled_in_on <= beijing_day(now):
        raise Invalid(
            "The paper was not filled in on that day.",
            remedy="Take the day written on it, not before the ticket and not after today.",
        )
    rating = ratings.rate(session, ticket, said, actor=actor, via=VIA, now=now)
    row = contents.row_of(session, rating)
    row.entered_by, row.filled_in_on = row.entered_by or str(actor), filled_in_on
    session.add(row)
    return rating

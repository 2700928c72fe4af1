"""可否挂账: what a suspension must say before a ticket may wait."""

from calendar import monthrange
from datetime import date, datetime

from sqlmodel import Session, select

from dispatch.handling import orders
from dispatch.models import Ticket
from dispatch.states import OrderStatus, TicketStatus
from hotline.core import privacy
from hotline.core.accounts import Account
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid
from hotline.core.settings import settings
from knowledge.models import Department

UNANSWERED = (OrderStatus.DISPATCHED, OrderStatus.ACCEPTED)


def check(
    session: Session,
    ticket: Ticket,
    owner: str,
    review_on: date,
    public_reason: str,
    *,
    now: datetime,
) -> None:
    """Raise Conflict when nothing of the ticket can wait, Invalid for what it must not say."""
    _require_unanswered(session, ticket)
    known = (
        session.get(Department, owner)
        or session.exec(select(Account.id).where(Account.username == owner)).first()
    )
    if not known:
        raise Invalid(
            f"{owner!r} can't own a suspension.",
            remedy="Name a department by its code, or an account.",
        )
    today = beijing_day(now)
    latest = months_after(today, settings().suspension_months)
    if not today < review_on <= latest:
        raise Invalid(
            f"A review on {review_on} is not possible.",
            remedy=f"Choose a day from tomorrow to {latest}.",
        )
    _require_public(public_reason.strip())


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, the month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _require_public(reason: str) -> None:
    if not reason:
        raise Invalid("It has no public reason.", remedy="Say what the caller may know.")
    if privacy.mask_text(reason) != reason:
        raise Invalid(
            "The public reason holds what looks like a person's number.",
            remedy="Leave numbers out: everybody may read it.",
        )


def _require_unanswered(session: Session, ticket: Ticket) -> None:
    if ticket.status != TicketStatus.DISPATCHED:
        raise Conflict(
            f"A ticket that is {ticket.status} can't be suspended.",
            remedy="Only one that a department is handling can wait.",
        )
    shares = orders.of_ticket(session, ticket)
    if not any(each.status in UNANSWERED for each in shares):
        raise Conflict(
            f"Every order of ticket {ticket.number} is answered.", remedy="Review the replies."
        )

"""What runs late here: who must act is reminded, then told that it is late, then 督办机构 is told.

Each threshold of each thing is told once (`staff_notice` is unique by recipient and about); a
sweep that died between two of them goes on where it stopped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy import select as columns
from sqlmodel import Session, col, func

from dispatch.models import Ticket
from dispatch.notices import staff_notices
from dispatch.notices.models_notices import StaffNotice
from dispatch.notices.staff_notices import Owed
from dispatch.ratings import telling, terms
from dispatch.ratings.call_stages import State
from dispatch.ratings.models_call_ratings import BadCallRating
from dispatch.ratings.models_ratings import BadRating, RatingAppeal
from dispatch.ratings.telling import Says
from dispatch.timing.escalation import Card, Owner, Tier, recipient

AT_ONCE = 500  # of one kind and threshold in a sweep; the next finds the next


@dataclass(frozen=True, slots=True)
class Threshold:
    """From when on before or after the limit whom is told, and by which card."""

    name: str
    after: timedelta
    tier: Tier
    card: Card


@dataclass(frozen=True, slots=True)
class Waiting:
    """A kind of what waits: its name, what its notice says, and its rows.

    The rows' columns: what it is called in notices, district, ticket's number, limit.
    """

    name: str
    says: Says
    rows: Select[str, datetime]
    about: ColumnElement[str]
    district: Any
    due: Any


def remind(session: Session, *, now: datetime) -> int:
    """Owe what has come due since the last sweep; return how many notices that were."""
    owed = [
        each
        for waiting in (_verifying(), _deciding(), _calls())
        for threshold in _thresholds()
        for each in _untold(session, waiting, threshold, now)
    ]
    staff_notices.owe(session, owed, now=now)
    return len(owed)


def _thresholds() -> tuple[Threshold, ...]:
    before = timedelta(hours=terms.number("warn_hours"))
    after = timedelta(hours=terms.number("escalate_hours"))
    return (
        Threshold("soon", -before, Tier.LEADER, Card.YELLOW),
        Threshold("late", timedelta(), Tier.LEADER, Card.RED),
        Threshold("escalated", after, Tier.SUPERVISION, Card.RED),
    )


def _untold(
    session: Session, waiting: Waiting, threshold: Threshold, now: datetime
) -> Iterator[Owed]:
    """Yield a notice for each whose limit passed the threshold and whose keeper was not told.

    What is late already is not said to be late soon.
    """
    about = func.concat(waiting.about, f":{waiting.name}:", threshold.name)
    to = func.concat(recipient(threshold.tier, Owner("")), waiting.district)
    told = columns(col(StaffNotice.id)).where(
        col(StaffNotice.recipient) == to, col(StaffNotice.about) == about
    )
    found = waiting.rows.add_columns(about, to).where(
        waiting.due < now - threshold.after, ~told.exists()
    )
    if threshold.after < timedelta():
        found = found.where(waiting.due >= now)
    first = found.order_by(waiting.due, waiting.about).limit(AT_ONCE)
    for number, due, name, whom in session.execute(first):
        yield telling.made(name, whom, waiting.says, card=threshold.card, ticket=number, due=due)


def _verifying() -> Waiting:
    due = col(BadRating.verify_by)
    rows = columns(col(Ticket.number), due).join(BadRating, col(BadRating.ticket_id) == Ticket.id)
    about = func.concat("bad_rating:", BadRating.id)
    return Waiting(
        "verify",
        Says.VERIFY,
        rows.where(col(BadRating.verdict) == ""),
        about,
        col(Ticket.district),
        due,
    )


def _deciding() -> Waiting:
    due = col(RatingAppeal.decide_by)
    rows = columns(col(Ticket.number), due).join(
        RatingAppeal, col(RatingAppeal.ticket_id) == Ticket.id
    )
    about = func.concat("bad_rating:", RatingAppeal.bad_rating_id)
    return Waiting(
        "appeal",
        Says.APPEALED,
        rows.where(col(RatingAppeal.decided_at).is_(None)),
        about,
        col(Ticket.district),
        due,
    )


def _calls() -> Waiting:
    """Each of the two limits of a case has its own thresholds: by state."""
    due, state = col(BadCallRating.due_at), col(BadCallRating.state)
    rows = columns(func.concat("").label("number"), due).where(state != State.CLOSED)
    about = func.concat("bad_call_rating:", BadCallRating.id, ":", state)
    return Waiting("call", Says.CALL, rows, about, col(BadCallRating.district), due)

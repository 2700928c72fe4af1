"""Whom of the staff the room tells what: once each, by codes, through `staff_notices`."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.notices import staff_notices
from dispatch.notices.staff_inbox import PERSON
from dispatch.notices.staff_notices import Owed
from dispatch.ratings.models_call_ratings import BadCallRating
from dispatch.ratings.models_ratings import BadRating, RatingAlert, RatingAppeal
from dispatch.timing.escalation import Card, Owner, Tier, recipient


class Says(StrEnum):
    """What a notice of the room says."""

    OPENED = "rating_opened"  # to the department: its answer was rated badly
    VERIFY = "rating_verify"  # 待核实
    APPEALED = "rating_appealed"  # 申诉待裁定
    DECIDED = "rating_appeal_decided"
    ALERT = "rating_alert"  # 预警归您处置
    CALL = "call_rating"  # 来电差评


def opened(session: Session, bad: BadRating, ticket: Ticket, *, now: datetime) -> None:
    """Tell the department of it, and the team lead that it is to be verified."""
    about, number = f"bad_rating:{bad.id}", ticket.number
    lead = lead_of(ticket.district)
    owed = [made(f"{about}:verify", lead, Says.VERIFY, ticket=number, due=bad.verify_by)]
    if bad.department:
        department = recipient(Tier.ANSWERABLE, Owner(ticket.district, bad.department))
        owed.append(
            made(f"{about}:opened", department, Says.OPENED, ticket=number, due=bad.appeal_by)
        )
    staff_notices.owe(session, owed, now=now)


def appealed(
    session: Session, bad: BadRating, row: RatingAppeal, ticket: Ticket, *, now: datetime
) -> None:
    """Tell who decides on it, and who verified the rating."""
    told = [lead_of(ticket.district), *_people(bad.verified_by)]
    about = f"bad_rating:{bad.id}:appealed"
    _tell(session, about, told, Says.APPEALED, ticket=ticket.number, due=row.decide_by, now=now)


def decided(session: Session, bad: BadRating, ticket: Ticket, *, now: datetime) -> None:
    """Tell the department and who verified the rating that its appeal is decided."""
    department = recipient(Tier.ANSWERABLE, Owner(ticket.district, bad.department))
    about = f"bad_rating:{bad.id}:decided"
    told = [department, *_people(bad.verified_by)]
    _tell(session, about, told, Says.DECIDED, ticket=ticket.number, now=now)


def owned(session: Session, alert: RatingAlert, *, now: datetime) -> None:
    """Tell an alert's owner that it is theirs; again, when it comes back to them."""
    about = f"rating_alert:{alert.id}:owner:{alert.version}"
    _tell(session, about, _people(alert.owner), Says.ALERT, now=now)


def call_opened(session: Session, case: BadCallRating, *, now: datetime) -> None:
    """Tell the team lead that a call was rated badly."""
    about = f"bad_call_rating:{case.id}:open"
    _tell(session, about, [lead_of(case.district)], Says.CALL, due=case.due_at, now=now)


def lead_of(district: str) -> str:
    """Return the code of the hotline's team leads there."""
    return recipient(Tier.LEADER, Owner(district))


def made(
    about: str,
    to: str,
    says: Says,
    *,
    card: Card = Card.YELLOW,
    ticket: str = "",
    due: datetime | None = None,
) -> Owed:
    """Return the notice."""
    return Owed(about, to, card, says, ticket, "", "", due)


def _people(*names: str) -> list[str]:
    return [f"{PERSON}{name}" for name in names if name]


def _tell(
    session: Session,
    about: str,
    told: Iterable[str],
    says: Says,
    *,
    ticket: str = "",
    due: datetime | None = None,
    now: datetime,
) -> None:
    session.flush()
    owed = [made(about, each, says, ticket=ticket, due=due) for each in told]
    staff_notices.owe(session, owed, now=now)

"""法定保留: what a court, an audit or a dispute still needs is not erased."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.models import Ticket
from dispatch.people import reveals, whose
from dispatch.people.models_people import PersonHold
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType
from hotline.core.privacy import Person, mask_text


def present(session: Session, person: Person) -> PersonHold | None:
    """Return the hold against erasing this person's data, if there is one."""
    return session.exec(
        select(PersonHold).where(
            PersonHold.person_id == person.id, col(PersonHold.lifted_at).is_(None)
        )
    ).first()


def of_person(session: Session, person: Person) -> Sequence[PersonHold]:
    """Return every hold that there was, oldest first."""
    rows = select(PersonHold).where(PersonHold.person_id == person.id)
    return session.exec(rows.order_by(col(PersonHold.id))).all()


def hold(
    session: Session, ticket: Ticket, reason: str, *, actor: Actor, now: datetime
) -> PersonHold:
    """保留: let nothing of the requester's be erased; raise Conflict when it is held already."""
    person = whose.requester(session, ticket, lock=True)
    if privacy.is_erased(person):
        raise Conflict(
            f"The data of ticket {ticket.number}'s requester were erased.",
            remedy="Nothing is left to hold.",
        )
    if present(session, person):
        raise Conflict(
            f"The requester of ticket {ticket.number} is held already.", remedy="Read the hold."
        )
    row = PersonHold(
        person_id=person.id,
        ticket=ticket.number,
        reason=_said(reason),
        at=now,
        by=str(actor),
    )
    session.add(row)
    reveals.tell(session, ticket, EventType.PERSON_HELD, actor=actor, now=now)
    session.flush()
    return row


def lift(session: Session, ticket: Ticket, why: str, *, actor: Actor, now: datetime) -> PersonHold:
    """解除保留: from now on the data may be erased in their time; raise Conflict without a hold."""
    row = present(session, whose.requester(session, ticket, lock=True))
    if row is None:
        raise Conflict(
            f"The requester of ticket {ticket.number} is not held.", remedy="Nothing is to lift."
        )
    row.lifted_at, row.lifted_by, row.lifted_why = now, str(actor), _said(why)
    session.add(row)
    reveals.tell(session, ticket, EventType.PERSON_HOLD_LIFTED, actor=actor, now=now)
    session.flush()
    return row


def _said(reason: str) -> str:
    if not reason.strip():
        raise Invalid("A reason is needed.", remedy="Say which court, audit or dispute.")
    return mask_text(reason.strip())

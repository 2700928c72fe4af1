"""更正: what the hotline had wrong of a requester is put right, and what it was stays known."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from dispatch import history, tickets
from dispatch.models import Confidentiality, Ticket
from dispatch.people import whose
from dispatch.people.models_people import PersonCorrection
from dispatch.requesters import links
from hotline.core import privacy, vault
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import Audience, EventType
from hotline.core.phone import parse_phone
from hotline.core.privacy import Person, mask_text, seal, unseal

PURPOSE = "correction"


class Field(StrEnum):
    """What can be put right."""

    PHONE = "phone"
    TEXT = "text"  # what they said


def correct(
    session: Session,
    ticket: Ticket,
    field: Field,
    value: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> PersonCorrection:
    """更正: put the requester's number, or what they said in this locked ticket, right.

    With another number every link to a ticket of theirs is shut: it went to the wrong telephone.
    Raises Invalid for no reason or no number, Conflict when the number is another person's.
    """
    if not reason.strip() or not value.strip():
        raise Invalid("A value and a reason are needed.", remedy="Say who asked for it.")
    person = whose.requester(session, ticket, lock=True)
    put_right = {Field.PHONE: _number, Field.TEXT: _words}[field]
    before, after = put_right(session, ticket, person, value.strip())
    if field is Field.PHONE:  # who got messages by the wrong number holds links
        for each in whose.tickets_of(session, person.id):
            links.revoke_all(session, each, now=now)
    row = PersonCorrection(
        person_id=person.id,
        ticket=ticket.number,
        field=field,
        sealed_before=seal(person, before, PURPOSE),
        sealed_after=seal(person, after, PURPOSE),
        reason=mask_text(reason.strip()),
        at=now,
        by=str(actor),
    )
    session.add(row)
    history.record(
        session,
        ticket,
        EventType.PERSON_CORRECTED,
        actor=actor,
        now=now,
        audience=Audience.INTERNAL,
        field=field.value,
    )
    session.flush()
    return row


def of_person(session: Session, person: Person) -> Sequence[PersonCorrection]:
    """Return every correction that was made, oldest first."""
    rows = select(PersonCorrection).where(PersonCorrection.person_id == person.id)
    return session.exec(rows.order_by(col(PersonCorrection.id))).all()


def _number(session: Session, ticket: Ticket, person: Person, value: str) -> tuple[str, str]:
    phone = parse_phone(value)
    if phone is None:
        raise Invalid("This is no telephone number.", remedy="Write it as it is dialled.")
    indexes = [vault.blind_index(phone.e164), *vault.earlier_indexes(phone.e164)]
    others = select(Person.id).where(col(Person.phone_index).in_(indexes), Person.id != person.id)
    if session.exec(others).first():
        raise _anothers(ticket)
    known = privacy.phone_of(person)
    try:
        with session.begin_nested():
            person.sealed_phone = seal(person, phone.e164, "phone")
            person.phone_index = indexes[0]
            session.add(person)
    except IntegrityError as error:  # somebody became known by it a moment ago
        raise _anothers(ticket) from error
    return known.e164 if known else "", phone.e164


def _anothers(ticket: Ticket) -> Conflict:
    return Conflict(
        f"The number is another person's: ticket {ticket.number} can't be theirs as well.",
        remedy="Register the request anew for that person, and withdraw this one.",
    )


def _words(_session: Session, ticket: Ticket, person: Person, value: str) -> tuple[str, str]:
    before = unseal(person, ticket.sealed_text, "ticket")
    ticket.sealed_text = seal(person, value, "ticket")
    if ticket.confidentiality != Confidentiality.SEALED:  # of that one nothing else is kept
        ticket.text = mask_text(value)
        ticket.title = tickets.title_of(ticket.text)
    return before, value

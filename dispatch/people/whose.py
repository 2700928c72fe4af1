"""Whose ticket it is, and what else of theirs there is."""

import uuid
from collections.abc import Sequence

from sqlmodel import Session, col, select

from dispatch.models import Ticket
from hotline.core.privacy import Person
from telephony.models import Call


def requester(session: Session, ticket: Ticket, *, lock: bool = False) -> Person:
    """Return the person who asked; `lock` keeps them from others until the transaction ends."""
    mine = select(Person).where(Person.id == ticket.person_id)
    if lock:
        mine = mine.with_for_update().execution_options(populate_existing=True)
    return session.exec(mine).one()


def tickets_of(session: Session, person_id: uuid.UUID, *, lock: bool = False) -> Sequence[Ticket]:
    """Return every ticket of the person, oldest first."""
    theirs = select(Ticket).where(Ticket.person_id == person_id).order_by(col(Ticket.id))
    if lock:
        theirs = theirs.with_for_update().execution_options(populate_existing=True)
    return session.exec(theirs).all()


def calls_of(session: Session, person_id: uuid.UUID) -> Sequence[Call]:
    """Return every call of the person, oldest first."""
    theirs = select(Call).where(Call.person_id == person_id).order_by(col(Call.serial))
    return session.exec(theirs).all()

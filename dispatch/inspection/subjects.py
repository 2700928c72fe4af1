"""Whose call or ticket it is, who may see it, and how its notes are sealed."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from dispatch.inspection.models_inspection import NOTE
from dispatch.models import Ticket
from dispatch.sealing import reach
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.privacy import Person
from telephony.models import Call


class About(Protocol):
    """A row about one call or one ticket."""

    @property
    def call_id(self) -> uuid.UUID | None:
        """Return the call's id; None for a ticket."""

    @property
    def ticket_id(self) -> int | None:
        """Return the ticket's id; None for a call."""


def seen_by(reader: Actor, table: Any) -> ColumnElement[bool]:
    """Return the condition that the reader may see what the row is about."""
    call = or_(col(table.call_id).is_(None), reach.calls(reader, col(table.call_id)))
    ticket = or_(col(table.ticket_id).is_(None), reach.of_ticket(reader, col(table.ticket_id)))
    return and_(call, ticket)


def shown(session: Session, reader: Actor, rows: Sequence[About]) -> set[uuid.UUID | int]:
    """Return those ids of the rows' calls and tickets that the reader may see."""
    calls = col(Call.id).in_({each.call_id for each in rows if each.call_id})
    tickets = col(Ticket.id).in_({each.ticket_id for each in rows if each.ticket_id})
    heard = select(Call.id).where(calls, reach.calls(reader, col(Call.id)))
    read = select(Ticket.id).where(tickets, reach.visible(reader))
    return {*session.exec(heard), *(id for id in session.exec(read) if id)}


def requester(session: Session, about: About) -> Person:
    """Return the person whose call or ticket it is."""
    if about.call_id:
        return session.get_one(Person, session.get_one(Call, about.call_id).person_id)
    return session.get_one(Person, session.get_one(Ticket, about.ticket_id).person_id)


def ticket_numbers(session: Session, rows: Iterable[About]) -> dict[int, str]:
    """Return the numbers of the tickets that the rows are about, by id."""
    ids = {each.ticket_id for each in rows if each.ticket_id}
    if not ids:
        return {}
    found = session.exec(select(Ticket.id, Ticket.number).where(col(Ticket.id).in_(ids))).all()
    return {id: number for id, number in found if id}


def seal(session: Session, about: About, words: str) -> bytes | None:
    """Return the words masked and sealed with the requester's key; None for none.

    Raises Conflict for an erased person.
    """
    said = privacy.mask_text(words.strip())
    return privacy.seal(requester(session, about), said, NOTE) if said else None


def unseal(session: Session, about: About, sealed: bytes | None) -> str:
    """Return sealed words; empty for none."""
    return privacy.unseal(requester(session, about), sealed, NOTE) if sealed else ""

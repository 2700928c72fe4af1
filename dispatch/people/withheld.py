"""What of a requester's file is not in the copy that somebody makes who may not see all of it.

Whoever hands it over is told nothing of a sealed ticket that is not theirs to read: the requester
asks one of its readers for that part.
"""

import uuid

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from dispatch.models import Ticket
from dispatch.people.inventory import CALL, ORDER, TICKET, TICKET_OR_CALL, Kept
from dispatch.sealing import reach
from hotline.core.accounts import Actor
from hotline.core.privacy import Person
from telephony.models import Call

_TICKET = "AND (ticket_id IS NULL OR ticket_id <> ALL(:withheld))"
_CALL = "AND (call_id IS NULL OR call_id <> ALL(:unheard))"
_ORDER = "AND order_id NOT IN (SELECT id FROM work_order WHERE ticket_id = ANY(:withheld))"
_NUMBERED = "AND ticket NOT IN (SELECT number FROM ticket WHERE id = ANY(:withheld))"
_BY_VIA = {TICKET: _TICKET, ORDER: _ORDER, CALL: _CALL, TICKET_OR_CALL: f"{_TICKET} {_CALL}"}
# Found from the person themselves, and of a ticket all the same.
_BY_TABLE = {
    "ticket": "AND id <> ALL(:withheld)",
    "call": "AND id <> ALL(:unheard)",
    "attachment": _TICKET,
    "person_correction": _NUMBERED,
    "person_hold": _NUMBERED,
}


def tickets(session: Session, person: Person, actor: Actor) -> list[int]:
    """Return the ids of the person's tickets that the actor may not see."""
    theirs = select(Ticket.id).where(Ticket.person_id == person.id, _not(reach.visible(actor)))
    return [each or 0 for each in session.exec(theirs.order_by(col(Ticket.id))).all()]


def calls(session: Session, person: Person, actor: Actor) -> list[uuid.UUID]:
    """Return the person's calls of which a ticket came that the actor may not see."""
    heard = reach.calls(actor, col(Call.id))
    theirs = select(Call.id).where(Call.person_id == person.id, _not(heard))
    return list(session.exec(theirs.order_by(col(Call.serial))).all())


def numbers(session: Session, person: Person, actor: Actor) -> set[str]:
    """Return the numbers of the person's tickets that the actor may not see."""
    hidden = _not(reach.visible(actor))
    theirs = select(Ticket.number).where(Ticket.person_id == person.id, hidden)
    return set(session.exec(theirs).all())


def _not(seen: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that it is not so, nor known to be so: what is not said is withheld."""
    return seen.is_not(true())


def condition(kept: Kept) -> str:
    """Return the end of a WHERE that leaves out what hangs on the tickets `:withheld` or the calls
    `:unheard`.
    """
    return _BY_TABLE.get(kept.table) or _BY_VIA.get(kept.via, "")

"""知悉人: who may read a sealed ticket, what they read, and that they did."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, func, select

from dispatch.models import Confidentiality, Reminder, Ticket
from dispatch.sealing.models_readers import Sealing, TicketReader
from hotline.core import privacy
from hotline.core.accounts import Account, Actor
from hotline.core.errors import Conflict
from hotline.core.privacy import AccessLog, Person

# What an AccessLog row says was looked at, and why: nobody else can.
TITLE = "（密件）"  # of a sealed ticket, wherever it is listed for its readers
SEALED_TICKET, NAMED = "sealed ticket", "named reader"


def sealing_of(session: Session, ticket: Ticket) -> Sealing | None:
    """Return when, by whom and why the ticket was sealed."""
    return session.get(Sealing, ticket.id)


def of_ticket(session: Session, ticket: Ticket) -> Sequence[TicketReader]:
    """Return everybody who may or could read it, oldest first."""
    rows = select(TicketReader).where(TicketReader.ticket_id == ticket.id)
    return session.exec(rows.order_by(col(TicketReader.id))).all()


def present_of(session: Session, ticket: Ticket) -> list[TicketReader]:
    """Return those who may read it now."""
    return [each for each in of_ticket(session, ticket) if each.removed_at is None]


def require_reader_at(session: Session, ticket: Ticket, department: str) -> None:
    """Raise Conflict when the ticket is sealed and nobody of the department may read it."""
    if ticket.confidentiality != Confidentiality.SEALED:
        return
    names = [each.name for each in present_of(session, ticket)]
    theirs = select(Account.id).where(
        col(Account.username).in_(names), Account.department == department
    )
    keys = any(name.partition("#")[0] == department and "#" in name for name in names)
    if not keys and session.exec(theirs).first() is None:
        raise Conflict(
            f"Ticket {ticket.number} is sealed, and nobody of {department} may read it.",
            remedy="Name a leader of that department as a reader first.",
        )


def note_read(session: Session, ticket: Ticket, actor: Actor | None) -> None:
    """Keep that somebody read the ticket, when it is a sealed one; the machine is nobody."""
    if actor is None or actor.role is None or ticket.confidentiality != Confidentiality.SEALED:
        return
    moment: Any = func.now()  # a read has no moment of its own but its transaction's
    session.add(
        AccessLog(
            at=moment,
            actor=str(actor),
            person_id=ticket.person_id,
            subject=ticket.number,
            what=SEALED_TICKET,
            reason=NAMED,
        )
    )


def reminder_words(session: Session, ticket: Ticket, reminder: Reminder) -> str:
    """Return what was said when they asked again, masked; of a sealed ticket from the vault."""
    if ticket.confidentiality != Confidentiality.SEALED:
        return reminder.text
    person = session.get_one(Person, ticket.person_id)
    return privacy.mask_text(privacy.unseal(person, reminder.sealed_text, "reminder"))


def words(session: Session, ticket: Ticket) -> str:
    """Return what was said, masked; of a sealed ticket it is read from the vault."""
    if ticket.confidentiality != Confidentiality.SEALED:
        return ticket.text
    person = session.get_one(Person, ticket.person_id)
    return privacy.mask_text(privacy.unseal(person, ticket.sealed_text, "ticket"))

"""催办: the same requester asks again about an open ticket; counted, never a second ticket."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.models import Reminder, Ticket
from dispatch.proposal import Proposal
from dispatch.states import TicketStatus
from hotline.core import privacy
from hotline.core.accounts import MACHINE
from hotline.core.events import EventType
from hotline.core.privacy import Person
from nlp.similar import similarity

OPEN = (TicketStatus.REGISTERED, TicketStatus.DISPATCHED, TicketStatus.AWAITING_CALLBACK)
# Words of somebody who has asked before; then only the matter must fit (domain.md 2.14).
ASKING_AGAIN = (
    "催",
    "还没有人",
    "还没人",
    "上次反映",
    "之前反映",
    "反映过",
    "再次反映",
    "怎么还没",
)
ALIKE = 0.5
ALIKE_WHEN_ASKING_AGAIN = 0.15


def find_open(session: Session, person: Person, text: str, proposal: Proposal) -> Ticket | None:
    """Return the open ticket of this very person that the words are about, the likest one."""
    mine = session.exec(
        select(Ticket)
        .where(Ticket.person_id == person.id, col(Ticket.status).in_(OPEN))
        .order_by(col(Ticket.id).desc())
        .with_for_update()  # it must not close while it is being reminded of
    ).all()
    asking_again = any(word in text for word in ASKING_AGAIN)
    likest = max(
        ((_alike(person, ticket, text), ticket) for ticket in mine),
        key=lambda pair: pair[0],
        default=None,
    )
    if likest is None:
        return None
    alike, ticket = likest
    same_matter = ticket.category[:1] == list(proposal.category[:1])
    enough = ALIKE_WHEN_ASKING_AGAIN if asking_again and same_matter else ALIKE
    return ticket if alike >= enough else None


def remind(
    session: Session,
    ticket: Ticket,
    person: Person,
    text: str,
    *,
    call_id: uuid.UUID | None,
    now: datetime,
) -> Reminder:
    """Count the reminder on the ticket and show it to whoever works on it."""
    reminder = Reminder(
        ticket_id=ticket.id or 0,
        call_id=call_id,
        at=now,
        text=privacy.mask_text(text),
        sealed_text=privacy.seal(person, text, "reminder"),
    )
    session.add(reminder)
    ticket.reminders += 1
    history.record(
        session, ticket, EventType.TICKET_REMINDED, actor=MACHINE, now=now, count=ticket.reminders
    )
    return reminder


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Reminder]:
    """Return the ticket's reminders, oldest first."""
    return session.exec(
        select(Reminder).where(Reminder.ticket_id == ticket.id).order_by(col(Reminder.id))
    ).all()


def of_call(session: Session, call_id: uuid.UUID) -> Reminder | None:
    """Return the reminder that this call was, if it was one."""
    return session.exec(select(Reminder).where(Reminder.call_id == call_id)).first()


def _alike(person: Person, ticket: Ticket, text: str) -> float:
    return similarity(privacy.unseal(person, ticket.sealed_text, "ticket"), text)

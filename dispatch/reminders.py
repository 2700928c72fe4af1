"""催办: the same requester asks again about an open ticket; counted, never a second ticket."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from dispatch import history, tickets
from dispatch.models import Reminder, Ticket
from dispatch.routing.proposal import Proposal
from dispatch.sealing import reach
from dispatch.states import TicketStatus
from hotline.core import privacy
from hotline.core.accounts import MACHINE, Actor
from hotline.core.errors import Conflict, Invalid
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
    """Return the open ticket of this very person that the words are about, the likest one.

    Only that one is locked: it must not close while it is being reminded of. None when it has
    closed just now.
    """
    mine = session.exec(_open_tickets(person)).all()
    likest = max(
        ((_alike(person, ticket, text), ticket) for ticket in mine),
        key=lambda pair: pair[0],
        default=None,
    )
    if likest is None:
        return None
    alike, ticket = likest
    if alike < _enough(ticket, text, proposal):
        return None
    found = tickets.find(session, ticket.number, lock=True)
    return found if found.status in OPEN else None


def possible(
    session: Session, person: Person, text: str, proposal: Proposal, *, reader: Actor | None = None
) -> Sequence[Ticket]:
    """Return the person's open tickets that the words may be about, the likest first.

    An agent decides whether it is a reminder; nothing is locked or counted.
    """
    mine = session.exec(_open_tickets(person).where(reach.visible(reader))).all()
    enough = ALIKE if len(mine) == 1 else 1.0  # one alone has no place among others to find
    ranked = sorted(
        ((_alike(person, ticket, text, enough), place) for place, ticket in enumerate(mine)),
        reverse=True,
    )
    return [mine[place] for alike, place in ranked if alike >= _enough(mine[place], text, proposal)]


def remind(
    session: Session,
    ticket: Ticket,
    person: Person,
    text: str,
    *,
    call_id: uuid.UUID | None,
    actor: Actor = MACHINE,
    now: datetime,
) -> Reminder:
    """Count the reminder on the ticket, which is locked, and show it to whoever works on it.

    Raises Conflict for a ticket that is over, Invalid when nothing was said.
    """
    if ticket.status not in OPEN:
        raise Conflict(
            f"Ticket {ticket.number} is {ticket.status}: nobody works on it.",
            remedy="Reopen it, or register a new ticket.",
        )
    if not text.strip():
        raise Invalid("The reminder says nothing.", remedy="Write down what they said.")
    reminder = Reminder(
        ticket_id=ticket.id or 0,
        call_id=call_id,
        at=now,
        text=privacy.mask_text(text) if reach.may_leave(ticket) else "",
        sealed_text=privacy.seal(person, text, "reminder"),
    )
    session.add(reminder)
    ticket.reminders += 1
    history.record(
        session, ticket, EventType.TICKET_REMINDED, actor=actor, now=now, count=ticket.reminders
    )
    return reminder


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Reminder]:
    """Return the ticket's reminders, oldest first."""
    return session.exec(
        select(Reminder).where(Reminder.ticket_id == ticket.id).order_by(col(Reminder.id))
    ).all()


def of_tickets(session: Session, ids: Sequence[int]) -> dict[int, list[Reminder]]:
    """Return the reminders of many tickets by ticket, oldest first, in one query."""
    found: dict[int, list[Reminder]] = {each: [] for each in ids}
    rows = select(Reminder).where(col(Reminder.ticket_id).in_(ids)).order_by(col(Reminder.id))
    for reminder in session.exec(rows).all():
        found[reminder.ticket_id].append(reminder)
    return found


def of_call(session: Session, call_id: uuid.UUID) -> Reminder | None:
    """Return the reminder that this call was, if it was one."""
    return session.exec(select(Reminder).where(Reminder.call_id == call_id)).first()


def _open_tickets(person: Person) -> SelectOfScalar[Ticket]:
    mine = select(Ticket).where(Ticket.person_id == person.id, col(Ticket.status).in_(OPEN))
    return mine.order_by(col(Ticket.id).desc())


def _enough(ticket: Ticket, text: str, proposal: Proposal) -> float:
    """Return how alike the words must be to be about this ticket."""
    asking_again = any(word in text for word in ASKING_AGAIN)
    same_matter = ticket.category[:1] == list(proposal.category[:1])
    return ALIKE_WHEN_ASKING_AGAIN if asking_again and same_matter else ALIKE


def _alike(person: Person, ticket: Ticket, text: str, enough: float = 1.0) -> float:
    before = privacy.unseal(person, ticket.sealed_text, "ticket")
    return similarity(before, text, enough=enough)

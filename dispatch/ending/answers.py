"""直接答复: what an agent tells the requester on the line ends the ticket at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.beside.models_beside import DirectAnswer
from dispatch.ending import endings
from dispatch.ending.endings import Closing
from dispatch.handling import cases, orders
from dispatch.models import Ticket
from dispatch.notices import caller_notices
from dispatch.states import TicketAction, TicketStatus
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import Audience, EventType

SHORTEST = 6  # characters, as a department's reply
# What can be true of a matter that no department has touched.
ON_THE_LINE = (
    Closing.EXPLAINED,
    Closing.RESOLVED,
    Closing.PARTLY_RESOLVED,
    Closing.WITHOUT_BASIS,
)


@dataclass(frozen=True)
class Told:
    """What the requester was told, where that stands written, and how the matter ends."""

    text: str
    source: str = ""
    closing: Closing = Closing.EXPLAINED


def answer(session: Session, ticket: Ticket, told: Told, *, actor: Actor, now: datetime) -> Ticket:
    """直接答复: keep the answer, masked, and close; nobody is called back, the call is rated.

    Raises Conflict for danger to life, and for a matter that departments had or that waits for
    arbitration: theirs is the answer.
    """
    _check(told)
    endings.require_harmless(ticket)
    _require_untouched(session, ticket)
    endings.end(session, ticket, TicketAction.ANSWER, now=now)
    ticket.closing, ticket.closed_at = told.closing, now
    row = DirectAnswer(
        ticket_id=ticket.id or 0,
        text=privacy.mask_text(told.text.strip()),
        source=privacy.mask_text(told.source.strip()),
        at=now,
        by=str(actor),
    )
    session.add(row)
    history.record(
        session,
        ticket,
        EventType.TICKET_ANSWERED,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        closing=told.closing,
    )
    caller_notices.owe(session, ticket, caller_notices.CLOSED, now=now)
    return ticket


def of_ticket(session: Session, ticket: Ticket) -> Sequence[DirectAnswer]:
    """Return what was answered on the line, oldest first; a redone ticket may have several."""
    rows = select(DirectAnswer).where(DirectAnswer.ticket_id == ticket.id)
    return session.exec(rows.order_by(col(DirectAnswer.id))).all()


def _check(told: Told) -> None:
    if len(told.text.strip()) < SHORTEST:
        raise Invalid("The answer says too little.", remedy="Write what the requester was told.")
    if told.closing not in ON_THE_LINE:
        raise Invalid(
            f"An answer on the line does not end as {told.closing}.",
            remedy=f"Use one of: {', '.join(ON_THE_LINE)}.",
        )


def _require_untouched(session: Session, ticket: Ticket) -> None:
    if cases.open_of(session, ticket):
        raise Conflict(
            f"Ticket {ticket.number} is in arbitration.",
            remedy="Wait for the decision: who it names answers.",
        )
    if ticket.status == TicketStatus.REGISTERED and orders.of_ticket(session, ticket):
        raise Conflict(
            f"Departments had ticket {ticket.number}: it is not answered on the line.",
            remedy="Dispatch it to who answers for it, or ask for arbitration.",
        )

"""诉求工单: registered once, found again by number."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from dispatch import caller_notices, deadlines, history
from dispatch.models import Confidentiality, Source, Ticket
from dispatch.numbers import next_number
from dispatch.policies import StartEvent
from dispatch.proposal import Proposal
from dispatch.states import TicketStatus
from dispatch.terms import RequestType
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import NotFound, Stale
from hotline.core.events import Audience, EventType
from hotline.core.privacy import Person

TITLE_LENGTH = 40
_SENTENCE_ENDS = "。！？!?；;"


@dataclass(frozen=True)
class Draft:
    """What is known of a request before it is a ticket; `text` is in the clear."""

    text: str
    source: Source
    person: Person
    proposal: Proposal
    call_id: uuid.UUID | None = None


def open_ticket(session: Session, draft: Draft, *, actor: Actor, now: datetime) -> Ticket:
    """登记: give the request a number and start the clock of its dispatch."""
    proposal = draft.proposal
    masked = privacy.mask_text(draft.text)
    ticket = Ticket(
        number=next_number(session, now=now),
        source=draft.source,
        request_type=proposal.request_type,
        category=list(proposal.category),
        district=proposal.district,
        urgency=proposal.urgency,
        time_class=proposal.time_class,
        confidentiality=_confidentiality(proposal.request_type),
        title=title_of(masked),
        text=masked,
        sealed_text=privacy.seal(draft.person, draft.text, "ticket"),
        person_id=draft.person.id,
        call_id=draft.call_id,
        created_at=now,
        updated_at=now,
        version=0,
    )
    session.add(ticket)
    session.flush()
    history.record(
        session,
        ticket,
        EventType.TICKET_REGISTERED,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        request_type=ticket.request_type,
        matter="/".join(level for level in ticket.category if level),
        district=ticket.district,
    )
    deadlines.start(session, ticket, StartEvent.REGISTERED, subject=history.chain(ticket), now=now)
    caller_notices.owe(session, ticket, caller_notices.REGISTERED, now=now)
    return ticket


def find(session: Session, number: str, *, lock: bool = False) -> Ticket:
    """Return the ticket; raise NotFound. `lock` keeps it from others until the transaction ends."""
    query = select(Ticket).where(Ticket.number == number)
    if lock:  # what this session read before the lock may be out of date
        query = query.with_for_update().execution_options(populate_existing=True)
    ticket = session.exec(query).first()
    if ticket is None:
        raise NotFound(f"There is no ticket {number!r}.", remedy="Check the number.")
    return ticket


def of_call(session: Session, call_id: uuid.UUID) -> Ticket | None:
    """Return the ticket that was registered from this call, if any."""
    return session.exec(select(Ticket).where(Ticket.call_id == call_id)).first()


def newest(
    session: Session,
    *,
    before: tuple[datetime, int] | None = None,
    status: TicketStatus | None = None,
    limit: int = 50,
) -> Sequence[Ticket]:
    """Return tickets, newest first; `before` is the (created_at, id) of the last one seen."""
    query = select(Ticket).order_by(col(Ticket.created_at).desc(), col(Ticket.id).desc())
    if before:
        query = query.where(tuple_(col(Ticket.created_at), col(Ticket.id)) < tuple_(*before))
    if status:
        query = query.where(Ticket.status == status)
    return session.exec(query.limit(limit)).all()


def require_version(ticket: Ticket, version: int | None) -> None:
    """Raise Stale when the ticket is no longer what its reader saw; None asks for no check."""
    if version is not None and version != ticket.version:
        raise Stale(
            f"Ticket {ticket.number} is at version {ticket.version}, not {version}.",
            remedy="Read it again and decide anew.",
        )


def title_of(text: str) -> str:
    """Return the first sentence, cut to what a list can show."""
    for place, character in enumerate(text):
        if character in _SENTENCE_ENDS:
            text = text[:place]
            break
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1] + "…"


def _confidentiality(request_type: str) -> Confidentiality:
    # 举报 is always confidential (domain.md 2.2).
    sealed = request_type == RequestType.REPORT
    return Confidentiality.CONFIDENTIAL if sealed else Confidentiality.INTERNAL

"""拆单: one requester, many matters: each gets a ticket, a number and a notice of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch import history, tickets
from dispatch.models import Confidentiality, ProposalRow, Source, Ticket
from dispatch.routing import confirming
from dispatch.routing.confirming import Confirmed, Stated
from dispatch.routing.proposal import Category
from dispatch.sealing import reach, sealing
from dispatch.states import TicketStatus
from dispatch.terms import RequestType
from dispatch.tickets import Draft
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import Audience, EventType
from hotline.core.privacy import Person

MOST_PARTS = 9
SHORTEST = 4  # characters: less is no request that anybody could answer


@dataclass(frozen=True)
class Part:
    """One matter of several, in the clear; what is left out is read from its text."""

    text: str
    request_type: RequestType | None = None
    category: Category | None = None
    district: str | None = None


def split(
    session: Session, ticket: Ticket, parts: Sequence[Part], *, actor: Actor, now: datetime
) -> list[Ticket]:
    """拆单: register a ticket for each part; the original keeps its whole text and its own clock.

    Same person and source, never less confidential than the original; each part is proposed to a
    department anew, and a person confirms it. Only while the ticket waits to be dispatched.
    """
    _check(ticket, parts)
    confirmed = [_confirm(session, ticket, part, now=now) for part in parts]
    made = [
        _open(session, ticket, part, each, actor=actor, now=now)
        for part, each in zip(parts, confirmed, strict=True)
    ]
    for each in made:
        _tell(session, each, [each], ticket, actor=actor, now=now)
    _tell(session, ticket, made, ticket, actor=actor, now=now)
    return made


def parts_of(session: Session, ticket: Ticket, *, reader: Actor | None = None) -> Sequence[Ticket]:
    """Return the tickets that were split from this one and the reader may see, oldest first."""
    parts = select(Ticket).where(Ticket.split_from_id == ticket.id, reach.visible(reader))
    return session.exec(parts.order_by(col(Ticket.id))).all()


def origin_of(session: Session, ticket: Ticket, *, reader: Actor | None = None) -> Ticket | None:
    """Return the ticket that this one was split from, if the reader may see it."""
    origin = select(Ticket).where(Ticket.id == ticket.split_from_id, reach.visible(reader))
    return session.exec(origin).first() if ticket.split_from_id else None


def _check(ticket: Ticket, parts: Sequence[Part]) -> None:
    if ticket.status != TicketStatus.REGISTERED:
        raise Conflict(
            f"Ticket {ticket.number} is {ticket.status}: it can't be split.",
            remedy="Only a ticket that waits to be dispatched is split; register another one.",
        )
    texts = [part.text.strip() for part in parts]
    if not 1 <= len(texts) <= MOST_PARTS:
        raise Invalid(f"{len(texts)} parts were given.", remedy=f"Give one to {MOST_PARTS}.")
    if any(len(text) < SHORTEST for text in texts):
        raise Invalid(
            "A part says too little.", remedy="Write each matter so that it stands alone."
        )
    if len(set(texts)) < len(texts):
        raise Invalid("Two parts say the same.", remedy="Give each matter once.")


def _confirm(session: Session, ticket: Ticket, part: Part, *, now: datetime) -> Confirmed:
    """Return what the agent gave of the part, and what the router reads where it is left out."""
    stated = Stated(part.request_type, part.category or (), part.district or "")
    return confirming.confirm(session, part.text, stated, home=ticket.district, at=now)


def _open(
    session: Session,
    ticket: Ticket,
    part: Part,
    confirmed: Confirmed,
    *,
    actor: Actor,
    now: datetime,
) -> Ticket:
    draft = Draft(
        text=part.text.strip(),
        source=Source(ticket.source),
        person=session.get_one(Person, ticket.person_id),
        proposal=confirmed.proposal,
        sealed=not reach.may_leave(ticket),
    )
    made = tickets.open_ticket(session, draft, actor=actor, now=now)
    made.split_from_id = ticket.id
    ranks = [each.value for each in Confidentiality]
    made.confidentiality = max(made.confidentiality, ticket.confidentiality, key=ranks.index)
    session.add(made)
    body = confirmed.body
    if draft.sealed:  # 密件: whoever reads the whole reads its parts, and nobody else does
        sealing.inherit(session, made, ticket, actor=actor, now=now)
        body = sealing.wordless(body)
    session.add(
        ProposalRow(
            ticket_id=made.id,
            at=now,
            department=confirmed.proposal.department_code,
            confidence=confirmed.proposal.confidence,
            body=body,
        )
    )
    return made


def _tell(
    session: Session,
    ticket: Ticket,
    made: Sequence[Ticket],
    origin: Ticket,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    history.record(
        session,
        ticket,
        EventType.TICKET_SPLIT,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        origin=origin.number,
        parts=[each.number for each in made],
    )

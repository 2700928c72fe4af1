"""诉求工单: registered once, found again by number."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import literal, tuple_
from sqlmodel import Session, col, select

from dispatch import history, opening
from dispatch.beside import supervision
from dispatch.beside.supervision import Cause
from dispatch.models import Confidentiality, Source, Ticket
from dispatch.notices import caller_notices
from dispatch.numbers import next_number
from dispatch.ratings import leases
from dispatch.routing import doubtful
from dispatch.routing.proposal import Proposal
from dispatch.sealing import reach, readers
from dispatch.states import TicketStatus
from dispatch.terms import RequestType
from dispatch.timing import deadlines
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.db import after_commit
from hotline.core.errors import NotFound, Stale
from hotline.core.events import Audience, EventType, News
from hotline.core.privacy import Person
from hotline.core.queue import enqueue_soon

TITLE_LENGTH = 40
_SENTENCE_ENDS = "。！？!?；;"

log = structlog.get_logger()


@dataclass(frozen=True)
class Draft:
    """What is known of a request before it is a ticket; `text` is in the clear."""

    text: str
    source: Source
    person: Person
    proposal: Proposal
    call_id: uuid.UUID | None = None
    kept: Mapping[str, Any] | None = None  # the ProposalRow, by columns
    sealed: bool = False  # 密件 from its first moment on
    title: str = ""  # as an agent worded it; empty: the text's beginning
    language: str = ""  # that the caller asked for; empty: as they wrote or spoke


def open_ticket(session: Session, draft: Draft, *, actor: Actor, now: datetime) -> Ticket:
    """登记: give the request a number and start the clock of its dispatch."""
    ticket = _new(draft, next_number(session, now=now), now=now)
    told = _told(ticket)
    chain = history.chain(ticket)
    first = News(EventType.TICKET_REGISTERED, chain, str(actor), now, Audience.CALLER, told)
    opening.write(
        session,
        ticket,
        first,
        clocks=deadlines.first(session, ticket, subject=chain, now=now),
        notice={
            "template": caller_notices.REGISTERED,
            "words": {},
            "made_at": now,
            "retry_at": now,
        },
        proposal=draft.kept,
    )
    if not draft.sealed:  # no line of the log names a sealed one
        after_commit(session, lambda: log.info(EventType.TICKET_REGISTERED.value, **told))
    enqueue_soon(session, caller_notices.DELIVERY_JOB)
    if draft.proposal.call_numbers:  # danger to life was heard
        supervision.watch(session, ticket, None, Cause.RISK_WORDS, now=now)
    return ticket


def _told(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket": ticket.number,
        "request_type": ticket.request_type,
        "matter": "/".join(level for level in ticket.category if level),
        "district": ticket.district,
    }


def _new(draft: Draft, number: str, *, now: datetime) -> Ticket:
    proposal = draft.proposal
    masked = "" if draft.sealed else privacy.mask_text(draft.text)
    title = title_of(privacy.mask_text(draft.title.strip()) or masked)
    level = confidentiality_of(proposal.request_type)
    return Ticket(
        number=number,
        source=draft.source,
        request_type=proposal.request_type,
        category=list(proposal.category),
        district=proposal.district,
        urgency=proposal.urgency,
        time_class=proposal.time_class,
        confidentiality=Confidentiality.SEALED if draft.sealed else level,
        title=readers.TITLE if draft.sealed else title,
        text=masked,
        sealed_text=privacy.seal(draft.person, draft.text, "ticket"),
        person_id=draft.person.id,
        call_id=draft.call_id,
        wanted_skill=proposal.agent_skill or doubtful.skill_of_speech(draft.language),
        created_at=now,
        updated_at=now,
        version=1,
    )


def find(
    session: Session, number: str, *, lock: bool = False, reader: Actor | None = None
) -> Ticket:
    """Return the ticket; raise NotFound, for one that the reader may not see too.

    Raises AsksBlind for one whose requester the reader asks again, blind.
    `lock` keeps it from others until the transaction ends; without a reader the machine asks.
    """
    query = select(Ticket).where(Ticket.number == number, reach.visible(reader))
    if lock:  # what this session read before the lock may be out of date
        query = query.with_for_update().execution_options(populate_existing=True)
    ticket = session.exec(query).first()
    if ticket is None:
        leases.require_not_blind(session, number, reader)
        raise NotFound(f"There is no ticket {number!r}.", remedy="Check the number.")
    readers.note_read(session, ticket, reader)
    return ticket


def of_call(session: Session, call_id: uuid.UUID) -> Ticket | None:
    """Return the ticket that was registered from this call, if any."""
    return session.exec(select(Ticket).where(Ticket.call_id == call_id)).first()


def newest(
    session: Session,
    *,
    before: tuple[datetime, int] | None = None,
    status: TicketStatus | None = None,
    skill: str = "",
    limit: int = 50,
    reader: Actor | None = None,
) -> Sequence[Ticket]:
    """Return tickets, newest first; `before` is the (created_at, id) of the last one seen."""
    query = select(Ticket).order_by(col(Ticket.created_at).desc(), col(Ticket.id).desc())
    query = query.where(reach.visible(reader))
    if before:
        query = query.where(tuple_(col(Ticket.created_at), col(Ticket.id)) < tuple_(*before))
    if status:
        query = query.where(Ticket.status == status)
    if skill:
        # Written out: a plan for any value can't use the index of the few that want a skill.
        query = query.where(col(Ticket.wanted_skill) == literal(skill, literal_execute=True))
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


def confidentiality_of(request_type: str) -> Confidentiality:
    """Return how much a department may see of who asks for something of this type."""
    # 举报 is always confidential (domain.md 2.2).
    sealed = request_type == RequestType.REPORT
    return Confidentiality.CONFIDENTIAL if sealed else Confidentiality.INTERNAL

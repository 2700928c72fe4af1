"""From a call that the machine took to a registered ticket, once, whatever is repeated."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import and_, exists, or_
from sqlmodel import Session, col, select

from dispatch import reminders, tickets
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import ProposalRow, Reminder, Source, Ticket
from dispatch.routing import earned_policy, router
from dispatch.routing.proposal import Proposal
from dispatch.tickets import Draft
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.db import after_commit
from hotline.core.errors import HotlineError
from hotline.core.events import EventType
from hotline.core.privacy import Person
from nlp.chinese import join_words
from telephony import records
from telephony.models import Call, CallStatus, Recording, RecordingStatus, Utterance

# Below this the recogniser heard music or noise (measured: speech from .34, music to .03); the
# words stay with the call's record, but make no ticket.
LEAST_CONFIDENCE = 0.1
# What stands in for words that no recogniser could write down.
UNHEARD = "（录音未能转写，请人工听取。）"

log = structlog.get_logger()


def register_call(
    session: Session, call_id: uuid.UUID, *, district: str, auto_dispatch: bool, now: datetime
) -> Ticket | None:
    """Register what the caller said as a ticket; None when nothing was said.

    A call has one ticket, or is one reminder of an open ticket of the same person's: a second
    run finds it and changes nothing.
    """
    call = session.exec(select(Call).where(Call.id == call_id).with_for_update()).one()
    known = registered_from(session, call_id)
    said = records.transcript(session, call, at_least=LEAST_CONFIDENCE)
    text = join_words(" ".join(said))
    recording = records.recording_of(session, call)
    unheard = recording is not None and recording.status == RecordingStatus.FAILED
    if unheard:
        text = f"{text}{UNHEARD}"
    if known or call.agent or not text.strip():  # an agent registers what they heard
        return known
    auto = None if unheard else earned_policy.current(session, opted_in=auto_dispatch)
    proposal = router.propose(session, text, home=district, spoken=True, auto=auto, at=now)
    person = session.get_one(Person, call.person_id)
    asked_before = reminders.find_open(session, person, text, proposal)
    if asked_before:
        reminders.remind(session, asked_before, person, text, call_id=call.id, now=now)
        return asked_before
    draft = Draft(
        text=text,
        source=Source.PHONE_MACHINE,
        person=person,
        proposal=proposal,
        call_id=call.id,
        kept=kept(proposal, proposal.as_json(), call_id=call.id, now=now),
        language=call.language,
    )
    ticket = tickets.open_ticket(session, draft, actor=MACHINE, now=now)
    tell_proposal(session, call.id, ticket, proposal, now=now)
    if proposal.auto_dispatch:
        _send_out(session, ticket, proposal, now=now)
    return ticket


def _send_out(session: Session, ticket: Ticket, proposal: Proposal, *, now: datetime) -> None:
    """自动派单; what is refused waits for a person, registered all the same."""
    assignment = Assignment(proposal.department_code, proposal.legal_basis)
    try:
        with session.begin_nested():
            dispatching.dispatch(session, ticket, [assignment], actor=MACHINE, now=now)
    except HotlineError as error:
        row = proposal_of(session, ticket)
        if row:  # nobody may take it for the machine's own dispatch
            row.body = {**row.body, "auto_dispatch": False}
        refused = {"ticket": ticket.number, "why": type(error).__name__}
        after_commit(session, lambda: log.warning("dispatch.refused", **refused))


def line_of(session: Session, ticket: Ticket) -> str:
    """Return the merged line (归并) on which the ticket's call came; empty for our own number."""
    call = session.get(Call, ticket.call_id) if ticket.call_id else None
    return call.line if call else ""


def registered_from(session: Session, call_id: uuid.UUID) -> Ticket | None:
    """Return the ticket that the call made, or reminded of."""
    made = tickets.of_call(session, call_id)
    reminder = None if made else reminders.of_call(session, call_id)
    return session.get_one(Ticket, reminder.ticket_id) if reminder else made


def forgotten_calls(session: Session, *, limit: int = 100) -> Sequence[uuid.UUID]:
    """Return ended calls whose words have no ticket yet: their job was lost with Redis."""
    said = exists().where(
        col(Utterance.call_id) == Call.id,
        col(Utterance.confidence) >= LEAST_CONFIDENCE,
        col(Utterance.characters) > 0,
    )
    return session.exec(
        select(Call.id)
        .join(Recording, col(Recording.call_id) == Call.id)
        .where(col(Call.status).in_((CallStatus.ENDED, CallStatus.LOST)), Call.agent == "")
        .where(
            or_(
                col(Recording.status) == RecordingStatus.FAILED,
                and_(col(Recording.status) == RecordingStatus.TRANSCRIBED, said),
            )
        )
        .where(~exists().where(col(Ticket.call_id) == Call.id))
        .where(~exists().where(col(Reminder.call_id) == Call.id))
        .order_by(col(Call.started_at))
        .limit(limit)
    ).all()


def proposal_of(session: Session, ticket: Ticket) -> ProposalRow | None:
    """Return what the router proposed for the ticket."""
    return session.exec(
        select(ProposalRow)
        .where(ProposalRow.ticket_id == ticket.id)
        .order_by(col(ProposalRow.id).desc())
    ).first()


def kept(
    proposal: Proposal, body: dict[str, Any], *, call_id: uuid.UUID | None, now: datetime
) -> dict[str, Any]:
    """Return the ProposalRow of a new ticket, by columns; `body` is the proposal's object."""
    return {
        "call_id": call_id,
        "at": now,
        "department": proposal.department_code,
        "confidence": proposal.confidence,
        "body": body,
    }


def tell_proposal(
    session: Session, call_id: uuid.UUID, ticket: Ticket, proposal: Proposal, *, now: datetime
) -> None:
    """Add to the call's history what was proposed for its ticket."""
    events.append(
        session,
        EventType.CALL_PROPOSAL,
        chain=records.chain(call_id),
        actor=str(MACHINE),
        now=now,
        call=str(call_id),
        ticket=ticket.number,
        department=proposal.department_code,
        confidence=round(proposal.confidence, 3),
    )

"""A requester with a bit of everything that is kept, of years ago."""

from datetime import datetime, timedelta

from sqlmodel import Session

from dispatch import reminders, tickets
from dispatch.models import ProposalRow, Source, Ticket
from dispatch.people import whose
from dispatch.states import TicketStatus
from dispatch.tickets import Draft
from hotline.core.accounts import Actor, Role
from hotline.core.privacy import Person
from hotline.core.settings import Settings
from telephony import records
from telephony.models import Call
from tests.factories import LAMP, create_ended_call, proposal

RETENTION = "1095 report:1825"
ADMIN = Actor("admin-1", Role.ADMINISTRATOR)
REASON = "保存期满"


def old_ticket(session: Session, own: Settings, *, now: datetime, days: int = 1200) -> Ticket:
    """Return a closed ticket whose call was recorded, with a reminder and a contact's note."""
    then = now - timedelta(days=days)
    call = create_ended_call(session, now=then)
    made = make(session, call, then)
    reminders.remind(session, made, whose.requester(session, made), LAMP, call_id=None, now=then)
    recording = records.recording_of(session, call)
    assert recording
    file = own.recordings_dir / recording.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"RIFF" + bytes(200))
    made.status, made.closed_at = TicketStatus.CLOSED, then
    session.flush()
    return made


def make(session: Session, call: Call, then: datetime) -> Ticket:
    """Register the call's ticket, with what the router proposed."""
    person = session.get_one(Person, call.person_id)
    draft = Draft(LAMP, Source.PHONE_MACHINE, person, proposal(), call_id=call.id)
    made = tickets.open_ticket(session, draft, actor=ADMIN, now=then)
    body = {"legal_basis": "《条例》", "entities": {"address": [{"text": "城关区"}]}}
    session.add(ProposalRow(ticket_id=made.id, at=then, department="x", confidence=0.9, body=body))
    session.flush()
    return made

"""What the switch writes of the calls it orders, before and while a worker places them."""

import uuid
from datetime import datetime

from sqlmodel import Session, col, select

from hotline.core import privacy
from hotline.core.events import EventType
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person
from telephony.commands import (
    CallDialled,
    recording_path,
)
from telephony.models import Call, Direction, Recording
from telephony.records import get_call, note


def open_outbound_call(
    session: Session, person: Person, *, worker: str, errand: str, now: datetime
) -> Call:
    """Record a call that a worker is about to place, before it is told to."""
    phone = privacy.phone_of(person)
    call = Call(
        id=uuid.uuid4(),
        person_id=person.id,
        direction=Direction.OUT,
        caller_masked=phone.masked if phone else "",
        called="",
        sip_call_id="",
        worker=worker,
        started_at=now,
        errand=errand,
    )
    session.add(call)
    session.flush()
    session.add(Recording(call_id=call.id, path=recording_path(call.id, now)))
    return call


def dial_call(session: Session, dialled: CallDialled) -> Call:
    """Record that an outgoing call is on its way."""
    call = get_call(session, uuid.UUID(dialled.call_id))
    if not call.sip_call_id:
        call.sip_call_id = dialled.sip_call_id
        at = datetime.fromisoformat(dialled.at)
        note(session, EventType.CALL_RINGING, call, at, worker=call.worker)
    return call


def reach(session: Session, person: Person) -> tuple[PhoneNumber | None, str]:
    """Return the person's number and the Contact they last called from; never log either."""
    sealed = session.exec(
        select(Call.sealed_contact)
        .where(Call.person_id == person.id, col(Call.sealed_contact).is_not(None))
        .order_by(col(Call.started_at).desc())
        .limit(1)
    ).first()
    return privacy.phone_of(person), privacy.unseal(person, sealed, "contact") if sealed else ""

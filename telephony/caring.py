"""照顾标记: an agent marks who needs care; their next calls wait as if they had waited longer."""

import uuid
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from hotline.core.accounts import Actor
from hotline.core.errors import Conflict
from hotline.core.events import EventType
from hotline.core.privacy import Person
from telephony import records
from telephony.models import Call
from telephony.models_callers import CallerCare, Care, DoNotCall


def mark(
    session: Session, call: Call, care: Care | None, *, actor: Actor, now: datetime
) -> Care | None:
    """Remember that this caller needs care, or None: no longer; marked alike, nothing changes.

    Raises Conflict for a caller without a number: nobody would be known again.
    """
    # Two who mark the same person at once wait for one another here.
    person = session.get_one(Person, call.person_id, with_for_update={"key_share": True})
    if person.phone_index is None:
        raise Conflict(
            "This caller's number is not known; they would not be known again.",
            remedy="Only a caller who shows a number can be marked.",
        )
    row = session.get(CallerCare, person.id, populate_existing=True)
    if care == (row.care if row else None):
        return care
    if row:
        session.delete(row)
        session.flush()
    if care:
        session.add(
            CallerCare(
                person_id=person.id,
                care=care,
                call_id=call.id,
                marked_at=now,
                marked_by=str(actor),
            )
        )
        session.flush()
    type = EventType.CALLER_CARE_CHANGED
    records.note(session, type, call, now, actor=str(actor), care=care.value if care else "")
    return care


def care_of(session: Session, person_id: uuid.UUID) -> Care | None:
    """Return why this person waits less long, if they do."""
    row = session.get(CallerCare, person_id)
    return Care(row.care) if row else None


def forget(session: Session, person_id: uuid.UUID) -> None:
    """Forget that they needed care, and that they were not to be called: they are erased."""
    for table in (CallerCare, DoNotCall):
        session.execute(delete(table).where(col(table.person_id) == person_id))

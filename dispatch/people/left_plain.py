"""What an earlier version kept in plain columns goes into the vault, some hundred at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from dispatch.models import Confidentiality, Ticket, WorkOrder
from dispatch.people.models_people import (
    PersonCorrection,
    PersonErasure,
    PersonHold,
    reason_purpose,
)
from dispatch.sealing import readers, vaulting
from hotline.core import privacy, vault
from hotline.core.privacy import ERASED, AccessLog, Person

AT_ONCE = 500
# Codes of ours, which say nothing of anybody.
_CODES = ("", ERASED, readers.NAMED)


def seal_some(session: Session) -> int:
    """Seal the first rows that hold a written reason in the clear; return how many there were."""
    return _rows(session) + _looks(session) + _erasures(session)


def _rows(session: Session) -> int:
    """Seal what has columns of its own beside `sealed_words`."""
    sealed = select(Ticket.id).where(Ticket.confidentiality == Confidentiality.SEALED)
    of_sealed = [col(WorkOrder.legal_basis) != "", col(WorkOrder.ticket_id).in_(sealed)]
    said = or_(col(PersonHold.reason) != "", col(PersonHold.lifted_why) != "")
    found = [
        *_some(session, WorkOrder, *of_sealed),
        *_some(session, PersonHold, said, col(PersonHold.reason) != ERASED),
        *_some(session, PersonCorrection, col(PersonCorrection.reason).not_in(_CODES)),
    ]
    for row in found:
        vaulting.put_away_row(session, row)
    return len(found)


def _looks(session: Session) -> int:
    found = _some(session, AccessLog, col(AccessLog.reason).not_in(_CODES))
    for row in found:
        person = session.get_one(Person, row.person_id)
        if privacy.is_erased(person):
            row.reason = ERASED
        else:
            row.sealed_reason = privacy.seal(person, row.reason, privacy.REASON)
            row.reason = ""
    session.flush()
    return len(found)


def _erasures(session: Session) -> int:
    found = _some(session, PersonErasure, col(PersonErasure.reason) != "")
    for row in found:
        row.sealed_reason = vault.wrap(row.reason.encode(), reason_purpose(row.person_id))
        row.reason = ""
    session.flush()
    return len(found)


def _some(session: Session, kind: Any, *which: ColumnElement[bool]) -> Sequence[Any]:
    """Return the first such rows, locked; somebody else's are left for the next time."""
    query = select(kind).where(*which).limit(AT_ONCE).with_for_update(skip_locked=True)
    return session.exec(query).all()

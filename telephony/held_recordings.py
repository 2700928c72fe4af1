"""法定保留: a recording that a court, an audit or a dispute still needs is removed by nothing."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from hotline.core import events, privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType
from hotline.core.privacy import Person, mask_text
from telephony import records
from telephony.erased_recordings import GONE
from telephony.models import Call, Recording
from telephony.models_recordings import RecordingHold

_REASON = "recording_hold"


def present(session: Session, call: Call) -> RecordingHold | None:
    """Return the hold on the call's recording, if there is one."""
    held = select(RecordingHold).where(RecordingHold.call_id == call.id)
    return session.exec(held.where(col(RecordingHold.lifted_at).is_(None))).first()


def of_call(session: Session, call: Call) -> Sequence[RecordingHold]:
    """Return every hold that there was, oldest first."""
    held = select(RecordingHold).where(RecordingHold.call_id == call.id)
    return session.exec(held.order_by(col(RecordingHold.id))).all()


def of_person(session: Session, person_id: uuid.UUID) -> RecordingHold | None:
    """Return a present hold on any recording of this caller's."""
    theirs = select(RecordingHold).join(Call, col(Call.id) == RecordingHold.call_id)
    theirs = theirs.where(Call.person_id == person_id, col(RecordingHold.lifted_at).is_(None))
    return session.exec(theirs.limit(1)).first()


def hold(session: Session, call: Call, why: str, *, actor: Actor, now: datetime) -> RecordingHold:
    """保留录音: let nothing remove it; raise Conflict when it is gone or held already."""
    _locked(session, call)
    if present(session, call):
        raise Conflict("The recording is held already.", remedy="Read the hold.")
    row = RecordingHold(
        call_id=call.id, at=now, by=str(actor), sealed_reason=_sealed(session, call, why)
    )
    session.add(row)
    _tell(session, call, actor, now)
    session.flush()
    return row


def lift(session: Session, call: Call, why: str, *, actor: Actor, now: datetime) -> RecordingHold:
    """解除保留: from now on it goes in its time; raise Conflict when it is not held."""
    _locked(session, call)
    row = present(session, call)
    if row is None:
        raise Conflict("The recording is not held.", remedy="Nothing is to lift.")
    row.lifted_at, row.lifted_by = now, str(actor)
    row.sealed_lifted = _sealed(session, call, why)
    session.add(row)
    _tell(session, call, actor, now, lapsed=True)
    session.flush()
    return row


def why(session: Session, call: Call, sealed: bytes | None) -> str:
    """Return why it is held or was let go, masked."""
    return privacy.unseal(_person(session, call), sealed, _REASON) if sealed else ""


def _locked(session: Session, call: Call) -> None:
    """Lock the recording against whoever would remove it; raise Conflict for one that is gone."""
    locked = select(Recording).where(Recording.call_id == call.id).with_for_update()
    recording = session.exec(locked.execution_options(populate_existing=True)).first()
    if recording is None or recording.status in GONE:
        raise Conflict("The call has no recording.", remedy="Nothing is left to hold.")


def _sealed(session: Session, call: Call, why: str) -> bytes:
    if not why.strip():
        raise Invalid("A reason is needed.", remedy="Say which court, audit or dispute.")
    return privacy.seal(_person(session, call), mask_text(why.strip()), _REASON)


def _person(session: Session, call: Call) -> Person:
    return session.get_one(Person, call.person_id)


def _tell(session: Session, call: Call, actor: Actor, now: datetime, **refs: Any) -> None:
    held, chain = EventType.RECORDING_HELD, records.chain(call.id)
    events.append(session, held, chain=chain, actor=str(actor), now=now, call=str(call.id), **refs)

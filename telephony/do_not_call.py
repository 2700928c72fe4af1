"""免打扰: who asked never to be called back is not rung by the machine; a person may lift it."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotFound
from hotline.core.events import EventType
from hotline.core.privacy import Person
from telephony.models_callers import DoNotCall, NotCallReason


def holds(row: DoNotCall, moment: datetime) -> bool:
    """Return whether the wish is in force at this moment."""
    ends = [each for each in (row.until, row.removed_at) if each]
    return row.added_at <= moment and all(moment < each for each in ends)


def is_listed(session: Session, person_id: uuid.UUID, *, now: datetime) -> bool:
    """Return whether this person is not to be rung now."""
    return session.exec(_in_force(person_id, now).limit(1)).first() is not None


def not_listed(person_id: Any, *, now: datetime) -> ColumnElement[bool]:
    """Return, for a query, the condition that the person of its row may be rung now."""
    return ~_in_force(person_id, now).exists()


def add(
    session: Session,
    person_id: uuid.UUID,
    reason: NotCallReason,
    *,
    call_id: uuid.UUID | None = None,
    days: int | None = None,
    actor: Actor,
    now: datetime,
) -> DoNotCall:
    """Let nobody's machine ring this person, for so many days or for ever.

    Raises Conflict without a number, or when they are listed already.
    """
    # Two who list the same person at once wait for one another here.
    person = session.get_one(Person, person_id, with_for_update={"key_share": True})
    if person.phone_index is None:
        raise Conflict("Their number is not known.", remedy="Nobody can be rung there anyway.")
    if is_listed(session, person_id, now=now):
        raise Conflict("They are listed already.", remedy="Remove that entry to change it.")
    row = DoNotCall(
        person_id=person_id,
        call_id=call_id,
        reason=reason,
        added_at=now,
        added_by=str(actor),
        until=now + timedelta(days=days) if days else None,
    )
    session.add(row)
    session.flush()
    _note(session, row, EventType.DO_NOT_CALL_ADDED, actor=actor, now=now)
    return row


def remove(session: Session, row_id: int, *, actor: Actor, now: datetime) -> DoNotCall:
    """Let them be rung again; raise NotFound, or Conflict for an entry that is over."""
    row = session.get(DoNotCall, row_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"There is no entry {row_id}.", remedy="Look at the list.")
    if not holds(row, now):
        raise Conflict(f"Entry {row_id} is over.", remedy="Look at the list.")
    row.removed_at, row.removed_by = now, str(actor)
    session.flush()
    _note(session, row, EventType.DO_NOT_CALL_REMOVED, actor=actor, now=now)
    return row


def listed(session: Session, *, before: int | None = None, limit: int = 50) -> Sequence[DoNotCall]:
    """Return entries, newest first, those that are over too; `before` is the last one seen."""
    query = select(DoNotCall).order_by(col(DoNotCall.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(DoNotCall.id) < before)
    return session.exec(query).all()


def _in_force(person_id: Any, now: datetime) -> SelectOfScalar[DoNotCall]:
    return select(DoNotCall).where(
        DoNotCall.person_id == person_id,
        col(DoNotCall.removed_at).is_(None),
        or_(col(DoNotCall.until).is_(None), col(DoNotCall.until) > now),
    )


def _note(
    session: Session, row: DoNotCall, type: EventType, *, actor: Actor, now: datetime
) -> None:
    events.append(
        session,
        type,
        chain=f"do_not_call:{row.id}",
        actor=str(actor),
        now=now,
        entry=row.id,
        call=str(row.call_id) if row.call_id else None,
        reason=row.reason,
        until=row.until.isoformat() if row.until else None,
    )

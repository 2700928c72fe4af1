"""删除: after retention a person's key is destroyed; what it sealed can't be read by anybody again.

The chains of events stay whole, as they never held a word of theirs; AccessLog rows stay too.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from dispatch import history
from dispatch.models import Notice, Ticket
from dispatch.people import holds, retention, whose
from dispatch.people.inventory import KEPT, Kept
from dispatch.people.models_people import PersonErasure, PersonHold, reason_purpose
from hotline.core import privacy, vault
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import Audience, EventType
from hotline.core.privacy import ERASED, Person, mask_text
from hotline.core.queue import enqueue_soon
from telephony import caring, erased_recordings, held_recordings
from telephony.models import Call
from telephony.models_recordings import RecordingHold

REMOVE_FILES = "dispatch.people.jobs.remove_erased_recordings"
_FORGET_ANSWERS = text("DELETE FROM kept_reply WHERE position(:number IN body::text) > 0")
_UNSEALED_AWAY = b""
AT_ONCE = 500  # people who are looked at together


class Why(StrEnum):
    """What stands against an erasure."""

    HELD = "held"  # 法定保留
    OPEN = "open"  # a ticket or a call goes on
    RETENTION = "retention"  # 保存期限未满
    ERASED = "erased"  # it is done already


@dataclass(frozen=True)
class Hindrance:
    """Why a person's data can't be erased now; `until` when time alone mends it."""

    why: Why
    until: datetime | None = None


def hindrance(session: Session, person: Person, *, written: str, now: datetime) -> Hindrance | None:
    """Return what stands against erasing the person's data; `written` are the site's retentions."""
    if privacy.is_erased(person):
        return Hindrance(Why.ERASED)
    if holds.present(session, person) or held_recordings.of_person(session, person.id):
        return Hindrance(Why.HELD)
    until = retention.kept_until(session, person, written=written)
    if until is None:
        return Hindrance(Why.OPEN)
    return Hindrance(Why.RETENTION, until) if until > now else None


def erase(
    session: Session, ticket: Ticket, reason: str, *, written: str, actor: Actor, now: datetime
) -> PersonErasure:
    """删除: destroy the key of the ticket's requester and blank what is kept of them.

    Raises Conflict while they are held, a ticket of theirs is open, or retention has not passed.
    """
    if not reason.strip():
        raise Invalid("A reason is needed to erase.", remedy="Say why, in a few words.")
    theirs = whose.tickets_of(session, ticket.person_id, lock=True)
    person = whose.requester(session, ticket, lock=True)
    _require_free(hindrance(session, person, written=written, now=now), ticket)
    _drop_unsent(session, theirs, now)
    for kept in KEPT:
        _blank(session, kept, person.id)
    caring.forget(session, person.id)
    recordings = erased_recordings.give_up(session, person.id)
    person.wrapped_key, person.phone_index, person.sealed_phone = _UNSEALED_AWAY, None, None
    session.add(person)
    row = PersonErasure(
        person_id=person.id,
        at=now,
        by=str(actor),
        sealed_reason=vault.wrap(mask_text(reason.strip()).encode(), reason_purpose(person.id)),
        tickets=len(theirs),
        recordings=recordings,
    )
    session.add(row)
    _tell(session, theirs, actor, now)
    session.flush()
    enqueue_soon(session, REMOVE_FILES)
    return row


def why(row: PersonErasure) -> str:
    """Return why the person was erased, masked."""
    if row.sealed_reason is None:
        return row.reason
    return vault.open_wrapped(row.sealed_reason, reason_purpose(row.person_id)).decode()


def due(session: Session, *, written: str, now: datetime, limit: int = 200) -> list[Ticket]:
    """Return one ticket of each person whose data may be erased now, the oldest first."""
    found: list[Ticket] = []
    after = 0
    while len(found) < limit and (batch := _erasable(session, after=after)):
        people = [person for _, person in batch]
        ends = retention.ends(session, people, written=written)
        found += [each for each, person in batch if (end := ends[person.id]) and end <= now]
        after = batch[-1][0].id or 0
    return found[:limit]


def _erasable(session: Session, *, after: int) -> Sequence[tuple[Ticket, Person]]:
    """Return the first tickets of people, some hundred, against whom nothing but time may stand."""
    earlier, still_open = aliased(Ticket), aliased(Ticket)
    first = ~exists().where(
        col(earlier.person_id) == Ticket.person_id, col(earlier.id) < col(Ticket.id)
    )
    ended = ~exists().where(
        col(still_open.person_id) == Ticket.person_id, col(still_open.closed_at).is_(None)
    )
    held = exists().where(
        col(PersonHold.person_id) == Ticket.person_id, col(PersonHold.lifted_at).is_(None)
    )
    on_recording = exists().where(
        col(Call.person_id) == Ticket.person_id,
        col(RecordingHold.call_id) == Call.id,
        col(RecordingHold.lifted_at).is_(None),
    )
    query = select(Ticket, Person).join(Person, col(Person.id) == Ticket.person_id)
    query = query.where(col(Ticket.id) > after, func.octet_length(Person.wrapped_key) > 0)
    query = query.where(first, ended, ~held, ~on_recording)
    return session.exec(query.order_by(col(Ticket.id)).limit(AT_ONCE)).all()


def _require_free(found: Hindrance | None, ticket: Ticket) -> None:
    if found is None:
        return
    until = f"{beijing_day(found.until)}" if found.until else ""
    said, remedy = {
        Why.ERASED: ("were erased already", "Nothing is left to do."),
        Why.HELD: ("are held", "Lift the hold first."),
        Why.OPEN: ("are needed: a ticket or a call goes on", "Bring it to its end first."),
        Why.RETENTION: (f"are kept until {until}", f"Erase them after {until}."),
    }[found.why]
    raise Conflict(f"The data of ticket {ticket.number}'s requester {said}.", remedy=remedy)


def _blank(session: Session, kept: Kept, person_id: uuid.UUID) -> None:
    """Leave `ERASED` where words were, and nothing of what was sealed or of an object."""
    changes = [
        *(f"\"{name}\" = CASE \"{name}\" WHEN '' THEN '' ELSE :erased END" for name in kept.words),
        # An empty value, but nothing where nothing was.
        *(f'"{name}" = substring("{name}" FROM 1 FOR 0)' for name in kept.sealed),
        *(f'"{name}" = {left}' for name, left in kept.objects.items()),
    ]
    if changes:
        update = f'UPDATE "{kept.table}" SET {", ".join(changes)} WHERE {kept.via}'  # noqa: S608  # names of our own
        values: dict[str, Any] = {"person": person_id}
        session.execute(text(update), values | ({"erased": ERASED} if kept.words else {}))


def _drop_unsent(session: Session, theirs: Sequence[Ticket], now: datetime) -> None:
    ids = [ticket.id for ticket in theirs]
    unsent = select(Notice).where(col(Notice.ticket_id).in_(ids), col(Notice.sent_at).is_(None))
    for notice in session.exec(unsent):
        notice.sent_at = now  # nobody is left to send it to
        session.add(notice)
    session.flush()


def _tell(session: Session, theirs: Sequence[Ticket], actor: Actor, now: datetime) -> None:
    """Tell it in the history of each ticket; what was answered to somebody's key goes as well."""
    for ticket in theirs:
        session.refresh(ticket)
        erased = EventType.PERSON_ERASED
        history.record(session, ticket, erased, actor=actor, now=now, audience=Audience.INTERNAL)
        session.execute(_FORGET_ANSWERS, {"number": ticket.number})

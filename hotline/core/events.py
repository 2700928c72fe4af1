"""The one log of all that happened: append-only, chained by hash, without personal text.

It is the audit trail, the live stream, the webhooks' outbox and the reports' source at once.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Index, func, literal_column, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, col, select

from hotline.core import queue
from hotline.core.db import Moment, after_commit
from hotline.core.errors import HotlineError


class EventType(StrEnum):
    """The names that streams, webhooks and reports rely on."""

    CALL_RINGING = "call.ringing"
    CALL_OFFERED = "call.offered"
    CALL_ANSWERED = "call.answered"
    CALL_TRANSCRIPT = "call.transcript"
    CALL_PROPOSAL = "call.proposal"
    CALL_ENDED = "call.ended"
    TICKET_REGISTERED = "ticket.registered"
    TICKET_DISPATCHED = "ticket.dispatched"
    ORDER_DISPATCHED = "order.dispatched"
    ORDER_ACCEPTED = "order.accepted"
    ORDER_RETURNED = "order.returned"
    ORDER_REPLIED = "order.replied"
    ORDER_COMPLETED = "order.completed"
    ORDER_RECALLED = "order.recalled"
    CLOCK_STARTED = "clock.started"
    CLOCK_STOPPED = "clock.stopped"
    CLOCK_WARNING = "clock.warning"
    CLOCK_DUE = "clock.due"
    CLOCK_OVERDUE = "clock.overdue"
    ORDER_CONTACTED = "order.contacted"
    ORDER_REPLY_REJECTED = "order.reply_rejected"
    TICKET_SETTLED = "ticket.settled"
    TICKET_RETURNED = "ticket.returned"
    TICKET_REMINDED = "ticket.reminded"
    CALLBACK_ATTEMPTED = "callback.attempted"
    CALLBACK_PLANNED = "callback.planned"
    CALLBACK_COMPLETED = "callback.completed"
    TICKET_CLOSED = "ticket.closed"
    TICKET_REOPENED = "ticket.reopened"
    CALL_RATED = "call.rated"
    TICKET_ANSWERED = "ticket.answered"
    TICKET_DECLINED = "ticket.declined"
    TICKET_HANDED_OVER = "ticket.handed_over"
    HAND_OVER_ACKNOWLEDGED = "hand_over.acknowledged"
    TICKET_WITHDRAWN = "ticket.withdrawn"
    TICKET_MERGED = "ticket.merged"
    TICKET_UNMERGED = "ticket.unmerged"
    TICKET_SPLIT = "ticket.split"
    TICKET_SUSPENDED = "ticket.suspended"
    TICKET_SUSPENSION_ENDED = "ticket.suspension_ended"
    TICKET_ARCHIVED = "ticket.archived"
    TICKET_IMPORTED = "ticket.imported"
    ORDER_INFO_ASKED = "order.info_asked"
    ORDER_INFO_GIVEN = "order.info_given"
    ORDER_SIGNED = "order.signed"
    EXTENSION_ASKED = "extension.asked"
    EXTENSION_GRANTED = "extension.granted"
    EXTENSION_REFUSED = "extension.refused"
    ARBITRATION_OPENED = "arbitration.opened"
    ARBITRATION_DECIDED = "arbitration.decided"
    SUPERVISION_RAISED = "supervision.raised"
    SUPERVISION_ANSWERED = "supervision.answered"
    SUPERVISION_LIFTED = "supervision.lifted"
    CLOCK_RECKONED = "clock.reckoned"  # due at another time than before, and why
    CALENDAR_LOADED = "calendar.loaded"
    CALENDAR_MISSING = "calendar.missing"
    POLICIES_LOADED = "policies.loaded"


class Broken(HotlineError):
    title = "The history was tampered with"


class Audience(StrEnum):
    """Who may read an event; each also sees what the narrower ones see."""

    INTERNAL = "internal"
    DEPARTMENT = "department"
    CALLER = "caller"


class Event(SQLModel, table=True):
    """One thing that happened. `chain` names what it happened to (`ticket:…`, `call:…`)."""

    __table_args__ = (
        Index("uq_event_chain_seq", "chain", "seq", unique=True),
        Index("ix_event_watermark", "xid", "id"),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True)
    )
    xid: int = Field(
        default=None,
        sa_column=Column(
            BigInteger, nullable=False, server_default=text("(pg_current_xact_id()::text::bigint)")
        ),
    )
    at: datetime = Field(sa_type=Moment)
    type: str
    chain: str
    seq: int
    actor: str
    audience: str
    refs: dict[str, Any] = Field(sa_type=JSONB)
    prev_hash: str
    hash: str


_WILL_WAKE = "will_wake"
MOST = 2**63 - 1  # what a bigint holds


@dataclass(frozen=True)
class Cursor:
    """A place in the log in commit order; written `xid-id` on the wire."""

    xid: int = 0
    id: int = 0

    def __str__(self) -> str:
        return f"{self.xid}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Return the cursor written as `xid-id`; raise ValueError for anything else."""
        xid, _, row = text.partition("-")
        cursor = cls(int(xid), int(row))
        if not (0 <= cursor.xid <= MOST and 0 <= cursor.id <= MOST):
            raise ValueError(f"{text!r} is no place in the log")
        return cursor


def fingerprint(event: Event) -> str:
    """Return the hash that binds the event to the one before it in its chain."""
    body = [
        event.prev_hash,
        event.at.isoformat(),
        event.type,
        event.chain,
        event.seq,
        event.actor,
        event.audience,
        event.refs,
    ]
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def append(
    session: Session,
    type: EventType,
    *,
    chain: str,
    actor: str,
    now: datetime,
    audience: Audience = Audience.INTERNAL,
    **refs: Any,
) -> Event:
    """Add one event to its chain; readers are woken when the transaction stands."""
    session.exec(select(func.pg_advisory_xact_lock(func.hashtextextended(chain, 0))))
    last = session.exec(
        select(Event).where(Event.chain == chain).order_by(col(Event.seq).desc()).limit(1)
    ).first()
    event = Event(
        at=now,
        type=type,
        chain=chain,
        seq=last.seq + 1 if last else 1,
        actor=actor,
        audience=audience,
        refs=refs,
        prev_hash=last.hash if last else "",
        hash="",
    )
    event.hash = fingerprint(event)
    session.add(event)
    session.flush()
    if not session.info.get(_WILL_WAKE):
        session.info[_WILL_WAKE] = True  # one wake-up a transaction
        after_commit(session, lambda: queue.wake(queue.EVENTS))
    return event


def read(session: Session, after: Cursor, *, limit: int = 200) -> Sequence[Event]:
    """Return the events after the cursor whose transactions can no longer be overtaken.

    Below `pg_snapshot_xmin` nothing is still running, so a late commit is never skipped.
    """
    return session.exec(
        select(Event)
        .where(tuple_(col(Event.xid), col(Event.id)) > tuple_(after.xid, after.id))
        .where(col(Event.xid) < _watermark())
        .order_by(col(Event.xid), col(Event.id))
        .limit(limit)
    ).all()


def latest(session: Session) -> Cursor:
    """Return the cursor from which only what commits later follows, however late it began."""
    row = session.exec(
        select(Event.xid, Event.id)
        .where(col(Event.xid) < _watermark())
        .order_by(col(Event.xid).desc(), col(Event.id).desc())
        .limit(1)
    ).first()
    return Cursor(row[0], row[1] or 0) if row else Cursor()


def history(session: Session, chain: str) -> Sequence[Event]:
    """Return the whole chain, oldest first."""
    return session.exec(select(Event).where(Event.chain == chain).order_by(col(Event.seq))).all()


def _watermark() -> ColumnElement[int]:
    return literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


def verify(session: Session) -> int:
    """Return how many events were checked; raise Broken at the first that was changed.

    An event missing from the middle is found; the end of a chain is only as safe as the database.
    """
    checked = 0
    last: Event | None = None
    for event in session.exec(select(Event).order_by(col(Event.chain), col(Event.seq))):
        same = last is not None and last.chain == event.chain
        seq, before = (last.seq + 1, last.hash) if same and last else (1, "")
        if (event.seq, event.prev_hash, event.hash) != (seq, before, fingerprint(event)):
            raise Broken(
                f"{event.chain}, event {event.seq} ({event.type}) does not follow from the one "
                "before it.",
                remedy="Compare with a backup: the log was changed outside the hotline.",
            )
        last = event
        checked += 1
    return checked

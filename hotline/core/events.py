"""The one log of all that happened: append-only, chained by hash, without personal text.

It is the audit trail, the live stream, the webhooks' outbox and the reports' source at once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Index, literal_column, text, tuple_
from sqlalchemy import select as columns
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, col, select

from hotline.core import arrays, queue
from hotline.core.audited import AUDITED_SQL
from hotline.core.chains import End, hold, link
from hotline.core.db import Moment, after_commit
from hotline.core.errors import HotlineError
from hotline.core.event_types import Audience as Audience
from hotline.core.event_types import EventType as EventType


class Broken(HotlineError):
    title = "The history was tampered with"


class Event(SQLModel, table=True):
    """One thing that happened. `chain` names what it happened to (`ticket:…`, `call:…`)."""

    __table_args__ = (
        Index("uq_event_chain_seq", "chain", "seq", unique=True),
        Index("ix_event_watermark", "xid", "id"),
        Index("ix_event_audited", "id", postgresql_where=text(AUDITED_SQL)),
        # 座席: what a seat did on a day.
        Index("ix_event_seat", "chain", "at", postgresql_where=text("type = 'seat.changed'")),
        Index(
            "ix_event_registered_by",
            "actor",
            postgresql_where=text("type = 'ticket.registered' AND actor <> 'hotline'"),
        ),
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
_COLUMNS = ("at", "type", "chain", "seq", "actor", "audience", "refs", "prev_hash", "hash")
_TEXTS = ("type", "chain", "actor", "audience", "prev_hash", "hash")
# Arrays, so that a thousand events are one statement with nine values.
_INSERT = text(
    "INSERT INTO event (at, type, chain, seq, actor, audience, refs, prev_hash, hash) "
    "SELECT at, type, chain, seq, actor, audience, refs, prev_hash, hash "
    "FROM ROWS FROM (unnest(CAST(:at AS timestamptz[]), CAST(:type AS text[]), "
    "CAST(:chain AS text[]), CAST(:seq AS int[]), CAST(:actor AS text[]), "
    "CAST(:audience AS text[]), CAST(:prev_hash AS text[]), CAST(:hash AS text[])), "
    "jsonb_array_elements(CAST(:refs AS jsonb))) "
    "AS told(at, type, chain, seq, actor, audience, prev_hash, hash, refs) RETURNING id, xid"
)
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
    before = End(event.seq - 1, event.prev_hash)
    told = (event.at, event.type, event.chain, event.actor, event.audience, event.refs)
    return link(before, *told).hash


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
    ((place, row),) = _add(session, [News(type, chain, actor, now, audience, refs)])
    return Event(id=place.id, xid=place.xid, **row)


@dataclass(frozen=True, slots=True)
class News:
    """An event that is still to be added to its chain."""

    type: EventType
    chain: str
    actor: str
    at: datetime
    audience: Audience
    refs: dict[str, Any]


def append_many(session: Session, told: Sequence[News]) -> None:
    """Add events to their chains, in this order, by three statements however many they are.

    Each chain is locked until the commit: give as many as one transaction can hold, some thousands.
    """
    if told:
        _add(session, told)


def begin_many(session: Session, told: Sequence[News]) -> None:
    """Add the first events of chains that this transaction made and nobody else can know of yet.

    They take no lock, so that one transaction may begin a hundred thousand chains.
    """
    if told:
        session.flush()
        _write(session, told, {news.chain: End() for news in told})


def _add(session: Session, told: Sequence[News]) -> list[tuple[Cursor, dict[str, Any]]]:
    return _write(session, told, hold(session, [news.chain for news in told]))


def _write(
    session: Session, told: Sequence[News], ends: dict[str, End]
) -> list[tuple[Cursor, dict[str, Any]]]:
    added = [_linked(news, ends) for news in told]
    columns = {name: [row[name] for row in added] for name in _COLUMNS}
    values = {
        **{name: arrays.of_texts(columns[name]) for name in _TEXTS},
        "at": arrays.of_moments(columns["at"]),
        "seq": arrays.of_numbers(columns["seq"]),
        "refs": json.dumps(columns["refs"]),
    }
    placed = [Cursor(xid, id) for id, xid in session.execute(_INSERT, values).all()]
    _wake_readers(session)
    return list(zip(placed, added, strict=True))


def begun(session: Session, first: News) -> dict[str, Any]:
    """Return the row of a new chain's first event, for the caller to write beside what it is of.

    Nobody else can know a chain whose thing is not written yet: there is nothing to lock, and no
    last event to look for.
    """
    _wake_readers(session)
    return _linked(first, {first.chain: End()})


def _wake_readers(session: Session) -> None:
    if not session.info.get(_WILL_WAKE):
        session.info[_WILL_WAKE] = True  # one wake-up a transaction
        after_commit(session, lambda: queue.wake(queue.EVENTS))


def _linked(news: News, ends: dict[str, End]) -> dict[str, Any]:
    """Return the event's row, and move its chain's end on."""
    at = news.at.astimezone(UTC)  # as it is read back: the hash is over its written form
    before = ends[news.chain]
    end = link(before, at, news.type, news.chain, news.actor, news.audience, news.refs)
    ends[news.chain] = end
    row = (at, news.type, news.chain, end.seq, news.actor, news.audience, news.refs)
    return dict(zip(_COLUMNS, (*row, before.hash, end.hash), strict=True))


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


def horizon(session: Session) -> tuple[int, bool]:
    """Return below which transaction `read` reads now, and whether something has committed above.

    Then an older transaction still runs: the event is readable once that one ends.
    """
    above = select(Event.id).where(col(Event.xid) >= _watermark()).exists()
    below, hidden = session.execute(columns(_watermark(), above)).one()
    return int(below), bool(hidden)


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

"""审计: who administered, who looked, who was refused; read from the one event log.

Its events hold no personal data, so neither does this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, literal_column
from sqlmodel import Session, col, select

from hotline.core.audited import AUDITED, AUDITED_SQL
from hotline.core.event_types import EventType
from hotline.core.events import Event


@dataclass(frozen=True)
class Wanted:
    """What an auditor looks for; what is None or empty is not asked."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str = ""
    subject: str = ""  # a chain: account:…, key:…, ticket:…
    types: frozenset[EventType] = frozenset()
    everything: bool = False  # the work on tickets, orders and calls too


def listed(
    session: Session, wanted: Wanted, *, before: int | None = None, limit: int
) -> Sequence[Event]:
    """Return the events, the newest first, those before the row `before`.

    Without types, a subject or `everything` only the audited types are looked at.
    """
    query = select(Event).where(*conditions(wanted))
    if before is not None:
        query = query.where(col(Event.id) < before)
    return session.exec(query.order_by(col(Event.id).desc()).limit(limit)).all()


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what the events must meet."""
    found: list[ColumnElement[bool]] = []
    if wanted.types:
        found.append(col(Event.type).in_(sorted(wanted.types)))
    if not (wanted.subject or wanted.everything or wanted.types - AUDITED):
        # Written out as in the index `ix_event_audited`, which no parameter would be known to fit.
        found.append(literal_column(f"event.{AUDITED_SQL}"))
    if wanted.since:
        found.append(col(Event.at) >= wanted.since)
    if wanted.until:
        found.append(col(Event.at) < wanted.until)
    if wanted.actor:
        found.append(col(Event.actor) == wanted.actor)
    if wanted.subject:
        found.append(col(Event.chain) == wanted.subject)
    return found


def _audited() -> str:
    return f"type IN ({', '.join(repr(str(each)) for each in sorted(AUDITED))})"

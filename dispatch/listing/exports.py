"""导出: what is kept of a list that somebody takes away; the file itself is nobody's to keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session

from dispatch.listing.models_listing import ListExport
from dispatch.models import Ticket
from hotline.core import events, rekeying, vault
from hotline.core.accounts import Actor, chain_of
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType
from hotline.core.privacy import AccessLog, mask_text

MOST = 10_000  # rows of one file: a month of a city's; more is a report's to tell
LONGEST_REASON = 200
LIST = "list"  # what an AccessLog row says that was looked at; why is in `list_export`
_PURPOSE = "list export"
rekeying.register(rekeying.Wrapped("list_export", "sealed_reason", "id", lambda _key: _PURPOSE))


@dataclass(frozen=True)
class Taken:
    """A list that was taken away: by its filters, in which format, why, and how many rows."""

    query: str
    format: str
    reason: str
    count: int


def reason_of(written: str) -> str:
    """Return why somebody takes a list away, masked; raise Invalid without a reason."""
    reason = " ".join(mask_text(written.replace("\0", " ")).split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid(
            f"An export needs a reason of 1 to {LONGEST_REASON} characters.", remedy="Say why."
        )
    return reason


def require_few(count: int) -> None:
    """Raise Conflict for a list that is too long for a file."""
    if count > MOST:
        raise Conflict(f"The list has more than {MOST} tickets.", remedy="Choose a shorter span.")


def note(session: Session, found: Sequence[Ticket], *, actor: Actor, now: datetime) -> None:
    """Keep of each ticket that it was in a file, for who asks who saw it."""
    rows = [
        {
            "at": now,
            "actor": str(actor),
            "person_id": ticket.person_id,
            "subject": ticket.number,
            "what": LIST,
            "reason": "",
        }
        for ticket in found
    ]
    if rows:
        session.execute(insert(AccessLog), rows)


def keep(session: Session, taken: Taken, *, actor: Actor, now: datetime) -> ListExport:
    """Keep that the list was taken away, with its reason sealed, and tell the auditor so."""
    row = ListExport(
        at=now,
        by=str(actor),
        query=taken.query,
        format=taken.format,
        count=taken.count,
        sealed_reason=vault.wrap(taken.reason.encode(), _PURPOSE),
    )
    session.add(row)
    session.flush()
    events.append(
        session,
        EventType.LIST_EXPORTED,
        chain=chain_of(str(actor)),
        actor=str(actor),
        now=now,
        export=row.id,
        format=taken.format,
        count=taken.count,
    )
    return row


def why(row: ListExport) -> str:
    """Return the reason that was given, masked."""
    return vault.open_wrapped(row.sealed_reason, _PURPOSE).decode()

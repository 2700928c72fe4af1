"""有条件开放: organisations that may take what is given on application; every download is kept."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from dispatch.publishing import terms
from dispatch.publishing.models_publishing import DataReceiver, ReleaseFile, StatisticsRelease
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import Event, EventType
from hotline.core.privacy import mask_text

PREFIX = "od_"
_SHOWN = 10  # enough to tell keys apart, far too little to guess one
SHOWN = 50
MOST_LETTERS = 200


def register(
    session: Session, name: str, purpose: str, until: date, *, actor: Actor, now: datetime
) -> tuple[DataReceiver, str]:
    """登记: return the receiver and its key, which can't be shown again.

    Raises Invalid without a name and a purpose, and for a term that is over or too long.
    """
    called, why = name.strip()[:MOST_LETTERS], purpose.strip()[:MOST_LETTERS]
    today, longest = beijing_day(now), timedelta(days=terms.number("receiver_days"))
    if not called or not why:
        raise Invalid("A receiver has a name and a purpose.", remedy="Write both.")
    if not today <= until <= today + longest:
        raise Invalid(
            "This term is over or too long.", remedy=f"End it by {today + longest} at the latest."
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    row = DataReceiver(
        name=mask_text(called),
        purpose=mask_text(why),
        shown=secret[:_SHOWN],
        digest=_digest(secret),
        until=until,
        registered_at=now,
        registered_by=str(actor),
    )
    session.add(row)
    session.flush()
    _tell(session, row, EventType.DATA_RECEIVER_REGISTERED, str(actor), now, until=str(until))
    return row, secret


def end(session: Session, row: DataReceiver, *, actor: Actor, now: datetime) -> DataReceiver:
    """终止: its key is worthless from now on; raise Conflict when it was before."""
    if row.ended_at:
        raise Conflict("This receiver's term has ended.", remedy="Register it anew.")
    row.ended_at, row.ended_by = now, str(actor)
    row.version += 1
    session.add(row)
    _tell(session, row, EventType.DATA_RECEIVER_ENDED, str(actor), now)
    return row


def holder(session: Session, key: str, *, now: datetime) -> DataReceiver:
    """Return whose key it is; raise NotAllowed for one that nobody holds, or no longer."""
    row = session.exec(select(DataReceiver).where(DataReceiver.digest == _digest(key))).first()
    if row is None or row.ended_at or row.until < beijing_day(now):
        raise NotAllowed(
            "This file is given on application.",
            remedy="Apply to the hotline, and send the key as X-Receiver-Key.",
        )
    return row


def take(
    session: Session,
    row: DataReceiver,
    release: StatisticsRelease,
    file: ReleaseFile,
    *,
    now: datetime,
) -> None:
    """Keep that the receiver was given the file."""
    _tell(
        session,
        row,
        EventType.OPEN_DATA_TAKEN,
        f"receiver:{row.id}",
        now,
        month=release.month,
        edition=release.edition,
        file=file.name,
        sha256=file.sha256,
    )


def find(session: Session, receiver_id: int, *, lock: bool = False) -> DataReceiver:
    """Return the receiver; raise NotFound."""
    asked = select(DataReceiver).where(DataReceiver.id == receiver_id)
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    found = session.exec(asked).first()
    if found is None:
        raise NotFound(f"There is no receiver {receiver_id}.", remedy="Take one from the list.")
    return found


def listed(session: Session, *, before: int = 0, limit: int = SHOWN) -> Sequence[DataReceiver]:
    """Return the receivers, the newest first; `before` is the id of the last one seen."""
    asked = select(DataReceiver)
    if before:
        asked = asked.where(col(DataReceiver.id) < before)
    return session.exec(asked.order_by(col(DataReceiver.id).desc()).limit(limit)).all()


def taken(
    session: Session, row: DataReceiver, *, before: int = 0, limit: int = SHOWN
) -> Sequence[Event]:
    """Return what the receiver was given, the newest first; `before` is the last one's number."""
    asked = select(Event).where(
        Event.chain == f"receiver:{row.id}", Event.type == EventType.OPEN_DATA_TAKEN
    )
    if before:
        asked = asked.where(Event.seq < before)
    return session.exec(asked.order_by(col(Event.seq).desc()).limit(limit)).all()


def _tell(
    session: Session, row: DataReceiver, type: EventType, by: str, now: datetime, **refs: Any
) -> None:
    chain = f"receiver:{row.id}"
    events.append(session, type, chain=chain, actor=by, now=now, receiver=row.id, **refs)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

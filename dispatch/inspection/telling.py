"""Events of the room: what happened to which inspection, by ids and codes; no score, no word.

Everybody inside reads the stream, and a result is its agent's own.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.errors import Stale
from hotline.core.events import EventType


def tell(
    session: Session, chain: str, type: EventType, *, actor: Actor, now: datetime, **refs: Any
) -> None:
    """Add an event to the chain."""
    session.flush()
    events.append(session, type, chain=chain, actor=str(actor), now=now, **refs)


def require_seen(seen: int, present: int) -> None:
    """Raise Stale unless what was seen is what is there."""
    if seen != present:
        raise Stale("It was changed since it was read.", remedy="Read it again.")

"""Events of schemes and comparisons: which, and what was done; no word of what was said."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from dispatch.comparing.models_comparing import Comparison, ComparisonScheme
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from hotline.core.events import EventType

MOST_LETTERS = 2000


def of_scheme(
    session: Session,
    scheme: ComparisonScheme,
    type: EventType,
    *,
    actor: Actor,
    now: datetime,
    **refs: Any,
) -> None:
    """Count the scheme's version up, and add an event to its chain."""
    scheme.version += 1
    session.add(scheme)
    session.flush()
    chain = f"comparison_scheme:{scheme.id}"
    told = {"name": scheme.name, "number": scheme.number, **refs}
    events.append(session, type, chain=chain, actor=str(actor), now=now, **told)


def of_run(
    session: Session, run: Comparison, type: EventType, *, actor: Actor, now: datetime, **refs: Any
) -> None:
    """Count the comparison's version up, and add an event to its chain."""
    run.version += 1
    session.add(run)
    session.flush()
    chain = f"comparison:{run.id}"
    events.append(session, type, chain=chain, actor=str(actor), now=now, run=run.id, **refs)


def words(given: str, remedy: str) -> str:
    """Return what was said; raise Invalid for nothing, or far too much."""
    said = given.strip()
    if not said or len(said) > MOST_LETTERS:
        raise Invalid("It needs its reasons, in words.", remedy=remedy)
    return said

"""What happens to a letter, in its own chain, and whom it is told: numbers and codes, no word."""

from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session

from dispatch.letters import subjects
from dispatch.letters.models_letters import Letter, LetterRecipient
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.db import after_commit
from hotline.core.events import Audience, EventType

log = structlog.get_logger()


def tell(
    session: Session,
    letter: Letter,
    type: EventType,
    *,
    actor: Actor,
    now: datetime,
    recipient: LetterRecipient | None = None,
    **refs: Any,
) -> None:
    """Count the letter's version up and add an event to its history.

    With a recipient its department is told; what happens before a letter is issued stays inside.
    """
    letter.version += 1
    session.add(letter)
    session.flush()
    letter_id, told = letter.id or 0, _whom(letter, recipient)
    after_commit(session, lambda: log.info(type.value, letter=letter_id, **refs))
    chain = subjects.chain(letter_id)
    events.append(session, type, chain=chain, actor=str(actor), now=now, **told, **refs)


def _whom(letter: Letter, recipient: LetterRecipient | None) -> dict[str, Any]:
    """Return who is told, and what names the letter to them."""
    named = {"letter": letter.number or "", "kind": letter.kind}
    if recipient is None:
        return {"audience": Audience.INTERNAL, **named}
    return {"audience": Audience.DEPARTMENT, "department": recipient.department, **named}


def tell_clock(
    session: Session, type: EventType, *, actor: Actor, now: datetime, subject: str, **refs: Any
) -> None:
    """Add what happened to the letter's clock of this subject, and tell its department."""
    letter = session.get_one(Letter, subjects.letter_id(subject))
    whose = session.get_one(LetterRecipient, subjects.recipient_id(subject))
    named = {"subject": subject, **refs}
    tell(session, letter, type, actor=actor, now=now, recipient=whose, **named)

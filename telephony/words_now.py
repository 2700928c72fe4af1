"""The words of a call that runs: what is kept of them, what is being said, how late they come."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from hotline.core import privacy
from hotline.core.privacy import Person
from telephony.models import Call, Utterance
from telephony.models_words import WordsNow

CALLER = "caller"
AGENT = "agent"  # whoever talks to the caller
BOTH = "caller_and_agent"  # an earlier version's recordings have one track for both


@dataclass(frozen=True)
class Now:
    """One voice: the masked beginning of its sentence, and how late its words are."""

    speaker: str
    text: str
    behind_s: float


def place(start_s: float) -> int:
    """Return the number of an utterance: the millisecond at which it begins.

    So what is heard twice is kept once, and two voices' utterances lie in the order of the talk.
    """
    return round(start_s * 1000)


def heard_until(session: Session, call_id: uuid.UUID, speaker: str) -> float:
    """Return the second of the recording up to which this voice was written down."""
    last = select(func.max(Utterance.end_s))
    mine = last.where(Utterance.call_id == call_id, Utterance.speaker == speaker)
    return float(session.exec(mine).one() or 0.0)


def count(session: Session, call_id: uuid.UUID) -> int:
    """Return how many utterances are kept of the call."""
    return session.exec(
        select(func.count(col(Utterance.id))).where(Utterance.call_id == call_id)
    ).one()


def said_by_caller(session: Session, call: Call, *, at_least: float) -> list[str]:
    """Return what the caller has said so far, in the clear; mask it to show it."""
    person = session.get_one(Person, call.person_id)
    said = session.exec(
        select(Utterance)
        .where(Utterance.call_id == call.id, Utterance.speaker == CALLER)
        .where(col(Utterance.confidence) >= at_least)
        .order_by(col(Utterance.start_s))
    )
    return [privacy.unseal(person, one.sealed_text, "utterance") for one in said]


def understood(session: Session, call: Call, speaker: str, text: str, *, now: datetime) -> None:
    """Show the sentence that is being said, as far as it is understood; empty: none is."""
    person = session.get_one(Person, call.person_id)
    sealed = privacy.seal(person, text, "utterance") if text else None
    _put(session, call.id, speaker, now, sealed_text=sealed)


def be_behind(
    session: Session, call_id: uuid.UUID, speaker: str, seconds: float, *, now: datetime
) -> None:
    """Show how late this voice's words come."""
    _put(session, call_id, speaker, now, behind_s=seconds)


def over(session: Session, call_id: uuid.UUID) -> None:
    """Forget what was being said: all of it is written down."""
    session.exec(delete(WordsNow).where(col(WordsNow.call_id) == call_id))


def now_of(session: Session, call: Call) -> list[Now]:
    """Return what is being said in the call, masked, the caller first."""
    person = session.get_one(Person, call.person_id)
    rows = session.exec(select(WordsNow).where(WordsNow.call_id == call.id))
    return [
        Now(
            row.speaker,
            privacy.mask_text(privacy.unseal(person, row.sealed_text, "utterance"))
            if row.sealed_text
            else "",
            row.behind_s,
        )
        for row in sorted(rows, key=lambda row: row.speaker != CALLER)
    ]


def _put(
    session: Session, call_id: uuid.UUID, speaker: str, now: datetime, **changed: object
) -> None:
    row = insert(WordsNow).values(call_id=call_id, speaker=speaker, at=now, **changed)
    told = {"at": now, **changed}
    session.exec(row.on_conflict_do_update(index_elements=["call_id", "speaker"], set_=told))

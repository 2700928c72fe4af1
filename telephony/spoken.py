"""录音文字: what was said in a call, line by line, each with its place in the recording."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from hotline.core import privacy
from hotline.core.privacy import Person
from telephony.models import Call, Utterance


@dataclass(frozen=True)
class Spoken:
    """One stretch of speech, masked; `start_s` counts from the recording's beginning."""

    speaker: str
    start_s: float
    end_s: float
    text: str
    confidence: float


def lines(session: Session, call: Call) -> list[Spoken]:
    """Return what was said, in order, with numbers and plates masked."""
    person = session.get_one(Person, call.person_id)
    said = session.exec(
        select(Utterance)
        .where(Utterance.call_id == call.id)
        .order_by(col(Utterance.start_s), col(Utterance.seq))
    )
    return [
        Spoken(
            one.speaker,
            one.start_s,
            one.end_s,
            privacy.mask_text(privacy.unseal(person, one.sealed_text, "utterance")),
            one.confidence,
        )
        for one in said
    ]

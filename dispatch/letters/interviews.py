"""约谈记录: written after the meeting; the department confirms it, or notes its objection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from dispatch.letters import (
    drafting,
    letter_clocks,
    measures,
    notices,
    reading,
    steps,
    telling,
)
from dispatch.letters.models_letters import InterviewRecord, Letter, LetterRecipient
from dispatch.letters.notices import Says
from dispatch.letters.states import Kind, Step
from dispatch.rules.policies import StartEvent
from dispatch.terms import ClockKind
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType

MOST_MEASURES = 20


@dataclass(frozen=True)
class Agreed:
    """One measure that the meeting agreed, and its last day."""

    text: str
    due_on: date


def record(
    session: Session,
    letter: Letter,
    text: str,
    agreed: Sequence[Agreed] = (),
    *,
    actor: Actor,
    now: datetime,
) -> Letter:
    """记录: what was said and agreed; the letter is locked. Its confirmation's clock starts.

    Written anew after an objection it replaces the measures that nobody has reported. Raises
    Conflict before the meeting's time, Invalid for empty words or a day that is past.
    """
    _require_over(letter, agreed, now)
    recipient = reading.only(session, letter)
    steps.step(session, letter, recipient, Step.RECORD)
    _write(session, letter, text, actor=actor, now=now)
    measures.drop_open(session, letter, now=now)
    for each in agreed:
        measures.agree(session, letter, recipient, each.text, each.due_on, now=now)
    _ask(session, letter, recipient, actor=actor, now=now)
    return letter


def confirm(session: Session, letter: Letter, *, actor: Actor, now: datetime) -> Letter:
    """确认: the department says that the record is right; raise Conflict where none waits."""
    _say(session, letter, Step.CONFIRM, "", actor=actor, now=now)
    return letter


def object_to(
    session: Session, letter: Letter, objection: str, *, actor: Actor, now: datetime
) -> Letter:
    """异议: it stands beside the record; raise Invalid without words, Conflict where none waits."""
    said = drafting.masked(objection, "objection")
    _say(session, letter, Step.OBJECT, said, actor=actor, now=now)
    notices.tell_supervision(session, letter, now=now)
    return letter


def _say(
    session: Session, letter: Letter, taken: Step, objection: str, *, actor: Actor, now: datetime
) -> None:
    recipient = reading.mine(session, letter, actor)
    steps.step(session, letter, recipient, taken)
    row = reading.records(session, letter)[-1]
    row.objection, row.told_at, row.told_by = objection, now, str(actor)
    session.add(row)
    letter_clocks.stop(session, letter, recipient, [ClockKind.LETTER_CONFIRM_BY], now=now)
    confirmed = taken is Step.CONFIRM
    told = EventType.LETTER_CONFIRMED if confirmed else EventType.LETTER_OBJECTED
    telling.tell(session, letter, told, actor=actor, now=now, recipient=recipient)


def _require_over(letter: Letter, agreed: Sequence[Agreed], now: datetime) -> None:
    if letter.kind != Kind.INTERVIEW:
        raise Conflict("Only an interview has a record.", remedy="Write an interview instead.")
    if letter.meets_at is None or now < letter.meets_at:
        raise Conflict("The meeting has not begun.", remedy="Write its record afterwards.")
    if len(agreed) > MOST_MEASURES:
        raise Invalid("Too many measures.", remedy=f"Agree on at most {MOST_MEASURES}.")


def _write(session: Session, letter: Letter, text: str, *, actor: Actor, now: datetime) -> None:
    rounds = len(reading.records(session, letter)) + 1
    said = drafting.masked(text, "record")
    row = InterviewRecord(letter_id=letter.id or 0, round=rounds, text=said, at=now, by=str(actor))
    session.add(row)


def _ask(
    session: Session, letter: Letter, recipient: LetterRecipient, *, actor: Actor, now: datetime
) -> None:
    """Ask the department to confirm the record; who came has received the letter."""
    received, recorded = ClockKind.LETTER_ACKNOWLEDGE_BY, EventType.LETTER_RECORDED
    letter_clocks.stop(session, letter, recipient, [received], now=now)
    begins = StartEvent.INTERVIEW_RECORDED
    (clock,) = letter_clocks.begin(session, letter, recipient, begins, now=now)
    telling.tell(session, letter, recorded, actor=actor, now=now, recipient=recipient)
    due = clock.due_at
    notices.tell_department(session, letter, recipient, Says.RECORDED, due_at=due, now=now)

"""签收、整改答复、认定: what the recipient does, and what the hotline says of its answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from dispatch.attachments.models_attachments import Attachment
from dispatch.letters import (
    drafting,
    files,
    letter_clocks,
    notices,
    reading,
    references,
    steps,
    telling,
)
from dispatch.letters.models_letters import Letter, LetterAnswer, LetterRecipient
from dispatch.letters.notices import Says
from dispatch.letters.references import Thing
from dispatch.letters.states import Kind, Step
from dispatch.models import Ticket, WorkOrder
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType

MOST_FILES = 10


@dataclass(frozen=True)
class Answer:
    """整改情况: what was done, what came of it, and which files of its orders show it."""

    measures: str
    result: str
    files: Sequence[str] = ()


def acknowledge(session: Session, letter: Letter, *, actor: Actor, now: datetime) -> Letter:
    """签收, by the actor's department; the letter is locked. Raises NotAllowed and Conflict."""
    recipient = reading.mine(session, letter, actor)
    steps.step(session, letter, recipient, Step.ACKNOWLEDGE)
    recipient.acknowledged_at, recipient.acknowledged_by = now, str(actor)
    kinds = [ClockKind.LETTER_ACKNOWLEDGE_BY]
    letter_clocks.stop(session, letter, recipient, kinds, now=now)
    received = EventType.LETTER_ACKNOWLEDGED
    telling.tell(session, letter, received, actor=actor, now=now, recipient=recipient)
    return letter


def answer(
    session: Session, letter: Letter, given: Answer, *, actor: Actor, now: datetime
) -> Letter:
    """答复: with measures and result; its clock stops while the hotline looks at it.

    What the department has added to the letter goes with it. Raises Invalid for empty words and for
    files that are not the department's on a ticket the letter names; Conflict before it is
    acknowledged and while an answer waits.
    """
    recipient = reading.mine(session, letter, actor)
    steps.step(session, letter, recipient, Step.ANSWER)
    row = _written(session, letter, given, recipient, actor=actor, now=now)
    files.send(session, letter, recipient.department, row.round)
    letter_clocks.stop(session, letter, recipient, [ClockKind.LETTER_ANSWER_BY], now=now)
    answered = EventType.LETTER_ANSWERED
    telling.tell(session, letter, answered, actor=actor, now=now, recipient=recipient)
    notices.tell_supervision(session, letter, now=now)
    return letter


def _written(
    session: Session,
    letter: Letter,
    given: Answer,
    recipient: LetterRecipient,
    *,
    actor: Actor,
    now: datetime,
) -> LetterAnswer:
    row = LetterAnswer(
        letter_id=letter.id or 0,
        round=len(reading.answers(session, letter)) + 1,
        measures=drafting.masked(given.measures, "account of the measures"),
        result=drafting.masked(given.result, "result"),
        files=_own_files(session, letter, given.files, recipient),
        at=now,
        by=str(actor),
    )
    session.add(row)
    return row


def accept(session: Session, letter: Letter, *, actor: Actor, now: datetime) -> Letter:
    """认可: the answer will do; raise Conflict where none waits."""
    recipient = _decide(session, letter, Step.ACCEPT, "", actor=actor, now=now)
    accepted = EventType.LETTER_ACCEPTED
    telling.tell(session, letter, accepted, actor=actor, now=now, recipient=recipient)
    return letter


def send_back(
    session: Session,
    letter: Letter,
    reason: str,
    again_on: date | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> Letter:
    """退回, with a reason: the clock runs on to when it was due, or to another named day."""
    if again_on:
        drafting.require_later(again_on, now)
    why = drafting.masked(reason, "reason")
    recipient = _decide(session, letter, Step.SEND_BACK, why, actor=actor, now=now)
    letter_clocks.ask_again(session, letter, recipient, again_on, now=now)
    back = EventType.LETTER_SENT_BACK
    telling.tell(session, letter, back, actor=actor, now=now, recipient=recipient)
    subject = letter_clocks.subject_of(letter, recipient)
    clock = clocks.running_of(session, subject, ClockKind.LETTER_ANSWER_BY)
    due = clock.due_at if clock else None
    notices.tell_department(session, letter, recipient, Says.SENT_BACK, due_at=due, now=now)
    return letter


def files_of(session: Session, letter: Letter, department: str) -> Sequence[Attachment]:
    """Return the department's files on what the letter names and it may see, oldest first."""
    named = references.shown(session, letter, references.as_department(department))
    tickets, orders = (
        [each.code for each in named if each.thing is thing]
        for thing in (Thing.TICKET, Thing.ORDER)
    )
    ordered = select(WorkOrder.ticket_id).where(col(WorkOrder.number).in_(orders))
    numbered = select(Ticket.id).where(col(Ticket.number).in_(tickets))
    return session.exec(
        select(Attachment)
        .where(Attachment.department == department, col(Attachment.removed_at).is_(None))
        .where(col(Attachment.ticket_id).in_(numbered) | col(Attachment.ticket_id).in_(ordered))
        .order_by(col(Attachment.id))
    ).all()


def _own_files(
    session: Session, letter: Letter, given: Collection[str], recipient: LetterRecipient
) -> list[str]:
    if len(given) > MOST_FILES:
        raise Invalid("Too many files.", remedy=f"Name at most {MOST_FILES}.")
    own = files_of(session, letter, recipient.department) if given else ()
    if set(given) - {str(each.public_id) for each in own}:
        raise Invalid(
            "A file is not one of the department's on a ticket that the letter names.",
            remedy="Add it to that work order first.",
        )
    return list(dict.fromkeys(given))


def _decide(
    session: Session, letter: Letter, taken: Step, reason: str, *, actor: Actor, now: datetime
) -> LetterRecipient:
    if letter.kind != Kind.RECTIFICATION:
        raise Conflict("Only a rectification is answered.", remedy="Close the letter instead.")
    recipient = reading.only(session, letter)
    steps.step(session, letter, recipient, taken)
    row = reading.answers(session, letter)[-1]
    row.accepted, row.reason = taken is Step.ACCEPT, reason
    row.decided_at, row.decided_by = now, str(actor)
    session.add(row)
    return recipient

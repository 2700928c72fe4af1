"""签发、办结、撤回: a letter gets its number and goes out, and comes to its end."""

from datetime import datetime

from sqlmodel import Session

from dispatch.letters import (
    drafting,
    letter_clocks,
    notices,
    numbering,
    reading,
    signing,
    states,
    telling,
)
from dispatch.letters.models_letters import Letter
from dispatch.letters.notices import Says
from dispatch.letters.states import ENDS, KEPT, Action, Kind, Measure, Standing, Status
from dispatch.rules.policies import StartEvent
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict
from hotline.core.events import EventType


def issue(session: Session, letter: Letter, *, actor: Actor, now: datetime) -> Letter:
    """签发: give the letter, which is locked, its number, start its clocks, tell its recipients.

    Raises Conflict unless it is approved and what was approved, without a limit, or once its
    meeting is over.
    """
    letter.status = states.after(Status(letter.status), Action.ISSUE)
    signing.require_as_approved(session, letter)
    if letter.meets_at and letter.meets_at <= now:
        raise Conflict("The meeting's time has passed.", remedy="Revise the letter first.")
    if letter.answer_on:
        drafting.require_later(letter.answer_on, now)
    letter.number = numbering.next_number(session, now=now)
    letter.issued_at, letter.issued_by = now, str(actor)
    for each in reading.recipients(session, letter):
        begun = letter_clocks.begin(session, letter, each, StartEvent.LETTER_ISSUED, now=now)
        issued = EventType.LETTER_ISSUED
        telling.tell(session, letter, issued, actor=actor, now=now, recipient=each)
        first = min(clock.due_at for clock in begun)
        notices.tell_department(session, letter, each, Says.ISSUED, due_at=first, now=now)
    return letter


def close(session: Session, letter: Letter, *, actor: Actor, now: datetime) -> Letter:
    """办结: nothing more is asked; raise Conflict while a recipient or a measure is open."""
    status = states.after(Status(letter.status), Action.CLOSE)
    if not is_done(session, letter):
        raise Conflict(
            "Something of this letter is still open.", remedy="Wait for it, or withdraw the letter."
        )
    _end(session, letter, status, actor=actor, now=now)
    telling.tell(session, letter, EventType.LETTER_CLOSED, actor=actor, now=now)
    return letter


def is_done(session: Session, letter: Letter) -> bool:
    """Return whether nothing more is asked of any recipient, and no measure is open."""
    ends = ENDS[Kind(letter.kind)]
    recipients, measures = reading.recipients(session, letter), reading.measures(session, letter)
    received = all(Standing(each.standing) in ends for each in recipients)
    return received and all(Measure(each.standing) in KEPT for each in measures)


def withdraw(session: Session, letter: Letter, why: str, *, actor: Actor, now: datetime) -> Letter:
    """撤回, for a reason: its clocks stop, and its number stays its own.

    Raises Invalid without a reason, Conflict at its end.
    """
    was_issued = letter.status == Status.ISSUED
    status = states.after(Status(letter.status), Action.WITHDRAW)
    letter.why_withdrawn = drafting.masked(why, "reason")
    _end(session, letter, status, actor=actor, now=now)
    withdrawn = EventType.LETTER_WITHDRAWN
    if not was_issued:
        telling.tell(session, letter, withdrawn, actor=actor, now=now)
        return letter
    for each in reading.recipients(session, letter):
        telling.tell(session, letter, withdrawn, actor=actor, now=now, recipient=each)
        notices.tell_department(session, letter, each, Says.WITHDRAWN, due_at=None, now=now)
    return letter


def _end(session: Session, letter: Letter, status: Status, *, actor: Actor, now: datetime) -> None:
    letter.status, letter.ended_at, letter.ended_by = status, now, str(actor)
    session.add(letter)
    for each in reading.recipients(session, letter):
        letter_clocks.stop(session, letter, each, now=now)
        for measure in reading.measures(session, letter):
            subject = letter_clocks.measured(letter, each, measure)
            clocks.stop(session, subject, [ClockKind.MEASURE_BY], now=now)

"""函件时限: the clocks of a letter, by the same limits, calendars and sweep as a ticket's.

Limits for letters name no request type: `*` rows of the profile apply (domain.md gives none, [I]).
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlmodel import Session

from dispatch.letters import subjects
from dispatch.letters.models_letters import Letter, LetterMeasure, LetterRecipient
from dispatch.letters.states import Kind
from dispatch.models import Clock
from dispatch.rules import calendars, policies, policy_rows, rules_stamp
from dispatch.rules.bounds import Bounds
from dispatch.rules.layers import Calendar
from dispatch.rules.policies import Policy, StartEvent
from dispatch.terms import ClockKind, RequestType, Urgency
from dispatch.timing import clocks
from dispatch.timing.appointments import Appointment, until_day
from hotline.core.errors import Conflict
from knowledge.models import Department

_BEGUN: Mapping[tuple[Kind, StartEvent], tuple[ClockKind, ...]] = {
    (Kind.BULLETIN, StartEvent.LETTER_ISSUED): (ClockKind.LETTER_ACKNOWLEDGE_BY,),
    (Kind.RECTIFICATION, StartEvent.LETTER_ISSUED): (
        ClockKind.LETTER_ACKNOWLEDGE_BY,
        ClockKind.LETTER_ANSWER_BY,
    ),
    (Kind.INTERVIEW, StartEvent.LETTER_ISSUED): (ClockKind.LETTER_ACKNOWLEDGE_BY,),
    (Kind.INTERVIEW, StartEvent.INTERVIEW_RECORDED): (ClockKind.LETTER_CONFIRM_BY,),
}
_ALL = (
    ClockKind.LETTER_ACKNOWLEDGE_BY,
    ClockKind.LETTER_ANSWER_BY,
    ClockKind.LETTER_CONFIRM_BY,
)


def begin(
    session: Session, letter: Letter, recipient: LetterRecipient, step: StartEvent, *, now: datetime
) -> list[Clock]:
    """Start the recipient's clocks that begin with this step; raise Conflict without a limit."""
    subject = subject_of(letter, recipient)
    begun = []
    for kind in _BEGUN[Kind(letter.kind), step]:
        named = letter.answer_on if kind is ClockKind.LETTER_ANSWER_BY else None
        terms = until_day(kind, named, now=now) if named else _limit(session, kind, step, now)
        begun.append(_start(session, recipient, terms, subject, now))
    return begun


def begin_measure(
    session: Session,
    letter: Letter,
    recipient: LetterRecipient,
    measure: LetterMeasure,
    *,
    now: datetime,
) -> Clock:
    """Start the measure's clock, which runs to the close of its day."""
    terms = until_day(ClockKind.MEASURE_BY, measure.due_on, now=now)
    return _start(session, recipient, terms, measured(letter, recipient, measure), now)


def ask_again(
    session: Session,
    letter: Letter,
    recipient: LetterRecipient,
    day: date | None,
    *,
    now: datetime,
) -> None:
    """Let the answer's clock run on to when it was due, or begin another that ends on a day."""
    kind, subject = ClockKind.LETTER_ANSWER_BY, subject_of(letter, recipient)
    if day:
        _start(session, recipient, until_day(kind, day, now=now), subject, now)
    else:
        clocks.resume(session, subject, [kind])


def stop(
    session: Session,
    letter: Letter,
    recipient: LetterRecipient,
    kinds: Collection[ClockKind] = _ALL,
    *,
    now: datetime,
) -> None:
    """Stop the recipient's clocks of these kinds; without, all but those of measures."""
    clocks.stop(session, subject_of(letter, recipient), kinds, now=now)


def subject_of(letter: Letter, recipient: LetterRecipient) -> str:
    """Return the name under which the recipient's clocks run."""
    return subjects.of_recipient(letter.id or 0, recipient.id or 0)


def measured(letter: Letter, recipient: LetterRecipient, measure: LetterMeasure) -> str:
    """Return the name under which the measure's clock runs."""
    return subjects.of_measure(letter.id or 0, recipient.id or 0, measure.id or 0)


def calendar_of(session: Session, recipient: LetterRecipient, bounds: Bounds) -> Calendar:
    """Return the calendar that the recipient's limit goes by: its unit's, in its own district."""
    unit = session.get_one(Department, recipient.department)
    version = rules_stamp.current(session).calendar
    return calendars.bounded(session, unit.district_code, unit.code, bounds, version=version)


def _start(
    session: Session,
    recipient: LetterRecipient,
    terms: Policy | Appointment,
    subject: str,
    now: datetime,
) -> Clock:
    clock = clocks.made(terms, calendar_of(session, recipient, terms), now=now)
    clock.ticket_id, clock.subject = None, subject
    clock.generation = clocks.generations(session, subject, terms.kind) + 1
    session.add(clock)
    session.flush()
    return clock


def _limit(session: Session, kind: ClockKind, step: StartEvent, now: datetime) -> Policy:
    rows = policy_rows.current(session)
    row = policies.row_for(kind, RequestType.OTHER, Urgency.NORMAL, now, policies=rows)
    if row is None or row.starts_at is not step:
        raise Conflict(
            f"The limits set no {kind} that starts at {step}.",
            remedy="Have whoever keeps the limits import a row for it.",
        )
    return row

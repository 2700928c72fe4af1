"""约定措施: agreed with a day, reported with evidence, ticked off by whoever called the meeting."""

from datetime import date, datetime

from sqlmodel import Session, select

from dispatch.letters import drafting, letter_clocks, notices, reading, states, telling
from dispatch.letters.models_letters import Letter, LetterMeasure, LetterRecipient
from dispatch.letters.notices import Says
from dispatch.letters.states import Measure, Status, Tick
from dispatch.terms import ClockKind
from dispatch.timing import clocks
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotFound
from hotline.core.events import EventType


def agree(
    session: Session,
    letter: Letter,
    recipient: LetterRecipient,
    text: str,
    due_on: date,
    *,
    now: datetime,
) -> LetterMeasure:
    """Keep what was agreed and start its clock; raise Invalid for today or earlier."""
    drafting.require_later(due_on, now)
    row = LetterMeasure(
        letter_id=letter.id or 0,
        text=drafting.masked(text, "measure"),
        due_on=due_on,
        standing=Measure.AGREED,
    )
    session.add(row)
    session.flush()
    letter_clocks.begin_measure(session, letter, recipient, row, now=now)
    return row


def report(
    session: Session,
    letter: Letter,
    measure_id: int,
    evidence: str,
    *,
    actor: Actor,
    now: datetime,
) -> Letter:
    """报落实, with evidence, by the department; the measure's clock stops meanwhile."""
    reading.mine(session, letter, actor)
    row = _step(session, letter, measure_id, Tick.REPORT)
    row.evidence = drafting.masked(evidence, "evidence")
    row.reported_at, row.reported_by = now, str(actor)
    _stop(session, letter, row, now=now)
    _told(session, letter, row, EventType.LETTER_MEASURE_REPORTED, actor=actor, now=now)
    notices.tell_supervision(session, letter, now=now)
    return letter


def tick_off(
    session: Session, letter: Letter, measure_id: int, *, actor: Actor, now: datetime
) -> Letter:
    """核销: the evidence will do; raise Conflict where none was given."""
    row = _step(session, letter, measure_id, Tick.ACCEPT)
    row.decided_at, row.decided_by, row.reason = now, str(actor), ""
    _told(session, letter, row, EventType.LETTER_MEASURE_DONE, actor=actor, now=now)
    return letter


def give_back(
    session: Session, letter: Letter, measure_id: int, reason: str, *, actor: Actor, now: datetime
) -> Letter:
    """退回, with a reason: its clock runs on to the day that was agreed."""
    row = _step(session, letter, measure_id, Tick.RETURN)
    row.reason = drafting.masked(reason, "reason")
    row.decided_at, row.decided_by = now, str(actor)
    recipient = reading.only(session, letter)
    subject = letter_clocks.measured(letter, recipient, row)
    (clock,) = clocks.resume(session, subject, [ClockKind.MEASURE_BY])
    _told(session, letter, row, EventType.LETTER_MEASURE_RETURNED, actor=actor, now=now)
    due = clock.due_at
    notices.tell_department(session, letter, recipient, Says.RETURNED, due_at=due, now=now)
    return letter


def drop_open(session: Session, letter: Letter, *, now: datetime) -> None:
    """Let go of what was agreed and nobody has reported: the record is written anew."""
    for row in reading.measures(session, letter):
        if row.standing == Measure.AGREED:
            row.standing = states.ticked(Measure.AGREED, Tick.DROP)
            session.add(row)
            _stop(session, letter, row, now=now)


def _step(session: Session, letter: Letter, measure_id: int, tick: Tick) -> LetterMeasure:
    wanted = select(LetterMeasure).where(
        LetterMeasure.id == measure_id, LetterMeasure.letter_id == letter.id
    )
    row = session.exec(wanted).first()
    if row is None:
        raise NotFound(f"The letter has no measure {measure_id}.", remedy="Take one of its own.")
    if letter.status != Status.ISSUED:
        raise Conflict(f"The letter is {letter.status}.", remedy="Nothing more is asked.")
    row.standing = states.ticked(Measure(row.standing), tick)
    session.add(row)
    return row


def _stop(session: Session, letter: Letter, row: LetterMeasure, *, now: datetime) -> None:
    subject = letter_clocks.measured(letter, reading.only(session, letter), row)
    clocks.stop(session, subject, [ClockKind.MEASURE_BY], now=now)


def _told(
    session: Session,
    letter: Letter,
    row: LetterMeasure,
    type: EventType,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    recipient = reading.only(session, letter)
    telling.tell(session, letter, type, actor=actor, now=now, recipient=recipient, measure=row.id)

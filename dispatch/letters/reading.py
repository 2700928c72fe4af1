"""函件 as people see them: a department what was issued to it, who works inside what lies below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast
from sqlmodel import Session, col, func, select

from dispatch.letters.models_letters import (
    InterviewRecord,
    Letter,
    LetterAnswer,
    LetterMeasure,
    LetterRecipient,
)
from dispatch.letters.states import Kind, Status
from dispatch.models import Clock
from dispatch.sealing import reach
from hotline.core.accounts import Actor
from hotline.core.errors import NotAllowed, NotFound

SHOWN = 50


@dataclass(frozen=True)
class Wanted:
    """What of the letters is asked for; `late`: something of it is past its time."""

    status: Status | None = None
    kind: Kind | None = None
    late: bool = False


def listed(
    session: Session,
    wanted: Wanted,
    *,
    reader: Actor,
    before: int = 0,
    now: datetime,
    limit: int = SHOWN,
) -> Sequence[Letter]:
    """Return letters, the newest first; `before` is the id of the last one seen."""
    query = select(Letter).where(seen(reader))
    if wanted.status:
        query = query.where(Letter.status == wanted.status)
    if wanted.kind:
        query = query.where(Letter.kind == wanted.kind)
    if wanted.late:
        query = query.where(_is_late(reader, now))
    if before:
        query = query.where(col(Letter.id) < before)
    return session.exec(query.order_by(col(Letter.id).desc()).limit(limit)).all()


def find(session: Session, letter_id: int, *, reader: Actor, lock: bool = False) -> Letter:
    """Return the letter, with `lock` before anything of it; raise NotFound, as for another's."""
    return _one(session, Letter.id == letter_id, str(letter_id), reader, lock)


def by_number(session: Session, number: str, *, reader: Actor, lock: bool = False) -> Letter:
    """Return the letter of this 文号; raise NotFound, as for another's."""
    return _one(session, Letter.number == number, number, reader, lock)


def seen(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that the reader may see the letter."""
    department = reach.department_of(reader)
    if not department:
        return reach.in_area(reader, Letter)
    theirs = select(LetterRecipient.id).where(
        LetterRecipient.letter_id == col(Letter.id), LetterRecipient.department == department
    )
    return and_(col(Letter.number).is_not(None), theirs.exists())


def recipients(session: Session, letter: Letter) -> Sequence[LetterRecipient]:
    """Return whom it goes to."""
    mine = select(LetterRecipient).where(LetterRecipient.letter_id == letter.id)
    return session.exec(mine.order_by(col(LetterRecipient.department))).all()


def departments_of(session: Session, letters: Sequence[Letter]) -> Mapping[int, list[str]]:
    """Return the codes of those each letter goes to, by the letter's id."""
    query = select(LetterRecipient.letter_id, LetterRecipient.department)
    query = query.where(col(LetterRecipient.letter_id).in_([each.id for each in letters]))
    found: dict[int, list[str]] = {}
    for letter_id, code in session.exec(query.order_by(col(LetterRecipient.department))).all():
        found.setdefault(letter_id, []).append(code)
    return found


def only(session: Session, letter: Letter) -> LetterRecipient:
    """Return the one recipient of what is not a bulletin."""
    (recipient,) = recipients(session, letter)
    return recipient


def mine(session: Session, letter: Letter, actor: Actor) -> LetterRecipient:
    """Return the actor's department as a recipient; raise NotAllowed for whoever is none."""
    for each in recipients(session, letter):
        if actor.department and each.department == actor.department:
            return each
    raise NotAllowed("Only who got the letter does this.", remedy="Leave it to its recipient.")


def standings(session: Session, letters: Sequence[Letter], actor: Actor) -> Mapping[int, str]:
    """Return how far the actor's department is with each of the letters, by the letter's id."""
    own = select(LetterRecipient.letter_id, LetterRecipient.standing).where(
        LetterRecipient.department == actor.department,
        col(LetterRecipient.letter_id).in_([each.id for each in letters]),
    )
    return dict(session.exec(own).all())


def answers(session: Session, letter: Letter) -> Sequence[LetterAnswer]:
    """Return every answer, oldest first."""
    rows = select(LetterAnswer).where(LetterAnswer.letter_id == letter.id)
    return session.exec(rows.order_by(col(LetterAnswer.round))).all()


def records(session: Session, letter: Letter) -> Sequence[InterviewRecord]:
    """Return every record that was written, oldest first."""
    rows = select(InterviewRecord).where(InterviewRecord.letter_id == letter.id)
    return session.exec(rows.order_by(col(InterviewRecord.round))).all()


def measures(session: Session, letter: Letter) -> Sequence[LetterMeasure]:
    """Return what was agreed, as it was written down."""
    rows = select(LetterMeasure).where(LetterMeasure.letter_id == letter.id)
    return session.exec(rows.order_by(col(LetterMeasure.id))).all()


def first_due(session: Session, letters: Sequence[Letter], *, reader: Actor) -> Mapping[int, Clock]:
    """Return of each letter the running clock that is due first, by the letter's id.

    A department's own alone.
    """
    ids = [each.id for each in letters]
    query = select(LetterRecipient.letter_id, Clock).join(Clock, _is_on())
    query = query.where(col(LetterRecipient.letter_id).in_(ids), _runs(reader))
    found: dict[int, Clock] = {}
    for letter_id, clock in session.exec(query.order_by(col(Clock.due_at), col(Clock.id))).all():
        found.setdefault(letter_id, clock)
    return found


def clocks_of(session: Session, letter: Letter, *, reader: Actor) -> Sequence[Clock]:
    """Return the letter's running clocks, the first due first; a department's own alone."""
    query = select(Clock).join(LetterRecipient, _is_on())
    query = query.where(LetterRecipient.letter_id == letter.id, _runs(reader))
    return session.exec(query.order_by(col(Clock.due_at), col(Clock.id))).all()


def _one(
    session: Session, which: ColumnElement[bool] | bool, name: str, reader: Actor, lock: bool
) -> Letter:
    query = select(Letter).where(which, seen(reader))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    letter = session.exec(query).first()
    if letter is None:
        raise NotFound(f"There is no letter {name}.", remedy="Take one from the list.")
    return letter


def _is_late(reader: Actor, now: datetime) -> ColumnElement[bool]:
    late = select(Clock.id).join(LetterRecipient, _is_on())
    late = late.where(LetterRecipient.letter_id == col(Letter.id), _runs(reader))
    return late.where(col(Clock.due_at) < now).correlate(Letter).exists()


def _is_on() -> ColumnElement[bool]:
    """Return the condition that the clock runs on the recipient, or on a measure of theirs."""
    named = func.split_part(col(Clock.subject), ":", 3)  # `subjects`: both name the recipient
    return named == cast(col(LetterRecipient.id), String)


def _runs(reader: Actor) -> ColumnElement[bool]:
    running = col(Clock.stopped_at).is_(None) & col(Clock.ticket_id).is_(None)
    department = reach.department_of(reader)
    return running & (col(LetterRecipient.department) == department) if department else running

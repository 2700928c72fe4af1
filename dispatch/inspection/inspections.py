"""质检单: the work before the inspectors, marked as a draft, then submitted for good.

Calibrations are blind: until one is closed, its inspectors see no sheet but their own of its work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, tuple_
from sqlmodel import Session, col, select

from dispatch.inspection import blindness, cards, notices, plans, scoring, subjects, telling
from dispatch.inspection.models_inspection import Inspection, ScoreCard
from dispatch.inspection.scoring import Card
from dispatch.inspection.states import DONE, OPEN, Action, Kind, State, Why, advance
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.errors import NotAllowed, NotFound
from hotline.core.events import Event, EventType

SHOWN = 50


@dataclass(frozen=True)
class Wanted:
    """Which inspections; what is empty or None is not asked."""

    states: Sequence[State] = ()
    kind: Kind | None = None
    why: Why | None = None
    inspector: str = ""
    agent: str = ""
    due_before: datetime | None = None


@dataclass(frozen=True)
class Marks:
    """What an inspector writes: levels by criterion, fatal items by code, a note."""

    levels: Mapping[str, str] = field(default_factory=dict)
    fatal: Sequence[str] = ()
    note: str = ""


def listed(
    session: Session,
    wanted: Wanted,
    *,
    reader: Actor,
    after: tuple[datetime, int] | None = None,
    limit: int = SHOWN,
) -> Sequence[Inspection]:
    """Return inspections, the first due first; `after` is the due time and id of the last seen."""
    query = select(Inspection).where(readable(reader), *_conditions(wanted))
    if after:
        query = query.where(tuple_(col(Inspection.due_at), col(Inspection.id)) > after)
    first = query.order_by(col(Inspection.due_at), col(Inspection.id))
    return session.exec(first.limit(limit)).all()


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    named = (
        (wanted.kind, Inspection.kind),
        (wanted.why, Inspection.why),
        (wanted.inspector, Inspection.inspector),
        (wanted.agent, Inspection.agent),
    )
    found = [col(column) == value for value, column in named if value]
    if wanted.states:
        found.append(col(Inspection.state).in_(wanted.states))
    if wanted.due_before:
        found.append(col(Inspection.due_at) < wanted.due_before)
    return found


def find(session: Session, inspection_id: int, *, reader: Actor, lock: bool = False) -> Inspection:
    """Return the inspection; raise NotFound, for one that the reader may not see too."""
    return found_where(session, inspection_id, readable(reader), lock=lock)


def found_where(
    session: Session, inspection_id: int, seen: ColumnElement[bool], *, lock: bool = False
) -> Inspection:
    """Return the inspection where the condition holds; raise NotFound."""
    query = select(Inspection).where(Inspection.id == inspection_id, seen)
    if lock:
        query = query.with_for_update(of=Inspection).execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(f"There is no inspection {inspection_id}.", remedy="Take one from the list.")
    return found


def readable(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that quality staff may read it: not what is blind, nor of themselves."""
    finished = col(Inspection.state).in_(DONE)
    own = or_(col(Inspection.agent) != reader.name, finished)
    return and_(subjects.seen_by(reader, Inspection), blindness.seen_by(reader), own)


def take(session: Session, inspection: Inspection, *, actor: Actor, now: datetime) -> Inspection:
    """认领: take what `is_free` and mark it anew.

    Raises NotAllowed for what somebody has or has submitted, and for one's own work.
    """
    if inspection.agent == actor.name or not is_free(session, inspection):
        raise NotAllowed("Somebody has it, or it is your own work.", remedy="Take another.")
    inspection.state = advance(State(inspection.state), Action.TAKE)
    inspection.inspector = actor.name
    keep(session, inspection, Marks())
    _tell(session, inspection, EventType.INSPECTION_TAKEN, actor, now)
    return inspection


def save(
    session: Session, inspection: Inspection, marks: Marks, *, actor: Actor, now: datetime
) -> Inspection:
    """保存草稿: keep what is marked so far; the inspection is locked.

    Raises NotAllowed for another's, Conflict once submitted, Invalid for what no card has.
    """
    _require_own(inspection, actor)
    inspection.state = advance(State(inspection.state), Action.SAVE)
    scoring.require_known(card_of(session, inspection), marks.levels, marks.fatal)
    keep(session, inspection, marks)
    _tell(session, inspection, EventType.INSPECTION_SAVED, actor, now)
    return inspection


def submit(
    session: Session, inspection: Inspection, marks: Marks, *, actor: Actor, now: datetime
) -> Inspection:
    """提交: score it for good; raises as `save` does, and Invalid for a missing mark."""
    _require_own(inspection, actor)
    inspection.state = advance(State(inspection.state), Action.SUBMIT)
    score = scoring.score(card_of(session, inspection), marks.levels, marks.fatal)
    keep(session, inspection, marks)
    inspection.total, inspection.passed = float(score.total), score.passed
    inspection.submitted_at = now
    _tell(session, inspection, EventType.INSPECTION_SUBMITTED, actor, now)
    notices.submitted(session, inspection, now=now)
    return inspection


def card_of(session: Session, inspection: Inspection) -> Card:
    """Return the card by which it is scored, in the version of its draw."""
    return cards.card(session.get_one(ScoreCard, inspection.card_id))


def note_of(session: Session, inspection: Inspection) -> str:
    """Return what the inspector wrote."""
    return subjects.unseal(session, inspection, inspection.sealed_note)


def story(session: Session, inspection: Inspection) -> Sequence[Event]:
    """Return all that happened to it, oldest first."""
    return events.history(session, chain(inspection))


def chain(inspection: Inspection) -> str:
    """Return the name of its chain of events."""
    return f"inspection:{inspection.id}"


def is_free(session: Session, inspection: Inspection) -> bool:
    """Return whether nobody has it, or who has it may no longer inspect, or no longer see it.

    A calibration's sheet stays its inspector's: it is closed without them.
    """
    if inspection.calibration_id or not is_open(inspection):
        return False
    name = inspection.inspector
    return not name or not plans.seen(session, name, [inspection])


def is_open(inspection: Inspection) -> bool:
    """Return whether it is still to be scored."""
    return inspection.state in OPEN


def keep(session: Session, inspection: Inspection, marks: Marks) -> None:
    """Write the marks into the inspection as they are, and count the change."""
    inspection.marks, inspection.fatal = dict(marks.levels), sorted(set(marks.fatal))
    inspection.sealed_note = subjects.seal(session, inspection, marks.note)
    inspection.version += 1
    session.add(inspection)


def _require_own(inspection: Inspection, actor: Actor) -> None:
    if inspection.inspector != actor.name or inspection.agent == actor.name:
        raise NotAllowed("It is not yours to inspect.", remedy="Take one from your own list.")


def _tell(
    session: Session, inspection: Inspection, type: EventType, actor: Actor, now: datetime
) -> None:
    telling.tell(session, chain(inspection), type, actor=actor, now=now, inspection=inspection.id)

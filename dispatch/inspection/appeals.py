"""申诉: the agent's own, once, within days; decided by neither the inspector nor the agent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from dispatch.inspection import inspections, notices, scoring, subjects, telling
from dispatch.inspection.inspections import Marks
from dispatch.inspection.models_inspection import Inspection, InspectionAppeal
from dispatch.inspection.states import Action, State, Verdict, advance
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.events import EventType

WITHIN = timedelta(days=7)  # of the submission


@dataclass(frozen=True)
class Decision:
    """改判 carries the marks that hold from now on; 维持 carries none."""

    verdict: Verdict
    answer: str
    marks: Marks | None = None


def appeal(
    session: Session, inspection: Inspection, grounds: str, *, actor: Actor, now: datetime
) -> InspectionAppeal:
    """申诉: against one's own result, which is locked; raise Conflict for a second or late one."""
    if inspection.agent != actor.name or inspection.calibration_id:
        raise NotAllowed("It is not your result.", remedy="Take one of your own.")
    if not grounds.strip():
        raise Invalid("An appeal needs its grounds.", remedy="Say what is wrong.")
    inspection.state = advance(State(inspection.state), Action.APPEAL)
    if inspection.submitted_at is None or now > inspection.submitted_at + WITHIN:
        raise Conflict("The days to appeal are over.", remedy="Talk to your team lead.")
    row = InspectionAppeal(
        inspection_id=inspection.id or 0,
        at=now,
        sealed_grounds=subjects.seal(session, inspection, grounds) or b"",
    )
    session.add(row)
    _done(session, inspection, EventType.INSPECTION_APPEALED, actor, now)
    notices.appealed(session, inspection, now=now)
    return row


def decide(
    session: Session, inspection: Inspection, decision: Decision, *, actor: Actor, now: datetime
) -> InspectionAppeal:
    """裁定: let the result stand, or score it anew; the inspection is locked.

    Raises NotAllowed for whoever inspected it or did the work, Conflict without an open appeal.
    """
    if actor.name in (inspection.inspector, inspection.agent):
        raise NotAllowed("Another decides on this appeal.", remedy="Leave it to them.")
    if not decision.answer.strip():
        raise Invalid("A decision needs a reason.", remedy="Say why in a sentence.")
    if (decision.verdict is Verdict.CHANGED) != (decision.marks is not None):
        raise Invalid("Only a changed result has marks.", remedy="Mark it anew, or let it stand.")
    inspection.state = advance(State(inspection.state), Action.DECIDE)
    row = session.get_one(InspectionAppeal, inspection.id)
    row.verdict, row.decided_at, row.decided_by = decision.verdict, now, str(actor)
    row.sealed_answer = subjects.seal(session, inspection, decision.answer)
    row.marks_before, row.fatal_before = dict(inspection.marks), list(inspection.fatal)
    row.total_before = inspection.total
    if decision.marks:
        _rescore(session, inspection, decision.marks)
    session.add(row)
    _done(session, inspection, EventType.INSPECTION_APPEAL_DECIDED, actor, now)
    notices.decided(session, inspection, now=now)
    return row


def of(session: Session, inspection: Inspection) -> InspectionAppeal | None:
    """Return the appeal against the inspection, if there is one."""
    return session.get(InspectionAppeal, inspection.id)


def may_appeal(inspection: Inspection, now: datetime) -> bool:
    """Return whether its agent still may."""
    at = inspection.submitted_at
    return inspection.state == State.SUBMITTED and at is not None and now <= at + WITHIN


def grounds_of(session: Session, inspection: Inspection, row: InspectionAppeal) -> str:
    """Return why the agent appealed."""
    return subjects.unseal(session, inspection, row.sealed_grounds)


def answer_of(session: Session, inspection: Inspection, row: InspectionAppeal) -> str:
    """Return why it was decided so; empty until then."""
    return subjects.unseal(session, inspection, row.sealed_answer)


def _rescore(session: Session, inspection: Inspection, marks: Marks) -> None:
    card = inspections.card_of(session, inspection)
    score = scoring.score(card, marks.levels, marks.fatal)
    inspection.marks, inspection.fatal = dict(marks.levels), sorted(set(marks.fatal))
    inspection.total, inspection.passed = float(score.total), score.passed


def _done(
    session: Session, inspection: Inspection, type: EventType, actor: Actor, now: datetime
) -> None:
    inspection.version += 1
    session.add(inspection)
    chain = inspections.chain(inspection)
    telling.tell(session, chain, type, actor=actor, now=now, inspection=inspection.id)

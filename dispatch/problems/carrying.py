"""转入下一年: a problem that is not solved is proposed for the next year's list."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.problems import before_after, telling
from dispatch.problems.models_problems import Problem, ProblemEvidence, ProblemMilestone
from dispatch.problems.states import State
from hotline.core.accounts import Actor
from hotline.core.events import EventType

_CARRIED = {
    *("title", "met", "cause", "measure", "matter", "district", "lead_department", "assisting"),
    *("indicator", "aim", "target", "baseline_first", "baseline_last", "owner"),
}


def carry_over(session: Session, problem: Problem, *, actor: Actor, now: datetime) -> Problem:
    """Return its like of the next year, with its evidence and the milestones that are not done.

    Each is due a year later. Once a problem: `carried_from` is unique.
    """
    by = str(actor)
    later = Problem.model_validate(
        {
            **problem.model_dump(include=_CARRIED),
            "year": problem.year + 1,
            "state": State.PROPOSED,
            "proposed_at": now,
            "proposed_by": by,
            "written_by": by,
            "carried_from": problem.id,
        }
    )
    session.add(later)
    session.flush()
    _carry_milestones(session, problem, later)
    shown = select(ProblemEvidence).where(ProblemEvidence.problem_id == problem.id)
    for each in session.exec(shown).all():
        session.add(ProblemEvidence(**{**each.model_dump(), "problem_id": later.id}))
    telling.tell(session, later, EventType.PROBLEM_PROPOSED, actor=actor, now=now)
    return later


def _carry_milestones(session: Session, problem: Problem, later: Problem) -> None:
    for position, step in enumerate(_undone(session, problem), start=1):
        session.add(
            ProblemMilestone(
                problem_id=later.id or 0,
                position=position,
                name=step.name,
                due_on=before_after.years_later(step.due_on, 1),
            )
        )


def _undone(session: Session, problem: Problem) -> Sequence[ProblemMilestone]:
    waiting = select(ProblemMilestone).where(
        ProblemMilestone.problem_id == problem.id, col(ProblemMilestone.done_at).is_(None)
    )
    return session.exec(waiting.order_by(col(ProblemMilestone.position))).all()

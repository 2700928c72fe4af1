"""改期: a milestone's day, moved with a reason by who may list the problem, asked for by who leads.

The plan that was listed is what a problem is judged by, so the day that it named stays beside the
one that holds now, and each move is kept. Whoever wrote the plan moves nothing of it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from dispatch import stages
from dispatch.notices import staff_notices
from dispatch.notices.staff_inbox import PERSON
from dispatch.notices.staff_notices import Owed
from dispatch.problems import milestones, telling
from dispatch.problems.models_problems import MilestoneMove, Problem, ProblemMilestone
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.events import EventType

ASKED = "problem_move_asked"  # what a notice says to the lister
DECIDED = "problem_move_decided"  # and to the lead department
_CARD = "yellow"
_E = EventType


@dataclass(frozen=True)
class Wish:
    """Which milestone is to be due on which day, and why."""

    position: int
    due_on: date
    reason: str


def ask(
    session: Session, problem: Problem, wish: Wish, *, actor: Actor, now: datetime
) -> MilestoneMove:
    """申请改期, by the lead department, to a later day; the problem is locked, the lister is told.

    Raises NotAllowed for another department, NotFound for no milestone, Conflict for one that is
    done, not to be done now or asked for already, Invalid for another day or without a reason.
    """
    row = milestones.reported_on(session, problem, wish.position, actor)
    if waiting(session, row):
        raise Conflict("Another day is asked for already.", remedy="Wait for the decision.")
    if wish.due_on <= row.due_on:
        raise Invalid("The day that is asked for is no later one.", remedy="Give a later day.")
    asked = _begun(row, wish, actor, now)
    session.add(asked)
    _tell(session, problem, row, _E.PROBLEM_MOVE_ASKED, wish.due_on, actor=actor, now=now)
    _owe(session, asked, f"{PERSON}{problem.listed_by}", ASKED, now)
    return asked


def move(
    session: Session, problem: Problem, wish: Wish, *, actor: Actor, now: datetime
) -> MilestoneMove:
    """改期: set the milestone's day, which answers what is asked; the problem is locked.

    It may run late, and be told of, once more. Raises as `ask` does, for an earlier day not, and
    NotAllowed for who wrote in the problem or is of the lead department.
    """
    row = _to_decide(session, problem, wish.position, actor)
    _require_day(row, wish.due_on, now)
    asked = waiting(session, row)
    done = asked or _begun(row, wish, actor, now)
    _decide(done, stages.why(wish.reason) if asked else "", actor, now)
    done.due_on = row.due_on = wish.due_on
    row.told_late_at = None
    session.add_all((done, row))
    _tell(session, problem, row, _E.PROBLEM_MOVED, wish.due_on, actor=actor, now=now)
    _owe(session, done, f"department:{problem.lead_department}", DECIDED, now)
    return done


def refuse(
    session: Session, problem: Problem, position: int, reason: str, *, actor: Actor, now: datetime
) -> MilestoneMove:
    """不同意改期: the day stays; raises as `move` does, Conflict where nothing is asked."""
    row = _to_decide(session, problem, position, actor)
    asked = waiting(session, row)
    if asked is None:
        raise Conflict("No other day is asked for.", remedy="Read the problem again.")
    _decide(asked, stages.why(reason), actor, now)
    session.add(asked)
    day = asked.asked_due_on
    _tell(session, problem, row, _E.PROBLEM_MOVE_REFUSED, day, actor=actor, now=now)
    _owe(session, asked, f"department:{problem.lead_department}", DECIDED, now)
    return asked


def waiting(session: Session, row: ProblemMilestone) -> MilestoneMove | None:
    """Return what is asked of this milestone and not decided yet."""
    mine = select(MilestoneMove).where(MilestoneMove.milestone_id == row.id)
    return session.exec(mine.where(col(MilestoneMove.decided_at).is_(None))).first()


def of(session: Session, problem: Problem) -> Mapping[int, Sequence[MilestoneMove]]:
    """Return what was asked and set of each milestone, by its id, the oldest first."""
    mine = (
        select(MilestoneMove)
        .join(ProblemMilestone, col(ProblemMilestone.id) == MilestoneMove.milestone_id)
        .where(ProblemMilestone.problem_id == problem.id)
        .order_by(col(MilestoneMove.id))
    )
    found: defaultdict[int, list[MilestoneMove]] = defaultdict(list)
    for each in session.exec(mine):
        found[each.milestone_id].append(each)
    return found


def first_day(row: ProblemMilestone, moves: Sequence[MilestoneMove]) -> date:
    """Return the day that the listed plan named, whatever was set since."""
    return next((each.was_due_on for each in moves if each.due_on), row.due_on)


def _begun(row: ProblemMilestone, wish: Wish, actor: Actor, now: datetime) -> MilestoneMove:
    _require_day(row, wish.due_on, now)
    return MilestoneMove(
        milestone_id=row.id or 0,
        was_due_on=row.due_on,
        asked_due_on=wish.due_on,
        reason=stages.why(wish.reason),
        asked_at=now,
        asked_by=str(actor),
    )


def _require_day(row: ProblemMilestone, day: date, now: datetime) -> None:
    if day == row.due_on:
        raise Invalid("This is the day that holds.", remedy="Give another day.")
    if day < beijing_day(now):
        raise Invalid("The day is over.", remedy="Give today or a later day.")


def _to_decide(session: Session, problem: Problem, position: int, actor: Actor) -> ProblemMilestone:
    """Return the milestone for who may decide on its day."""
    own = actor.department == problem.lead_department
    if own or str(actor) in telling.writers(session, problem):
        raise NotAllowed(
            "Who wrote a problem or solves it moves no milestone of it.",
            remedy="Let somebody else do it.",
        )
    return milestones.to_be_done(session, problem, position)


def _decide(row: MilestoneMove, answer: str, actor: Actor, now: datetime) -> None:
    row.answer, row.decided_at, row.decided_by = answer, now, str(actor)


def _tell(
    session: Session,
    problem: Problem,
    row: ProblemMilestone,
    type: EventType,
    day: date,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    days = {"milestone": row.position, "day": day.isoformat()}
    telling.tell(session, problem, type, actor=actor, now=now, **days)


def _owe(session: Session, row: MilestoneMove, to: str, says: str, now: datetime) -> None:
    due = milestones.end_of(row.due_on or row.asked_due_on)
    about = f"{says}:{row.milestone_id}:{row.id}"
    staff_notices.owe(session, [Owed(about, to, _CARD, says, "", "", "", due)], now=now)

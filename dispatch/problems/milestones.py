"""节点进度: what the lead department reports, and who is told, once, of what runs late."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from dispatch.notices import staff_notices
from dispatch.notices.staff_inbox import PERSON
from dispatch.notices.staff_notices import Owed
from dispatch.problems import life, telling
from dispatch.problems.models_problems import Problem, ProblemMilestone
from dispatch.problems.states import OPEN, Action, State
from hotline.core.accounts import MACHINE, Actor
from hotline.core.clock import BEIJING, beijing_day
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import EventType
from hotline.core.masking import mask_leaving

AT_ONCE = 500
SAYS = "problem_late"  # what a notice of a late milestone says
CARD = "red"
_DAY = timedelta(days=1)


def of(session: Session, problem: Problem) -> Sequence[ProblemMilestone]:
    """Return the problem's milestones in their order."""
    mine = select(ProblemMilestone).where(ProblemMilestone.problem_id == problem.id)
    return session.exec(mine.order_by(col(ProblemMilestone.position))).all()


def report(
    session: Session,
    problem: Problem,
    position: int,
    words: str,
    *,
    done: bool,
    actor: Actor,
    now: datetime,
) -> ProblemMilestone:
    """报进度: keep what the lead department says, which begins the work; the problem is locked.

    Raises NotAllowed for another department, NotFound for no milestone of it, Conflict for one that
    is done or while nothing of the problem is to be done, Invalid without words.
    """
    row = reported_on(session, problem, position, actor)
    said = mask_leaving(words.strip())
    if not said:
        raise Invalid("A report needs its words.", remedy="Say what was done.")
    if problem.state == State.LISTED:
        life.act(session, problem, Action.BEGIN, actor=actor, now=now)
    row.report, row.reported_at, row.reported_by = said, now, str(actor)
    row.done_at = now if done else None
    session.add(row)
    reported = EventType.PROBLEM_REPORTED
    telling.tell(session, problem, reported, actor=actor, now=now, milestone=position, done=done)
    return row


def is_late(row: ProblemMilestone, now: datetime) -> bool:
    """Return whether its day is over and it is not done."""
    return row.done_at is None and row.due_on < beijing_day(now)


def tell_late(session: Session, *, now: datetime) -> int:
    """Tell the owner and the lead department of each milestone that runs late, once each.

    What another process tells is skipped; returns how many were told.
    """
    late = session.exec(
        select(ProblemMilestone, Problem)
        .join(Problem, col(Problem.id) == ProblemMilestone.problem_id)
        .where(col(ProblemMilestone.due_on) < beijing_day(now))
        .where(col(ProblemMilestone.done_at).is_(None))
        .where(col(ProblemMilestone.told_late_at).is_(None), col(Problem.state).in_(OPEN))
        .order_by(col(ProblemMilestone.problem_id), col(ProblemMilestone.id))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for row, problem in late:
        row.told_late_at = now
        session.add(row)
        late_type = EventType.PROBLEM_LATE
        at = row.position
        telling.tell(session, problem, late_type, actor=MACHINE, now=now, milestone=at)
    staff_notices.owe(session, [each for pair in late for each in _owed(*pair)], now=now)
    return len(late)


def reported_on(
    session: Session, problem: Problem, position: int, actor: Actor
) -> ProblemMilestone:
    """Return the milestone for who leads the problem; raises as `report` and `to_be_done` do."""
    if actor.department != problem.lead_department:
        raise NotAllowed("Only the lead department reports.", remedy="Ask it.")
    return to_be_done(session, problem, position)


def to_be_done(session: Session, problem: Problem, position: int) -> ProblemMilestone:
    """Return the milestone; raise NotFound for none, Conflict where nothing is to be done of it."""
    if problem.state not in OPEN:
        raise Conflict("Nothing of this problem is to be done now.", remedy="Read it again.")
    row = next((each for each in of(session, problem) if each.position == position), None)
    if row is None:
        raise NotFound(f"There is no milestone {position}.", remedy="Read the problem again.")
    if row.done_at:
        raise Conflict("This milestone is done.", remedy="Report on the next one.")
    return row


def end_of(day: date) -> datetime:
    """Return the moment at which what is due on this day begins to be late."""
    return datetime.combine(day + _DAY, time(), BEIJING)


def _owed(row: ProblemMilestone, problem: Problem) -> list[Owed]:
    # A milestone that was moved may run late again, and is told again.
    about = f"{SAYS}:{row.problem_id}:{row.id}:{row.due_on}"
    due = end_of(row.due_on)
    told = (f"{PERSON}{problem.owner}", f"department:{problem.lead_department}")
    return [Owed(about, each, CARD, SAYS, "", "", "", due) for each in told]

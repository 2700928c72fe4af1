"""How a problem moves on: the one place where its state changes, each time with one event."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from dispatch import stages
from dispatch.problems import carrying, telling, terms, verifying
from dispatch.problems.models_problems import Problem
from dispatch.problems.states import NEEDS_REASON, ON_LIST, Action, State, advance
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotAllowed
from hotline.core.events import EventType

_A = Action
_TOLD: Mapping[Action, EventType] = {
    _A.PUT_ON_LIST: EventType.PROBLEM_LISTED,
    _A.BEGIN: EventType.PROBLEM_BEGUN,
    _A.CLAIM: EventType.PROBLEM_CLAIMED,
    _A.VERIFY: EventType.PROBLEM_VERIFIED,
    _A.REFUSE: EventType.PROBLEM_REFUSED,
    _A.CLOSE: EventType.PROBLEM_CLOSED,
    _A.CARRY_OVER: EventType.PROBLEM_CARRIED_OVER,
    _A.DROP: EventType.PROBLEM_DROPPED,
}
_ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtext('problem list'))")


def act(
    session: Session,
    problem: Problem,
    action: Action,
    reason: str = "",
    *,
    actor: Actor,
    now: datetime,
) -> Problem:
    """Move the problem, whose row is locked, on.

    Raises Conflict where its state, the year's places, or the figures forbid it; NotAllowed for who
    would judge their own work or another department's; Invalid without a reason that is needed.
    """
    after = advance(State(problem.state), action)
    _require_other_eyes(session, problem, action, actor)
    said = stages.why(reason) if action in NEEDS_REASON else ""
    if action is _A.PUT_ON_LIST:
        _require_place(session, problem)
    if action is _A.VERIFY:
        problem.figures = verifying.shown(session, problem, now=now)
    _sign(problem, action, said, str(actor), now)
    problem.state = after
    telling.tell(session, problem, _TOLD[action], actor=actor, now=now)
    if action is _A.CARRY_OVER:
        carrying.carry_over(session, problem, actor=actor, now=now)
    return problem


def _require_other_eyes(session: Session, problem: Problem, action: Action, actor: Actor) -> None:
    by, judges = str(actor), action in (_A.VERIFY, _A.REFUSE)
    wrote = telling.writers(session, problem) if judges or action is _A.PUT_ON_LIST else ()
    if action in (_A.BEGIN, _A.CLAIM) and actor.department != problem.lead_department:
        raise NotAllowed("Only the lead department does this.", remedy="Ask it.")
    if action is _A.PUT_ON_LIST and by in wrote:
        raise NotAllowed(
            "Who wrote a problem does not put it on the list.", remedy="Let somebody else do it."
        )
    if judges and (by in wrote or actor.department == problem.lead_department):
        raise NotAllowed(
            "Who proposed or solved it does not verify it.", remedy="Let somebody else do it."
        )


def _require_place(session: Session, problem: Problem) -> None:
    """Raise Conflict when the year's list is full; nobody else lists one until the commit."""
    session.execute(_ONE_AT_A_TIME)
    taken = session.exec(
        select(func.count())
        .select_from(Problem)
        .where(Problem.year == problem.year, col(Problem.state).in_(ON_LIST))
    ).one()
    if taken >= terms.number("listed_most"):
        raise Conflict(
            f"The list of {problem.year} is full.", remedy="Drop one, or carry one over, first."
        )


def _sign(problem: Problem, action: Action, said: str, by: str, now: datetime) -> None:
    if action is _A.PUT_ON_LIST:
        problem.listed_at, problem.listed_by = now, by
    elif action is _A.CLAIM:
        problem.claimed_at, problem.claimed_by, problem.claim = now, by, said
    elif action in (_A.VERIFY, _A.REFUSE):
        problem.judged_at, problem.judged_by, problem.judgement = now, by, said
    elif action in (_A.CLOSE, _A.CARRY_OVER, _A.DROP):
        problem.ended_at, problem.ended_by, problem.end_reason = now, by, said

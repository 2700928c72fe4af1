"""The list as people read it: by year and state, within their reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from dispatch.problems.models_problems import Problem
from dispatch.problems.states import ON_LIST, State
from dispatch.sealing import reach
from hotline.core import newest
from hotline.core.accounts import Actor
from hotline.core.errors import NotFound

SHOWN = 50
# What a department is told of: from when it is on the list.
_TOLD = (*ON_LIST, State.CARRIED_OVER)


@dataclass(frozen=True)
class Wanted:
    """Which problems; 0 and empty are every year and every state."""

    year: int = 0
    state: State | None = None


def listed(
    session: Session,
    wanted: Wanted,
    *,
    reader: Actor,
    before: tuple[datetime, int] | None = None,
    limit: int = SHOWN,
) -> Sequence[Problem]:
    """Return problems, the newest first; `before` is the moment and id of the last one seen."""
    query = select(Problem).where(seen(reader))
    if wanted.year:
        query = query.where(Problem.year == wanted.year)
    if wanted.state:
        query = query.where(Problem.state == wanted.state)
    at, id = col(Problem.proposed_at), col(Problem.id)
    return newest.page(session, query, at, id, before=before, limit=limit)


def find(session: Session, problem_id: int, *, reader: Actor, lock: bool = False) -> Problem:
    """Return the problem; raise NotFound, for one that the reader may not see too."""
    query = select(Problem).where(Problem.id == problem_id, seen(reader))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(f"There is no problem {problem_id}.", remedy="Take one from the list.")
    return found


def states(session: Session, year: int, *, reader: Actor) -> Mapping[State, int]:
    """Return how many of the year's problems that the reader may see are in each state."""
    query = select(Problem.state, func.count()).where(Problem.year == year, seen(reader))
    found = dict(session.exec(query.group_by(col(Problem.state))).all())
    return {each: found.get(each, 0) for each in State}


def years(session: Session, *, reader: Actor) -> Sequence[int]:
    """Return the years of which there are problems, the newest first."""
    query = select(Problem.year).where(seen(reader)).distinct()
    return session.exec(query.order_by(col(Problem.year).desc())).all()


def seen(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that the reader may see it: its place lies in their area.

    A department sees what it leads or assists, from when it is on the list.
    """
    department = reach.department_of(reader)
    if not department:
        return reach.in_area(reader, Problem)
    lead = col(Problem.lead_department) == department
    helps = col(Problem.assisting).contains([department])
    return and_(or_(lead, helps), col(Problem.state).in_(_TOLD))

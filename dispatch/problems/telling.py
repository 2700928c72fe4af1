"""A problem's history: one event for each change, by codes alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from dispatch.problems.models_problems import Problem
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.events import Event, EventType

_WRITTEN = (EventType.PROBLEM_PROPOSED, EventType.PROBLEM_CHANGED)


def chain(problem: Problem) -> str:
    """Return the name of the problem's chain of events."""
    return f"problem:{problem.id}"


def tell(
    session: Session,
    problem: Problem,
    type: EventType,
    *,
    actor: Actor,
    now: datetime,
    **refs: Any,
) -> None:
    """Add an event to the problem's history, and count its version up."""
    problem.version += 1
    session.add(problem)
    session.flush()
    known: dict[str, Any] = {"problem": problem.id, "department": problem.lead_department}
    name = chain(problem)
    events.append(session, type, chain=name, actor=str(actor), now=now, **known, **refs)


def story(session: Session, problem: Problem) -> Sequence[Event]:
    """Return all that happened to it, oldest first."""
    return events.history(session, chain(problem))


def writers(session: Session, problem: Problem) -> set[str]:
    """Return everybody who wrote in it, and in what it was carried over from."""
    found: set[str] = set()
    before: Problem | None = problem
    while before:
        found |= {each.actor for each in story(session, before) if each.type in _WRITTEN}
        before = session.get(Problem, before.carried_from) if before.carried_from else None
    return found

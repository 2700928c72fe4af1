"""核验: whether the figure shows that a problem is solved."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from dispatch.indicators import following
from dispatch.problems import before_after, measuring
from dispatch.problems.measuring import BeforeAfter
from dispatch.problems.models_problems import Problem
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict


def seen_so_far(session: Session, problem: Problem, *, now: datetime) -> BeforeAfter:
    """Return the figures before and after by which it is, or will be, verified.

    The period after is the first of the same season that begins once it was claimed to be solved;
    of a problem that is not claimed yet, once it was put on the list.
    """
    begun = problem.claimed_at or problem.listed_at or now
    later = before_after.season_after(measuring.baseline_of(problem), beijing_day(begun))
    return measuring.compare(session, problem, later)


def shown(session: Session, problem: Problem, *, now: datetime) -> dict[str, Any]:
    """Return the figures that show the success, to be kept; measured up to this moment.

    Raises Conflict while the period after is not over or not measured, and where the figure has
    not come to its target.
    """
    seen = seen_so_far(session, problem, now=now)
    if seen.later.last >= beijing_day(now):
        raise Conflict(
            f"The period to compare with ends on {seen.later.last}.",
            remedy="Wait until it is over; refuse the claim if it is plainly not solved.",
        )
    following.catch_up(session, seen.later.last, now=now)
    seen = seen_so_far(session, problem, now=now)
    if not seen.comparison.reached:
        raise Conflict(
            "The figure has not come to its target.",
            remedy="Refuse the claim, or carry the problem over.",
        )
    return {name: _plain(value) for name, value in asdict(seen).items()}


def _plain(value: Any) -> Any:
    """Return it as JSON holds it."""
    if isinstance(value, dict):
        return {name: _plain(inside) for name, inside in value.items()}
    return value.isoformat() if isinstance(value, date) else value

"""本单位的结果: what a department is told of a published comparison, as its publication says."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from dispatch.comparing import runs, terms
from dispatch.comparing.models_comparing import Comparison
from dispatch.comparing.scheme import Publication
from dispatch.comparing.states import RunState
from hotline.core.errors import NotFound

TOLD = (Publication.OWN, Publication.ALL, Publication.PUBLIC)
OPEN = (Publication.ALL, Publication.PUBLIC)


@dataclass(frozen=True)
class Place:
    """Its own standing, its class as a whole, and the others of it where they may be known.

    `spread` counts the bands of the class without names. It is None, and so are the figures of the
    class as a whole, where so few others would be told by them; not where they are told anyway.
    """

    run: Comparison
    name: str
    excluded: int
    group: Mapping[str, Any]
    own: Mapping[str, Any]
    spread: Mapping[str, int] | None
    others: Sequence[Mapping[str, Any]]


def listed(
    session: Session, department: str, *, before: int = 0, limit: int = 50
) -> Sequence[Comparison]:
    """Return the published comparisons in which the department is, the newest first."""
    query = select(Comparison).where(_told(), _has(department))
    if before:
        query = query.where(col(Comparison.id) < before)
    return session.exec(query.order_by(col(Comparison.id).desc()).limit(limit)).all()


def find(session: Session, run_id: int, department: str, *, lock: bool = False) -> Comparison:
    """Return a published comparison in which the department is; raise NotFound."""
    query = select(Comparison).where(Comparison.id == run_id, _told(), _has(department))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(f"There is no comparison {run_id}.", remedy="Take one from the list.")
    return found


def of(run: Comparison, department: str) -> Place:
    """Return the department's place in it; raise Broken when the comparison was changed."""
    told = json.loads(runs.published(run))
    group, own = _standing(told["result"], department)
    told_all = run.publication in OPEN
    others = group["standings"] if told_all else ()
    hidden = not told_all and _fewest(group) < terms.number("spread_least")
    whole = {key: value for key, value in group.items() if key != "standings"}
    if hidden:
        whole |= {"like": None, "value": None}
    return Place(
        run=run,
        name=told["run"]["name"],
        excluded=told["run"]["excluded"].get(department, 0),
        group=whole,
        own=own,
        spread=None if hidden else dict(Counter(each["band"] for each in group["standings"])),
        others=[each for each in others if each["unit"] != department],
    )


def _standing(
    result: Sequence[Mapping[str, Any]], unit: str
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return next(
        (group, each) for group in result for each in group["standings"] if each["unit"] == unit
    )


def _fewest(group: Mapping[str, Any]) -> int:
    """Return how many units, at the least, the class's rate of an indicator is made up of."""
    judged = [
        sum(1 for each in group["standings"] if each["parts"][code]["denominator"])
        for code in group["like"]
    ]
    return min(judged)


def _told() -> ColumnElement[bool]:
    published = col(Comparison.state) == RunState.PUBLISHED
    return and_(published, col(Comparison.publication).in_(TOLD))


def _has(department: str) -> ColumnElement[bool]:
    counts: Any = col(Comparison.inputs)["run"]["counts"]
    return counts.has_key(department)  # type: ignore[no-any-return]

"""质检结果: an agent's own and only own; for supervisors each agent's average with its count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, tuple_
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from dispatch.inspection import inspections, subjects
from dispatch.inspection.models_inspection import Inspection
from dispatch.inspection.states import DONE
from hotline.core.accounts import Actor

MINIMUM_SAMPLE = 5  # below it an average says more about chance than about an agent


@dataclass(frozen=True)
class Average:
    """One agent's results of a period; `mean` is None below the minimum sample."""

    agent: str
    count: int
    mean: float | None
    passed: int
    fatal: int


def own(
    session: Session,
    *,
    reader: Actor,
    before: tuple[datetime, int] | None = None,
    limit: int = inspections.SHOWN,
) -> Sequence[Inspection]:
    """Return the reader's own results, the newest first."""
    query = select(Inspection).where(_own(reader))
    place = (col(Inspection.submitted_at), col(Inspection.id))
    if before:
        query = query.where(tuple_(*place) < before)
    return session.exec(query.order_by(*(each.desc() for each in place)).limit(limit)).all()


def find_own(
    session: Session, inspection_id: int, *, reader: Actor, lock: bool = False
) -> Inspection:
    """Return a result of the reader's own; raise NotFound for any other."""
    return inspections.found_where(session, inspection_id, _own(reader), lock=lock)


def averages(session: Session, since: datetime, until: datetime, *, reader: Actor) -> list[Average]:
    """Return the averages of what was submitted at `since` ≤ moment < `until`, by agent.

    What was drawn at random alone counts: what is flagged, or given to several, is no sample.
    """
    counted = (
        col(Inspection.why) == "random",
        col(Inspection.state).in_(DONE),
        col(Inspection.submitted_at) >= since,
        col(Inspection.submitted_at) < until,
        subjects.seen_by(reader, Inspection),
    )
    count, passed = func.count(), func.count().filter(col(Inspection.passed).is_(True))
    fatal = func.count().filter(func.jsonb_array_length(col(Inspection.fatal)) > 0)
    mean = func.avg(col(Inspection.total))
    query = columns(col(Inspection.agent), count, mean, passed, fatal)
    rows = session.execute(
        query.where(*counted).group_by(col(Inspection.agent)).order_by(col(Inspection.agent))
    ).all()
    return [
        Average(agent, n, round(float(mean), 2) if n >= MINIMUM_SAMPLE else None, ok, bad)
        for agent, n, mean, ok, bad in rows
    ]


def _own(reader: Actor) -> ColumnElement[bool]:
    return and_(
        col(Inspection.agent) == reader.name,
        col(Inspection.calibration_id).is_(None),
        col(Inspection.state).in_(DONE),
        subjects.seen_by(reader, Inspection),
    )

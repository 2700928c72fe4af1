"""推演的结果 as a reader sees it: sums over their own area, and the orders that they may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, func, literal
from sqlalchemy import select as columns
from sqlmodel import Session, col

from dispatch.figures.measures import TIMED
from dispatch.indicators.document import RATES, scored
from dispatch.models import Ticket, WorkOrder
from dispatch.replays.comparing import Sort
from dispatch.replays.models_replays import Replay, ReplayFinding, ReplayTally
from dispatch.replays.routed import Routed
from dispatch.replays.tallies import COUNTS
from dispatch.sealing import reach
from hotline.core.accounts import Actor

ON_TIME = tuple(measure.value for measure in TIMED)
ROUTED = tuple(measure.value for measure in Routed)
TOTAL = ""


class By(StrEnum):
    """By what a comparison is told apart."""

    DEPARTMENT = "department"
    MATTER = "matter"


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure before and after; `rate_before` is the rate, in percent to one digit."""

    measure: str
    key: str  # a department or a matter; empty for all
    of_before: int
    some_before: int
    of_after: int
    some_after: int
    gained: int
    lost: int
    reproduced: int
    differs: int

    @property
    def rate_before(self) -> float | None:
        return _rate(self.some_before, self.of_before)

    @property
    def rate_after(self) -> float | None:
        return _rate(self.some_after, self.of_after)


@dataclass(frozen=True, slots=True)
class Scored:
    """三率综合 of a department by the weights that held and by the replay's."""

    department: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One order or ticket that flips or differs; `number` is the order's, where it is one."""

    id: int
    sort: str
    number: str
    ticket: str
    department: str
    matter: str
    why: str
    due_before: datetime | None
    due_after: datetime | None
    was: str
    becomes: str


def compared(
    session: Session,
    replay: Replay,
    measures: Sequence[str],
    *,
    by: By | None = None,
    reader: Actor | None,
) -> list[Compared]:
    """Return each measure in all, or by a key: who flips most first."""
    tally: Any = ReplayTally
    key = getattr(tally, by.value) if by else literal(TOTAL)
    sums = [func.sum(getattr(tally, each)) for each in COUNTS]
    query = (
        columns(tally.measure, key.label("key"), *sums)
        .where(*_mine(replay, reader), tally.measure.in_(measures))
        .group_by(tally.measure, *([key] if by else []))
    )
    found = [
        Compared(row[0], str(row[1]), *map(int, row[2:])) for row in session.execute(query).all()
    ]
    order = {measure: place for place, measure in enumerate(measures)}
    return sorted(found, key=lambda each: (order[each.measure], -each.gained - each.lost, each.key))


def scores(session: Session, replay: Replay, *, reader: Actor | None) -> list[Scored]:
    """Return each department's score before and after, who loses most first; the whole's ahead."""
    rows = compared(session, replay, RATES, by=By.DEPARTMENT, reader=reader)
    units: dict[str, list[Compared]] = {TOTAL: compared(session, replay, RATES, reader=reader)}
    for row in rows:
        units.setdefault(row.key, []).append(row)
    weights = [replay.inputs.get(each, {}) for each in ("weights_before", "weights")]
    found = [
        Scored(unit, *(_score(held, each) for each in weights)) for unit, held in units.items()
    ]
    return [found[0], *sorted(found[1:], key=_by_change)]


def lines(
    session: Session,
    replay: Replay,
    measure: str,
    sort: Sort | None,
    *,
    department: str = "",
    matter: str = "",
    after: int = 0,
    limit: int,
    reader: Actor | None,
) -> list[Line]:
    """Return the orders or tickets behind a figure, after the one of this id; none unseen."""
    row, order = ReplayFinding, WorkOrder
    shown = (row.department, row.matter, row.why, row.due_before, row.due_after, row.was)
    number = columns(col(order.number)).where(col(order.id) == row.thing_id).scalar_subquery()
    of_order = number if measure in ON_TIME else literal("")
    query = (
        columns(col(row.id), col(row.sort), of_order, col(Ticket.number))
        .add_columns(*map(col, shown), col(row.becomes))
        .join(Ticket, col(Ticket.id) == row.ticket_id)
        .where(col(row.replay_id) == replay.id, col(row.measure) == measure)
        .where(col(row.id) > after, reach.visible(reader))
        .order_by(col(row.id))
        .limit(limit)
    )
    chosen = {row.sort: sort, row.department: department, row.matter: matter}
    for column, wanted in chosen.items():
        query = query.where(col(column) == wanted) if wanted else query
    return [Line(*each) for each in session.execute(query)]


def reasons(session: Session, replay: Replay, *, reader: Actor | None) -> Mapping[str, int]:
    """Return how many clocks could not be reproduced, by why, of those that the reader may see."""
    row = ReplayFinding
    query = (
        columns(col(row.why), func.count())
        .join(Ticket, col(Ticket.id) == row.ticket_id)
        .where(col(row.replay_id) == replay.id, col(row.sort) == Sort.DIFFERS)
        .where(reach.visible(reader))
        .group_by(col(row.why))
        .order_by(col(row.why))
    )
    return {why: int(count) for why, count in session.execute(query)}


def _mine(replay: Replay, reader: Actor | None) -> list[ColumnElement[bool]]:
    """Return the condition that a tally is of the reader's area and clearance; none is sealed."""
    tally = ReplayTally
    of = SimpleNamespace(
        id=literal(0), district=col(tally.district), confidentiality=col(tally.confidentiality)
    )
    return [col(tally.replay_id) == replay.id, reach.visible(reader, of)]


def _rate(some: int, of: int) -> float | None:
    return round(100 * some / of, 1) if of else None


def _score(held: Sequence[Compared], weights: Mapping[str, int]) -> float | None:
    if not weights:
        return None
    return scored((weights[row.measure], row.some_before, row.of_before) for row in held)


def _by_change(row: Scored) -> tuple[float, str]:
    return (row.after or 0.0) - (row.before or 0.0), row.department

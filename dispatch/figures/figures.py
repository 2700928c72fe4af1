"""承办指标: a department's figures over a period, by matter and week, and the orders behind each.

An order belongs to the day on which it was issued (Asia/Shanghai), as in 对账, so that figures add
up over weeks and matters. Each is counted over what its reader may see: no figure holds an order
that its list would not show.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Subquery, cast, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from dispatch.figures.measures import Measure, column
from dispatch.models import Ticket, WorkOrder
from dispatch.sealing import reach
from dispatch.states import OrderStatus
from hotline.core.accounts import Actor
from hotline.core.clock import BEIJING, beijing

WEEK = timedelta(days=7)


class Part(StrEnum):
    """Which orders of a figure: those it counts, those it might have counted, or both."""

    COUNTED = "counted"
    REST = "rest"
    ALL = "all"


@dataclass(frozen=True)
class Scope:
    """A department's orders that were issued from `since` until before `until`."""

    department: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Figure:
    """`counted` of `judged` orders."""

    counted: int = 0
    judged: int = 0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(self.counted + other.counted, self.judged + other.judged)

    @property
    def rest(self) -> int:
        """How many it might have counted and did not."""
        return self.judged - self.counted

    @property
    def percent(self) -> float | None:
        """Its rate in percent, to one digit; None for a rate of nothing."""
        return round(100 * self.counted / self.judged, 1) if self.judged else None


Figures = Mapping[Measure, Figure]


@dataclass(frozen=True)
class Reckoned:
    """All figures of a scope; every week of it is there, by its Monday, an empty one too."""

    total: Figures
    by_matter: Mapping[str, Figures]
    by_week: Mapping[date, Figures]


def reckon(session: Session, scope: Scope, *, reader: Actor, now: datetime) -> Reckoned:
    """Return the figures, in one query."""
    facts = _facts(scope, list(Measure), reader, now)
    sums = [
        each
        for measure in Measure
        for each in (func.sum(facts.c[measure]), func.count(facts.c[measure]))
    ]
    key = (facts.c.matter, facts.c.week)
    found = session.connection().execute(columns(*key, *sums).group_by(*key)).all()
    cells = [(row[0], row[1], _figures(row[2:])) for row in found]
    by_matter: dict[str, Figures] = {}
    by_week: dict[date, Figures] = {each: added() for each in weeks(scope)}
    for matter, week, figures in cells:
        by_matter[matter] = added(by_matter.get(matter, {}), figures)
        by_week[week] = added(by_week.get(week, {}), figures)
    total = added(*(figures for _, _, figures in cells))
    return Reckoned(total, dict(sorted(by_matter.items(), key=_most)), by_week)


def figure(
    session: Session,
    scope: Scope,
    measure: Measure,
    *,
    matter: str | None = None,
    reader: Actor,
    now: datetime,
) -> Figure:
    """Return one figure, of one matter where that is named."""
    facts = _facts(scope, [measure], reader, now)
    query = columns(func.sum(facts.c[measure]), func.count(facts.c[measure]))
    if matter is not None:
        query = query.where(facts.c.matter == matter)
    counted, judged = session.connection().execute(query).one()
    return Figure(counted or 0, judged)


def behind(
    session: Session,
    scope: Scope,
    measure: Measure,
    part: Part = Part.COUNTED,
    *,
    matter: str | None = None,
    before: int = 0,
    limit: int = 50,
    reader: Actor,
    now: datetime,
) -> Sequence[WorkOrder]:
    """Return the orders behind a figure, the newest first; `before` is the id of the last seen."""
    facts = _facts(scope, [measure], reader, now)
    judged = facts.c[measure]
    query = select(WorkOrder).join(facts, facts.c.id == col(WorkOrder.id))
    query = query.where(judged.is_not(None) if part is Part.ALL else judged == _OF[part])
    if matter is not None:
        query = query.where(facts.c.matter == matter)
    if before:
        query = query.where(facts.c.id < before)
    return session.exec(query.order_by(col(WorkOrder.id).desc()).limit(limit)).all()


def added(*figures: Figures) -> Figures:
    """Return the figures put together; nothing at all counts none."""
    return {
        measure: sum((each[measure] for each in figures if each), start=Figure())
        for measure in Measure
    }


def weeks(scope: Scope) -> list[date]:
    """Return the Mondays of the weeks in which the scope lies."""
    first, last = beijing(scope.since).date(), beijing(scope.until - _INSTANT).date()
    monday = first - timedelta(days=first.weekday())
    return [monday + WEEK * count for count in range((last - monday).days // 7 + 1)]


_OF = {Part.COUNTED: 1, Part.REST: 0}
_INSTANT = timedelta(microseconds=1)


def _facts(scope: Scope, measures: Collection[Measure], reader: Actor, now: datetime) -> Subquery:
    """Return a row for each order of the scope: its matter, its week, and its measures."""
    issued: Any = func.timezone(str(BEIJING), WorkOrder.dispatched_at)
    return (
        columns(
            col(WorkOrder.id).label("id"),
            func.coalesce(col(Ticket.category)[0].as_string(), "").label("matter"),
            cast(func.date_trunc("week", issued), Date).label("week"),
            *(column(each, now=now).label(each) for each in measures),
        )
        .join(Ticket, col(Ticket.id) == WorkOrder.ticket_id)
        .where(col(WorkOrder.department) == scope.department)
        .where(col(WorkOrder.dispatched_at) >= scope.since)
        .where(col(WorkOrder.dispatched_at) < scope.until)
        .where(col(WorkOrder.status) != OrderStatus.RECALLED, reach.orders(reader))
        .subquery()
    )


def _figures(sums: Sequence[Any]) -> Figures:
    pairs = zip(Measure, sums[::2], sums[1::2], strict=True)
    return {measure: Figure(counted or 0, judged) for measure, counted, judged in pairs}


def _most(entry: tuple[str, Figures]) -> tuple[int, str]:
    return -entry[1][Measure.RECEIVED].counted, entry[0]

"""自动派单的成效: how much went out by itself of late, and how much of that was right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from dispatch.routing import tallying
from dispatch.routing.auto import Cell
from dispatch.routing.bars import lower_bound
from dispatch.routing.models_earned import EarnedDispatch, RoutedTicket

WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Watched:
    """Proposals of the last 30 days; of those the machine dispatched, what they came to."""

    proposed: int = 0
    automatic: int = 0
    decided: int = 0  # of those dispatched by the machine, whose outcome is known
    right: int = 0

    @property
    def share(self) -> float:
        """The share that went out by itself, within 0..1; 0 without any."""
        return self.automatic / self.proposed if self.proposed else 0.0

    @property
    def precision(self) -> float | None:
        """1 − upheld returns and redispatches; None before any outcome is known."""
        return self.right / self.decided if self.decided else None

    @property
    def bound(self) -> float:
        """The lower end of the precision's 95 % interval."""
        return lower_bound(self.right, self.decided)


@dataclass(frozen=True, slots=True)
class Line:
    """One catalogue entry with what it has earned, and how it does."""

    entry: EarnedDispatch
    watched: Watched

    @property
    def bound(self) -> float:
        """The lower bound of the precision that the entry has shown, within 0..1."""
        return lower_bound(self.entry.right, self.entry.outcomes)


def overall(session: Session, *, now: datetime) -> Watched:
    """Return the figures of all proposals."""
    row = session.execute(columns(*_counts()).where(*_recent(now))).one()
    return Watched(*row)


def entries(session: Session, *, now: datetime, limit: int = 1000) -> Sequence[Line]:
    """Return the entries that have any outcome: who dispatches by itself or did, first."""
    rows = session.exec(
        select(EarnedDispatch)
        .order_by(col(EarnedDispatch.state) == "counting", col(EarnedDispatch.outcomes).desc())
        .order_by(col(EarnedDispatch.id))
        .limit(limit)
    ).all()
    found = _by_entry(session, now)
    return [Line(row, found.get((_cell(row), row.spoken), Watched())) for row in rows]


def states(session: Session) -> dict[str, int]:
    """Return how many entries there are in each state."""
    found = session.exec(
        select(EarnedDispatch.state, func.count()).group_by(EarnedDispatch.state)
    ).all()
    return dict(found)


def _by_entry(session: Session, now: datetime) -> dict[tuple[Cell, bool], Watched]:
    key = tallying.entry_columns()
    found = session.execute(columns(*key, *_counts()).where(*_recent(now)).group_by(*key)).all()
    return {
        ((matter, district, department), spoken): Watched(*counts)
        for matter, district, department, spoken, *counts in found
    }


def _counts() -> tuple[ColumnElement[int], ...]:
    row = RoutedTicket
    automatic = col(row.automatic).is_(True)
    known = and_(automatic, col(row.right).is_not(None))
    return (
        func.count(),
        func.count().filter(automatic),
        func.count().filter(known),
        func.count().filter(and_(automatic, col(row.right).is_(True))),
    )


def _recent(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(RoutedTicket.at) > now - WINDOW, col(RoutedTicket.department) != ""


def _cell(row: EarnedDispatch) -> Cell:
    return row.matter_code, row.district_code, row.department

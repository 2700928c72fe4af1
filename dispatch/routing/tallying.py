"""The outcomes of each catalogue entry in its window, counted by how sure the router was."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, case
from sqlalchemy import select as columns
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func

from dispatch.routing.auto import Cell
from dispatch.routing.bars import LEVELS, EarningRule, Tally
from dispatch.routing.earning_rules import Heard
from dispatch.routing.models_earned import EarnedDispatch, RoutedTicket

Key = tuple[Cell, bool]  # an entry, and whether it was heard


def tallies(
    session: Session, rules: Mapping[Heard, EarningRule], *, now: datetime
) -> Mapping[Key, Mapping[float, Tally]]:
    """Return for each entry and level what is known; nothing from before it was suspended."""
    row, earned = RoutedTicket, EarnedDispatch
    key = entry_columns()
    same = and_(*(one == other for one, other in zip(key, _columns(), strict=True)))
    start, level = _start(rules, now), _level()
    found = session.execute(
        columns(*key, level, *_counts())
        .select_from(row)
        .outerjoin(earned, same)
        # By when it was proposed, too: the first sweep of a site decides years of it in one day.
        .where(col(row.decided_at) > start, col(row.at) > start, col(row.matter_code) != "")
        .where(col(row.decided_at) > func.coalesce(earned.suspended_at, start))
        .group_by(*key, level)
    ).all()
    made: dict[Key, dict[float, Tally]] = defaultdict(dict)
    for matter, district, department, spoken, at, *numbers in found:
        made[(matter, district, department), spoken][at] = Tally(*numbers)
    return made


def entry_columns() -> tuple[Mapped[Any], ...]:
    """Return the columns of RoutedTicket that say whose outcome it is."""
    row = RoutedTicket
    return col(row.matter_code), col(row.district_code), col(row.department), col(row.spoken)


def _columns() -> tuple[Mapped[Any], ...]:
    row = EarnedDispatch
    return col(row.matter_code), col(row.district_code), col(row.department), col(row.spoken)


def _start(rules: Mapping[Heard, EarningRule], now: datetime) -> ColumnElement[datetime]:
    """Return where the row's window begins."""
    starts = {heard: now - timedelta(days=rule.window_days) for heard, rule in rules.items()}
    return case((col(RoutedTicket.spoken), starts[Heard.SPOKEN]), else_=starts[Heard.TYPED])


def _level() -> ColumnElement[float]:
    """Return the highest of LEVELS that the row's confidence reaches; 0 for none."""
    sure = col(RoutedTicket.confidence)
    return case(*((sure >= each, each) for each in reversed(LEVELS)), else_=0.0).cast(Float)


def _counts() -> tuple[ColumnElement[int], ...]:
    right = col(RoutedTicket.right).is_(True)
    automatic = col(RoutedTicket.automatic).is_(True)
    return (
        func.count(),
        func.count().filter(right),
        func.count().filter(automatic),
        func.count().filter(and_(automatic, right)),
    )

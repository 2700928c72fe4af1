"""Looking where it is hot now: which cells hold enough, and what is known of each before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlmodel import Session

from dispatch.hot.counting import MATTER
from dispatch.hot.season import Season
from dispatch.hot.windows import (
    HISTORY,
    LONGEST,
    WINDOWS,
    Before,
    Finding,
    Kind,
    Seen,
    Window,
    judge,
    rank,
)

MOST_CELLS = 500  # looked at in one sweep, those with the most requests first
_LEAST_USUAL = 0.02  # a week: about once a year
_BURSTS = tuple(each for each in WINDOWS if each.kind is Kind.BURST)
_GROWTHS = tuple(each for each in WINDOWS if each.kind is Kind.GROWTH)


@dataclass(frozen=True, slots=True)
class Cell:
    """A place and a matter."""

    place: str
    matter: str


def _held(windows: Sequence[Window], moment: str, number: str) -> str:
    """Return the columns of each window: what it holds, and what its newest third does."""
    parts = [
        f"coalesce(sum({number}) FILTER (WHERE {moment} >= :{name}{at}), 0)"
        for at, _ in enumerate(windows)
        for name in ("since", "newest")
    ]
    return ", ".join(parts)


_MINUTES = text(
    f"SELECT district, {MATTER}, {_held(_BURSTS, 'created_at', '1')} FROM ticket "  # noqa: S608  # our own words
    "WHERE created_at >= :from AND created_at <= :now GROUP BY 1, 2 "
    "HAVING count(*) >= :least ORDER BY count(*) DESC LIMIT :most"
)
_DAYS = text(
    f"SELECT place, matter, {_held(_GROWTHS, 'hour', 'count')} FROM hot_hour "  # noqa: S608  # our own words
    "WHERE hour >= :from GROUP BY 1, 2 "
    "HAVING sum(count) >= :least ORDER BY sum(count) DESC LIMIT :most"
)
_BEFORE = text(
    "SELECT place, matter, sum(count) FROM hot_hour "
    "WHERE (place, matter) IN :cells AND hour >= :from AND hour < :until GROUP BY 1, 2"
).bindparams(bindparam("cells", expanding=True))
_USUAL = text(
    "SELECT matter, sum(count), count(DISTINCT place) FROM hot_hour "
    "WHERE matter IN :matters AND hour >= :from AND hour < :until GROUP BY 1"
).bindparams(bindparam("matters", expanding=True))


def find(
    session: Session, season: Season, *, since: datetime, now: datetime
) -> dict[Cell, Finding]:
    """Return what is worth reading, by cell; `since` is when the counting of them began."""
    found = _look(session, _MINUTES, _BURSTS, now)
    days = _look(session, _DAYS, _GROWTHS, now)
    cells = list(dict.fromkeys((*found, *days)))
    hot: dict[Cell, Finding] = {}
    for span, seen in ((timedelta(days=1), found), (LONGEST, days)):
        known = min(HISTORY, now - span - since)
        before = _before(session, cells, until=now - span, known=known)
        for cell, held in seen.items():
            each = judge(held, before[cell], season, now=now)
            if each and (cell not in hot or rank(each) > rank(hot[cell])):
                hot[cell] = each
    return hot


def _look(
    session: Session, query: Any, windows: Sequence[Window], now: datetime
) -> dict[Cell, dict[Window, Seen]]:
    spans: dict[str, datetime] = {}
    for at, each in enumerate(windows):
        spans[f"since{at}"] = now - each.span
        spans[f"newest{at}"] = now - each.span / 3
    least = min(each.least for each in windows)
    longest = max(each.span for each in windows)
    asked = {**spans, "from": now - longest, "least": least, "most": MOST_CELLS}
    if windows is _BURSTS:
        asked["now"] = now
    rows = session.execute(query, asked).all()
    return {Cell(row[0], row[1]): dict(_windows(windows, row[2:])) for row in rows}


def _windows(windows: Sequence[Window], numbers: Sequence[Any]) -> Iterator[tuple[Window, Seen]]:
    for at, window in enumerate(windows):
        yield window, Seen(int(numbers[2 * at]), int(numbers[2 * at + 1]))


def _before(
    session: Session, cells: Sequence[Cell], *, until: datetime, known: timedelta
) -> dict[Cell, Before]:
    if not cells or known <= timedelta():
        return {each: Before(0, timedelta(), _LEAST_USUAL) for each in cells}
    span = {"from": until - known, "until": until}
    pairs = [(each.place, each.matter) for each in cells]
    counts = {
        Cell(*row[:2]): int(row[2]) for row in session.execute(_BEFORE, {"cells": pairs, **span})
    }
    matters = list({each.matter for each in cells})
    weeks = known / timedelta(weeks=1)
    usual = {
        row[0]: float(row[1]) / weeks / max(1, row[2])
        for row in session.execute(_USUAL, {"matters": matters, **span})
    }
    return {
        each: Before(counts.get(each, 0), known, max(_LEAST_USUAL, usual.get(each.matter, 0.0)))
        for each in cells
    }

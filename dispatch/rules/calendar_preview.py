"""预演: which open clocks a notice would move, and to when; nothing is changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlmodel import Session

from dispatch.rules import calendars, rules_stamp, touched
from dispatch.rules.holiday_notices import calendar_with
from dispatch.rules.layers import Calendar, Day, ending
from dispatch.rules.limits import LimitUnit
from dispatch.rules.touched import Touched
from dispatch.timing.reckoning import Terms, read_parts, reckon
from hotline.core.clock import BEIJING, beijing_day

MOST_SHOWN = 200
_BY_DAY = (LimitUnit.WORKING_DAYS, LimitUnit.NATURAL_DAYS)


@dataclass(frozen=True, slots=True)
class Move:
    """A clock that would be due at another time."""

    ticket: str
    subject: str
    kind: str
    due_before: datetime
    due_after: datetime


@dataclass(frozen=True, slots=True)
class Preview:
    """How many open clocks the days can touch, how many would move, and the first of those."""

    touched: int
    moved: int
    moves: tuple[Move, ...]


def preview(session: Session, days: Sequence[Day], *, most: int = MOST_SHOWN) -> Preview:
    """Return what taking these days in would do to the open clocks."""
    ahead = _Ahead(session, days)
    looked_at, moved = 0, 0
    moves: list[Move] = []
    for clock, due_at in ahead.reckon_each(touched.clocks(session, days)):
        looked_at += 1
        if due_at != clock.due_at:
            moved += 1
            if len(moves) < most:
                moves.append(Move(clock.number, clock.subject, clock.kind, clock.due_at, due_at))
    return Preview(looked_at, moved, tuple(moves))


class _Ahead:
    """The calendars as they would be, and what was reckoned by them already."""

    def __init__(self, session: Session, days: Sequence[Day]) -> None:
        known = calendars.days_until(session, rules_stamp.current(session).calendar)
        self._days = (*known, *days)
        self._calendars: dict[tuple[str, str], Calendar] = {}
        self._known: dict[tuple[object, ...], datetime] = {}

    def reckon_each(self, found: Iterator[Touched]) -> Iterator[tuple[Touched, datetime]]:
        """Yield each clock with its due moment; a child's follows its parent's."""
        ends: dict[tuple[int, datetime], datetime] = {}
        for clock in found:
            before = clock.ceiling_at
            ceiling_at = ends.get((clock.ticket_id, before), before) if before else None
            due_at = self._due(clock, ceiling_at)
            ends[clock.ticket_id, clock.due_at] = due_at
            yield clock, due_at

    def _due(self, clock: Touched, ceiling_at: datetime | None) -> datetime:
        parts = read_parts(clock.limit, moves_off_days=clock.moves_off_days)
        started_at = clock.started_at
        if ceiling_at is None and all(part.unit in _BY_DAY for part in parts):
            # Days are counted from a date: whoever began on it is due alike.
            started_at = datetime.combine(beijing_day(started_at), time(), BEIJING)
        where = (*calendars.reach(clock.district, clock.unit, clock.calendar), clock.ends_at)
        key = (*where, parts, started_at, clock.warning_percent, ceiling_at)
        if key not in self._known:
            terms = Terms(parts, clock.warning_percent, ceiling_at)
            calendar = self._calendar(*where)
            self._known[key] = reckon(started_at, terms, calendar).due_at
        return self._known[key]

    def _calendar(self, district: str, unit: str, ends_at: str) -> Calendar:
        key = (district, unit)
        if key not in self._calendars:
            self._calendars[key] = calendar_with(district, self._days, unit=unit)
        return ending(self._calendars[key], ends_at)

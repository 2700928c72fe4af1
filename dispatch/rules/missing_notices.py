"""放假通知未到: which years each layer knows, and a daily word while the next one is missing.

National notices come out in October or November: from 1 November on the next year is missed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy import func
from sqlmodel import Session, select

from dispatch.rules import calendars
from dispatch.rules.layers import Calendar, Layer
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.clock import beijing_day
from hotline.core.db import after_commit
from hotline.core.events import EventType

CHAIN = "rules:missing"
MISSED_FROM_MONTH = 11

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LayerState:
    """The years that a layer has days of, and those whose notice it should have and has not."""

    code: str
    name: str
    announces: bool
    years: tuple[int, ...]
    missing: tuple[int, ...]


def states(calendar: Calendar, today: date) -> list[LayerState]:
    """Return each layer of the calendar, the widest first."""
    return [_state(layer, today) for layer in calendar.layers]


def warn(session: Session, district: str, *, now: datetime) -> bool:
    """Leave the day's event when a layer of the district misses a year; return whether it did.

    At most one a Beijing day, however many ask at once.
    """
    today = beijing_day(now)
    found = states(calendars.current(session, district), today)
    missing = {state.code: list(state.missing) for state in found if state.missing}
    if not missing:
        return False
    session.exec(select(func.pg_advisory_xact_lock(func.hashtextextended(CHAIN, 0))))
    told = events.history(session, CHAIN)
    if told and beijing_day(told[-1].at) >= today:
        return False
    year = min(year for years in missing.values() for year in years)
    layers = sorted(missing)
    events.append(
        session,
        EventType.CALENDAR_MISSING,
        chain=CHAIN,
        actor=str(MACHINE),
        now=now,
        year=year,
        layers=layers,
    )
    after_commit(session, lambda: log.warning("calendar.missing", year=year, layers=layers))
    return True


def _state(layer: Layer, today: date) -> LayerState:
    years = tuple(sorted({day.date.year for day in layer.days}))
    # A publisher who never announced a year is not waited for.
    wanted = _wanted(today) if layer.announces and years else ()
    missing = tuple(year for year in wanted if year not in years)
    return LayerState(layer.code, layer.name, layer.announces, years, missing)


def _wanted(today: date) -> Iterable[int]:
    following = (today.year + 1,) if today.month >= MISSED_FROM_MONTH else ()
    return (today.year, *following)

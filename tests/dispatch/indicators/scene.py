"""Figures of what a test has arranged, checked fact by fact against plain Python's."""

from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from dispatch.indicators import (
    definitions,
    following,
    plain_rows,
    plainly,
    reading,
    refreshing,
    working,
)
from dispatch.indicators.definitions import Definition
from dispatch.indicators.measures import FACTS, MEASURES
from dispatch.indicators.models_indicators import IndicatorWatch
from dispatch.indicators.reading import TOTAL, Figure, Period
from dispatch.indicators.terms import Unit
from dispatch.models import Ticket, WorkOrder
from hotline.core.clock import beijing_day
from hotline.core.events import Event, EventType
from telephony.models import Call

DAY = timedelta(days=1)
EVER = Period(date(2020, 1, 1), date(2030, 12, 31))
Golden = tuple[int, int, int]  # numerator, denominator, excluded


def refresh_all(session: Session, now: datetime) -> None:
    """Make the facts of every day anew on which there is something, or may be of a seat."""
    session.flush()
    moments = (col(Ticket.created_at), col(WorkOrder.dispatched_at), col(Call.started_at))
    days = {beijing_day(at) for moment in moments for at in session.exec(select(moment))}
    days |= _seat_days(session)
    for day in sorted(days):
        refreshing.refresh(session, day, now=now)


def _seat_days(session: Session) -> set[date]:
    changed = select(Event.at).where(Event.type == EventType.SEAT_CHANGED)
    days = {beijing_day(at) for at in session.exec(changed)}
    span = (max(days) - min(days)).days + 1 if days else 0
    return {min(days) + DAY * each for each in range(span)}


def filled(session: Session, now: datetime) -> IndicatorWatch:
    """Make every day's facts as the sweep does, up to today's; return its watch."""
    session.flush()
    watch = following.claim(session, now=now)
    assert watch
    while following.fill(session, watch, now=now):
        pass
    return watch


def facts(session: Session, unit: Unit) -> list[dict[str, Any]]:
    """Return the unit's facts as they lie in the database."""
    rows = session.connection().execute(select(FACTS[unit].__table__))  # type: ignore[union-attr]
    return sorted((dict(row._mapping) for row in rows), key=lambda each: each["id"])


def agree(session: Session, now: datetime) -> dict[Unit, list[dict[str, Any]]]:
    """Return plain Python's facts; they are the database's, to the last measure."""
    rows = plain_rows.export(session)
    plain = plainly.facts(rows, now=now, calendar=working.calendar(session))
    for unit in Unit:
        mine = sorted(plain[unit], key=lambda each: each["id"])
        assert facts(session, unit) == mine
        assert all(set(each) >= set(MEASURES[unit]) for each in mine)
    return plain


def measured(
    session: Session, now: datetime, *codes: str, period: Period = EVER
) -> dict[str, Golden]:
    """Return the figures as they are read at this moment, which both ways of counting agree on."""
    refresh_all(session, now)
    plain = agree(session, now)
    found = reading.figures(session, period, codes=codes or None, reader=None)[TOTAL]
    for code, figure in found.items():
        versions = [each for each in definitions.packaged() if each.code == code]
        unit = versions[0].unit
        slow = plainly.figure(plain[unit], versions, period.first, period.last)
        assert slow == golden(figure), code
    return {code: golden(figure) for code, figure in found.items()}


def golden(figure: Figure) -> Golden:
    return figure.numerator, figure.denominator, figure.excluded


def redefined(code: str, **changes: Any) -> Definition:
    """Return the packaged definition with changes."""
    one = definitions.newest(code)
    return Definition(**{each.name: getattr(one, each.name) for each in fields(one)} | changes)

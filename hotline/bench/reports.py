"""`bench reports`: how soon figures are read, and whether plain Python says the same of them."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from statistics import quantiles
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from dispatch.indicators import (
    behind,
    definitions,
    following,
    plain_rows,
    plainly,
    reading,
    refreshing,
    working,
)
from dispatch.indicators.freezing import freeze
from dispatch.indicators.models_indicators import OrderFact
from dispatch.indicators.plainly import Fact
from dispatch.indicators.reading import Chosen, Period
from dispatch.indicators.terms import Key, Part, Unit
from dispatch.models import Ticket
from hotline.bench import report_rows
from hotline.bench.clocks import Outcome
from hotline.bench.report_year import DAYS, Year
from hotline.bench.scratch import places
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day
from hotline.core.settings import Settings

Say = Callable[[str], None]

LEAST = {"tickets": 1_000_000, "events": 4_000_000, "calls": 2_500_000}
MOST = {"page_p95_ms": 300.0, "month_s": 30.0, "day_refresh_s": 10.0, "drill_p95_ms": 200.0}
# What the made-up year has nothing of: a second round's answer, a rating of a call.
SILENT = ("rectification", "call_satisfaction")
READER = Actor("bench", Role.SUPERVISOR)
BEGAN = datetime.fromisoformat("2025-01-01T00:00:00+08:00")
NOW = BEGAN + timedelta(days=DAYS + 30)
MONTH = Period(date(2025, 10, 1), date(2025, 10, 31))
CHECKED = timedelta(days=2)  # so much is counted once more, row by row
_REPEATS = timedelta(days=31)


@dataclass(frozen=True)
class Sizes:
    """How much is measured; the defaults are what the limits are stated for."""

    scale: float = 1.0
    pages: int = 40

    @property
    def year(self) -> Year:
        tickets = max(200, round(LEAST["tickets"] * self.scale))
        return Year(tickets, max(500, round(LEAST["calls"] * self.scale)), BEGAN)


def measure(site: Settings, sizes: Sizes, say: Say) -> Outcome:
    """Measure in a scratch database; the site's tables are never touched."""
    with places(site, ("reports",)) as made:
        engine = made["reports"].engine
        say("making up a year …")
        held = report_rows.fill(engine, sizes.year)
        say(", ".join(f"{count:,} {name}" for name, count in held.items()))
        refreshed = _facts(engine, say)
        with Session(engine) as session:
            units = _departments(session, sizes.pages)
            page = _p95(lambda unit: _page(session, unit), units)
            drill = _p95(lambda unit: _drill(session, unit), units)
            month = _seconds(lambda: freeze(session, "月报", MONTH, actor=READER, now=NOW))
            mismatches = _mismatches(session)
            silent = silent_in(session, _checked())
    figures = {
        **held,
        "page_p95_ms": page,
        "month_s": round(month, 2),
        "day_refresh_s": round(refreshed, 2),
        "drill_p95_ms": drill,
        "mismatches": mismatches,
        "silent": silent,
    }
    return Outcome(figures, missed(figures))


def missed(figures: dict[str, Any]) -> tuple[str, ...]:
    """Return each limit that was missed, a size below what the limits are stated for too."""
    small = [
        f"{key} {figures[key]} < {least}" for key, least in LEAST.items() if figures[key] < least
    ]
    slow = [f"{key} {figures[key]} > {most}" for key, most in MOST.items() if figures[key] > most]
    wrong = [f"mismatches {figures['mismatches']}"] if figures["mismatches"] else []
    unfed = [f"silent {code}" for code in figures["silent"] if code not in SILENT]
    return (*small, *slow, *wrong, *unfed)


def silent_in(session: Session, period: Period) -> list[str]:
    """Return the indicators whose numerator is 0: twice counted alike, that would say little."""
    found = reading.figures(session, period, reader=None)[reading.TOTAL]
    return [code for code, figure in found.items() if not figure.numerator]


def _facts(engine: Engine, say: Say) -> float:
    """Make every day's facts; return how long the slowest day took, made anew."""
    say("measuring every day of it …")
    days = [beijing_day(BEGAN) + timedelta(days=each) for each in range(DAYS)]
    for day in days:
        _refresh(engine, day)
    _watched(engine, days[-1])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    return max(_seconds(partial(_refresh, engine, day)) for day in days[-3:])


def _refresh(engine: Engine, day: date) -> None:
    with Session(engine) as session:
        refreshing.refresh(session, day, now=NOW)
        session.commit()


def _watched(engine: Engine, last: date) -> None:
    """Take note that every day up to the last has its facts."""
    with Session(engine) as session:
        watch = following.claim(session, now=NOW)
        if watch:
            watch.next_day = last + timedelta(days=1)
        session.commit()


def _departments(session: Session, most: int) -> Sequence[str]:
    """Return the departments with the most orders in the month, the busiest first."""
    counted = select(OrderFact.department).where(
        col(OrderFact.day).between(MONTH.first, MONTH.last)
    )
    busiest = counted.group_by(col(OrderFact.department)).order_by(func.count().desc())
    return session.exec(busiest.limit(most)).all()


def _page(session: Session, unit: str) -> None:
    """Read what a department's page shows: all its figures, by day and by matter."""
    for key in (None, Key.DAY, Key.MATTER):
        chosen = Chosen(department=unit)
        reading.figures(session, MONTH, by=key, chosen=chosen, reader=READER)


def _drill(session: Session, unit: str) -> None:
    """Read two pages of what is behind a figure, the one after the other's end."""
    given: dict[str, Any] = {"chosen": Chosen(department=unit), "reader": READER}
    first = behind.behind(session, "received", MONTH, Part.ALL, **given)
    behind.behind(
        session,
        "close_on_time",
        MONTH,
        Part.REST,
        before=first[-1].place if first else None,
        **given,
    )


def _checked() -> Period:
    """Return the days whose figures are counted once more."""
    return Period(MONTH.first, MONTH.first + CHECKED - timedelta(days=1))


def _mismatches(session: Session) -> int:
    """Return how many figures plain Python counts otherwise, over some days' exported rows."""
    period = _checked()
    rows = plain_rows.export(session, _near(session, period))
    plain = plainly.facts(rows, now=NOW, calendar=working.calendar(session))
    keys = (None, Key.DAY, Key.DISTRICT, Key.DEPARTMENT, Key.HOUR)
    return sum(_counted_otherwise(session, period, plain, key) for key in keys)


def _counted_otherwise(
    session: Session, period: Period, plain: Mapping[Unit, Sequence[Fact]], key: Key | None
) -> int:
    parted: dict[Unit, dict[str, list[Fact]]] = {}
    wrong = 0
    for value, figures in reading.figures(session, period, by=key, reader=None).items():
        for code, figure in figures.items():
            versions = [each for each in definitions.packaged() if each.code == code]
            unit = versions[0].unit
            if unit not in parted:
                parted[unit] = _parted(plain[unit], key)
            facts = parted[unit].get(value, [])
            slow = plainly.figure(facts, versions, period.first, period.last)
            wrong += slow != (figure.numerator, figure.denominator, figure.excluded)
    return wrong


def _parted(facts: Iterable[Fact], key: Key | None) -> dict[str, list[Fact]]:
    """Return the facts by their value of the key, as figures are read by it."""
    found: dict[str, list[Fact]] = {}
    for each in facts:
        found.setdefault(_value(each, key) if key else reading.TOTAL, []).append(each)
    return found


def _value(fact: dict[str, Any], key: Key) -> str:
    return f"{fact['hour']:02d}" if key is Key.HOUR else str(fact[key.value])


def _near(session: Session, period: Period) -> dict[str, str]:
    """Return, by table, which rows the period's things are made of, with a margin."""
    since = datetime.combine(period.first, datetime.min.time(), BEGAN.tzinfo)
    until = since + CHECKED
    asked = select(func.min(Ticket.id), func.max(Ticket.id)).where(
        Ticket.created_at >= since - timedelta(days=1), Ticket.created_at < until
    )
    low, high = session.exec(asked).one()
    ids = f"BETWEEN {low or 0} AND {high or 0}"
    month = f"'{(since - _REPEATS).isoformat()}' AND '{until.isoformat()}'"
    calls = f"started_at BETWEEN {month}"
    of_calls = f"call_id IN (SELECT id FROM call WHERE {calls})"  # noqa: S608  # our own words
    of_orders = f"order_id IN (SELECT id FROM work_order WHERE ticket_id {ids})"  # noqa: S608
    tables = dict.fromkeys(plain_rows.TABLES, f"ticket_id {ids}")
    tables |= dict.fromkeys(("contact", "reply", "order_return", "extension"), of_orders)
    tables |= dict.fromkeys(("queue_entry", "wrap_up", "missed_call"), of_calls)
    whole = ("cluster", "cluster_member", "rating", "rating_exclusion", "seat", "account")
    tables |= dict.fromkeys(whole, "true")
    # Those of a cluster whose calls came before, too; by `OR` each ticket would be sought in all.
    clustered = "id IN (SELECT ticket_id FROM cluster_member)"
    alike = f"SELECT id FROM ticket WHERE created_at BETWEEN {month} AND {clustered}"  # noqa: S608
    return {
        **tables,
        "ticket": f"id IN (SELECT id FROM ticket WHERE id {ids} UNION {alike})",  # noqa: S608
        "call": calls,
        "reminder": of_calls,
        "event": _told(since, until),
    }


def _told(since: datetime, until: datetime) -> str:
    """Return which events calls and seats of these days are made of, with a margin."""
    days = f"'{(since - CHECKED).isoformat()}' AND '{(until + CHECKED).isoformat()}'"
    return f"at BETWEEN {days} AND (type = 'seat.changed' OR chain LIKE 'call:%')"


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _p95(act: Callable[[str], object], units: Sequence[str]) -> float:
    """Return the 95th percentile in milliseconds, after one that nobody counts."""
    act(units[0])
    spans = [_seconds(partial(act, unit)) for unit in units]
    return round(quantiles(spans, n=20)[-1] * 1000, 1) if len(spans) > 1 else 0.0

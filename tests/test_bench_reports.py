"""`bench reports` measures with the product's own reading and fails below its sizes."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from dispatch.indicators.reading import Period
from hotline.bench import reports
from hotline.bench.reports import Sizes, measure
from hotline.core.settings import Settings

pytestmark = pytest.mark.long

FINE: dict[str, Any] = {
    "tickets": 1_000_000,
    "events": 4_000_000,
    "calls": 2_500_000,
    "page_p95_ms": 1.0,
    "month_s": 1.0,
    "day_refresh_s": 1.0,
    "drill_p95_ms": 1.0,
    "mismatches": 0,
    "other_events": 1,
    "silent": ["rectification"],
}


def test_a_small_year_is_counted_twice_alike_and_leaves_no_database_behind(
    engine: Engine, own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "DAYS", 310)  # up to the month that is measured
    looked_at: list[Period] = []  # a year so small has few tickets a day: look at its month

    def silent_in(session: Session, period: Period) -> list[str]:
        looked_at.append(period)
        return silent(session, reports.MONTH)

    silent = reports.silent_in
    monkeypatch.setattr(reports, "silent_in", silent_in)
    monkeypatch.setattr(reports, "MOST", dict.fromkeys(reports.MOST, 1e9))
    url = engine.url.render_as_string(hide_password=False)
    site = own.model_copy(update={"database_url": url})
    said: list[str] = []
    outcome = measure(site, Sizes(scale=0.002, pages=3), said.append)
    figures = outcome.figures
    assert (figures["tickets"], figures["calls"]) == (2000, 5000)
    assert figures["events"] == 8000
    assert figures["other_events"] > 10 * 365 * 20  # of ten seats
    assert figures["silent"] == list(reports.SILENT)
    assert looked_at == [Period(date(2025, 10, 1), date(2025, 10, 2))]
    assert figures["mismatches"] == 0
    assert figures.keys() == FINE.keys()
    assert outcome.missed == tuple(
        f"{key} {figures[key]} < {least}" for key, least in reports.LEAST.items()
    )
    assert said
    with engine.connect() as connection:
        left = text("SELECT count(*) FROM pg_database WHERE datname LIKE 'hotline_bench_%'")
        assert connection.scalar(left) == 0


def test_a_missed_limit_and_a_size_below_are_named() -> None:
    assert reports.missed(FINE) == ()
    wrong = {"mismatches": 2, "silent": [*reports.SILENT, "wait"]}
    slow = {**FINE, "page_p95_ms": 301.0, "tickets": 999_999, **wrong}
    assert reports.missed(slow) == (
        "tickets 999999 < 1000000",
        "page_p95_ms 301.0 > 300.0",
        "mismatches 2",
        "silent wait",
    )

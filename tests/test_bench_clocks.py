"""`bench clocks` measures with the product's own sweep and says which limit was missed."""

import pytest
from sqlalchemy import Engine, text

from hotline.bench import clocks
from hotline.bench.clocks import Sizes, measure
from hotline.core.settings import Settings

pytestmark = pytest.mark.long

SMALL = Sizes(small=400, large=2_000, burst=300, rounds=1, due=40, overdue=30)


def test_a_small_run_strikes_all_that_is_due_once_and_leaves_no_database_behind(
    engine: Engine, own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("MOST_RATIO", "MOST_IDLE_MS", "MOST_BURST_S"):
        monkeypatch.setattr(clocks, limit, 1e9)  # a busy machine must not fail a test
    said: list[str] = []
    url = engine.url.render_as_string(hide_password=False)
    site = own.model_copy(update={"database_url": url})
    outcome = measure(site, SMALL, said.append)
    figures = outcome.figures
    assert list(figures["cost_per_due_us"]) == ["400", "2000"]
    assert (figures["burst_due"], figures["alarmed"], figures["duplicates"]) == (300, 300, 0)
    assert {"ratio", "idle_ms", "burst_s", "overdue_us"} <= figures.keys()
    assert outcome.missed == ()
    assert said
    with engine.connect() as connection:
        left = text("SELECT count(*) FROM pg_database WHERE datname LIKE 'hotline_bench_%'")
        assert connection.scalar(left) == 0


def test_a_missed_limit_is_named() -> None:
    figures = {
        "ratio": 1.4,
        "idle_ms": 1.0,
        "burst_s": 21.5,
        "burst_due": 10,
        "alarmed": 9,
        "duplicates": 0,
    }
    assert clocks._missed(figures) == (
        "ratio 1.4 > 1.3",
        "burst_s 21.5 > 20.0",
        "alarmed 9 of 10",
    )

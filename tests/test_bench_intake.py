"""`bench intake` measures registering beside a bare insert and says which limit was missed."""

import pytest
from sqlalchemy import Engine

from hotline.bench import intake
from hotline.bench.intake import Sizes, measure
from hotline.core.settings import Settings

pytestmark = pytest.mark.long

SMALL = Sizes(rounds=1, warm_s=0.2, round_s=0.4, open_s=0.5)


def test_a_small_run_registers_by_every_route(
    engine: Engine, own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LEAST_SHARE", 0.0)  # a busy machine must not fail a test
    monkeypatch.setattr(intake, "MOST_P99_MS", 1e9)
    url = engine.url.render_as_string(hide_password=False)
    outcome = measure(own.model_copy(update={"database_url": url}), SMALL, lambda _: None)
    assert {"per_s", "limit_per_s", "ratio", "p99_ms", "routed_per_s"} <= outcome.figures.keys()
    assert min(outcome.figures["per_s"], outcome.figures["routed_per_s"]) > 0
    assert outcome.missed == ()


def test_a_missed_limit_is_named() -> None:
    assert intake._missed({"ratio": 0.6, "p99_ms": 120.0}) == (
        "ratio 0.6 < 0.7",
        "p99_ms 120.0 > 100.0",
    )

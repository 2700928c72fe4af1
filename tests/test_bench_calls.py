"""`bench calls` measures calls of sipp on workers of its own, and says which limit is missed."""

from pathlib import Path

import pytest

from hotline.bench import calls
from hotline.bench.calls import Sizes, measure
from hotline.bench.calls_scenarios import DESK, caller
from hotline.core.settings import Settings

KEYS = {
    *("legs", "missing_frames", "gap_p99_ms", "cpu_pct_per_leg", "mb_per_leg"),
    *("calls", "failed", "invite_p99_ms"),
}
ONE_WORKER = Sizes(legs=4, talk_s=2, minutes=0.05)


@pytest.mark.e2e
@pytest.mark.soak  # as long as ten others; `make bench` is the real one
def test_a_small_run_talks_and_answers_without_a_loss(tmp_path: Path) -> None:
    site = Settings(data_dir=tmp_path, redis_url="")
    figures = measure(site, ONE_WORKER, lambda _: None).figures
    assert figures.keys() >= KEYS
    assert (figures["legs"], figures["calls"], figures["failed"]) == (4, 30, 0)
    assert figures["missing_frames"] == 0
    assert figures["frames"] > 4 * 50 * 10  # taps of four legs, for as long as they talked
    assert figures["mb_per_leg"] > 1


def test_a_missed_limit_is_named() -> None:
    well = {**calls.LIMITS, "mb_per_leg": 4.0}
    assert calls._missed(well) == ()
    assert calls._missed({**well, "missing_frames": 3, "gap_p99_ms": 31}) == (
        "missing_frames 3 > 0",
        "gap_p99_ms 31 > 30",
    )


def test_only_a_patient_caller_rings_again_when_all_is_busy() -> None:
    assert 'response="486"' in caller(patient=True)
    assert 'response="486"' not in caller(patient=False)
    assert "rtp_stream" in DESK

"""Thousands of calls on a fleet whose workers are replaced: what it holds must not grow."""

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from hotline.bench.calls_fleet import Fleet, Taken, running
from hotline.bench.calls_sipp import Load, calling
from hotline.bench.scratch import Place

PER_S, TALK_S = 10.0, 2.0
LOOK_S = 5.0
WARM_UP = 0.2  # of the run
MOST_GROWTH = 1.10


def soak(
    place: Place, workers: int, calls: int, calls_per_worker: int, say: Callable[[str], None]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what the fleet held after the warm-up and at the end, and each limit missed."""
    say(f"{calls} calls; each of {workers} workers is replaced after {calls_per_worker} …")
    with running(place, workers, calls_per_worker=calls_per_worker) as fleet:
        held, failed = _held(fleet, calls)
    replaced = fleet.log.read_text().count('"worker.died"')
    warm = held[int(len(held) * WARM_UP) :] or held
    third = max(1, len(warm) // 3)
    growth = {
        name: round(_middle(warm[-third:], name) / max(1.0, _middle(warm[:third], name)), 3)
        for name in ("pss_mb", "files", "threads")
    }
    figures = {"calls": calls, "failed": failed, "replaced": replaced, "growth": growth}
    figures |= {"mb": round(_middle(warm[-third:], "pss_mb"), 1), "limit_growth": MOST_GROWTH}
    missed = [f"{name} grew {each}" for name, each in growth.items() if each > MOST_GROWTH]
    return figures, (*missed, *([f"failed {failed}"] if failed else []))


def _held(fleet: Fleet, calls: int) -> tuple[list[Taken], int]:
    held: list[Taken] = []
    per_s = fleet.rate(PER_S, TALK_S)
    load = Load(fleet.ports(), calls, per_s, TALK_S, patient=True)
    with calling(load, fleet.own.data_dir / "soak") as callers:
        while callers.running:
            held.append(fleet.take())
            time.sleep(LOOK_S)
        callers.wait()
        return held, callers.failed


def _middle(of: Sequence[Taken], name: str) -> float:
    """Return the middle of what was held of this: one moment between two workers is no measure."""
    return float(median(getattr(each, name) for each in of))

"""`bench calls`: what a call costs, how evenly it sounds, how fast it is answered, with sipp.

Half of the legs are callers and half the desk phones of the agents whom the queue offers them to:
each conversation is bridged, tapped and recorded in stereo, sealed, as the product does it. Then
callers come at a rate while nobody is signed in, hear the notice and hang up. CPU and memory are
the media workers' alone; recognition is off, and no other process of the hotline runs but the
switch with its database.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from hotline.bench import calls_talking
from hotline.bench.calls_fleet import LEGS_EACH, Fleet, running
from hotline.bench.calls_sipp import Load, calling
from hotline.bench.calls_soak import soak
from hotline.bench.scratch import Place, places
from hotline.core.settings import Settings
from telephony.rhythm import within_ms

Say = Callable[[str], None]

MOST_GAP_MS = 30
MOST_CPU_PCT = 1.0
MOST_MB = 4.0
MOST_INVITE_MS = 100.0
LIMITS = {
    "missing_frames": 0,
    "gap_p99_ms": MOST_GAP_MS,
    "cpu_pct_per_leg": MOST_CPU_PCT,
    "mb_per_leg": MOST_MB,
    "failed": 0,
    "invite_p99_ms": MOST_INVITE_MS,
}


@dataclass(frozen=True)
class Sizes:
    """How much is measured; `legs`, `per_s` and ten minutes are what the limits are stated for."""

    legs: int = 100
    talk_s: float = 45.0
    minutes: float = 1.0
    per_s: float = 10.0
    message_s: float = 2.0
    soak: int = 0  # so many calls, with workers recycled, instead of the rest
    calls_per_worker: int = 500


@dataclass(frozen=True)
class Outcome:
    """The figures, as `--json` prints them, and each limit that was missed."""

    figures: dict[str, Any]
    missed: tuple[str, ...]


def measure(site: Settings, sizes: Sizes, say: Say) -> Outcome:
    """Measure in a scratch place with workers of its own; the site's are never touched."""
    workers = -(-sizes.legs // LEGS_EACH)
    with places(site, ("calls",)) as made:
        if sizes.soak:
            return Outcome(*soak(made["calls"], workers, sizes.soak, sizes.calls_per_worker, say))
        figures = _measured(made["calls"], workers, sizes, say)
    return Outcome(figures, _missed(figures))


def _measured(place: Place, workers: int, sizes: Sizes, say: Say) -> dict[str, Any]:
    say(f"starting {workers} media workers …")
    with running(place, workers) as fleet:
        talked = calls_talking.talk(fleet, sizes.legs // 2, sizes.talk_s, say)
        answered = _answered(fleet, sizes, say)
    counted = fleet.gaps()
    return {
        "legs": sizes.legs,
        **talked,
        "gap_p99_ms": within_ms(counted, 0.99),
        "gap_p999_ms": within_ms(counted, 0.999),
        "frames": sum(counted.values()),
        **answered,
        "failed": answered["failed"] + talked["failed"],
        "minutes": sizes.minutes,
        "workers": workers,
        "limits": LIMITS,
    }


def _answered(fleet: Fleet, sizes: Sizes, say: Say) -> dict[str, Any]:
    """Return how fast callers are answered who come at a rate."""
    calls = round(sizes.per_s * 60 * sizes.minutes)
    per_s = fleet.rate(sizes.per_s, sizes.message_s)
    say(f"{calls} callers come, {per_s:g} a second …")
    load = Load(fleet.ports(), max(calls, 1), per_s, sizes.message_s)
    with calling(load, fleet.own.data_dir / "rate") if calls else nullcontext() as callers:
        if callers is None:
            return {"calls": 0, "failed": 0, "invite_p99_ms": 0.0}
        callers.wait()
        took = callers.invite_ms()
    p99 = took[min(len(took) - 1, int(len(took) * 0.99))] if took else float("inf")
    say(f"{callers.failed} failed; 99 of 100 were answered within {p99:.0f} ms")
    return {"calls": calls, "failed": callers.failed, "invite_p99_ms": round(p99, 1)}


def _missed(figures: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        f"{name} {figures[name]} > {limit}"
        for name, limit in LIMITS.items()
        if figures[name] > limit
    )

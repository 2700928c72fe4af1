"""`bench clocks`: what a sweep costs depends on what is due, and a burst is struck in time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dispatch.terms import ClockKind
from dispatch.timing.clocks import Threshold
from hotline.bench import sweeping
from hotline.bench.filling import fill
from hotline.bench.scratch import Place, places
from hotline.core.clock import now
from hotline.core.settings import Settings

Say = Callable[[str], None]

MOST_RATIO = 1.3
MOST_IDLE_MS = 3.0
MOST_BURST_S = 20.0
WORKERS = 2


@dataclass(frozen=True)
class Sizes:
    """How much is measured; the defaults are what the limits are stated for."""

    small: int = 10_000
    large: int = 1_000_000
    burst: int = 100_000
    rounds: int = 5
    due: int = 1_000  # in one round
    overdue: int = 5_000


@dataclass(frozen=True)
class Outcome:
    """The figures, as `--json` prints them, and each limit that was missed."""

    figures: dict[str, Any]
    missed: tuple[str, ...]


def measure(site: Settings, sizes: Sizes, say: Say) -> Outcome:
    """Measure in scratch databases of their own; the site's tables are never touched."""
    with places(site, ("small", "large")) as made:
        small, large = made["small"], made["large"]
        for place, size in ((small, sizes.small), (large, sizes.large)):
            say(f"filling a database with {size:,} open clocks …")
            fill(place.engine, size, now=now())
        idle = sweeping.idle_ms(large.engine)
        say(f"an idle sweep takes {idle:.2f} ms (limit {MOST_IDLE_MS})")
        cheap, dear = _costs(small, large, sizes, say)
        burst = _burst(large, sizes, say)
        overdue = _overdue(large, sizes, say)
    figures = {
        "cost_per_due_us": {str(sizes.small): round(cheap, 1), str(sizes.large): round(dear, 1)},
        "ratio": round(dear / cheap, 3),
        "idle_ms": round(idle, 3),
        **burst,
        "overdue_us": round(overdue, 1),
    }
    return Outcome(figures, _missed(figures))


def _costs(small: Place, large: Place, sizes: Sizes, say: Say) -> tuple[float, float]:
    """Return the least disturbed round of each size, taken in turns on the same machine."""
    took: dict[str, list[float]] = {"small": [], "large": []}
    for turn in range(sizes.rounds):
        for name, place in (("small", small), ("large", large)):
            sweeping.fall_due(place.engine, sizes.due, kind=ClockKind.RETURN_BY, now=now())
            took[name].append(sweeping.cost_us(place.engine, sizes.due))
        say(f"round {turn + 1}: {took['small'][-1]:.0f} µs and {took['large'][-1]:.0f} µs a clock")
    return min(took["small"]), min(took["large"])


def _burst(place: Place, sizes: Sizes, say: Say) -> dict[str, Any]:
    say(f"{sizes.burst:,} clocks fall due within one minute …")
    began = now()
    sweeping.fall_due(place.engine, sizes.burst, kind=ClockKind.REPLY_BY, now=began)
    took = sweeping.burst_s(place, WORKERS)
    struck = sweeping.struck_since(place.engine, began)
    say(
        f"{WORKERS} workers struck {struck.alarms:,} in {took:.1f} s (limit {MOST_BURST_S}), with "
        f"{struck.events:,} events and {struck.cards:,} cards"
    )
    return {
        "burst_due": sizes.burst,
        "burst_s": round(took, 2),
        "alarmed": min(struck.alarms, struck.events, struck.cards),
        "duplicates": struck.duplicates,
    }


def _overdue(place: Place, sizes: Sizes, say: Say) -> float:
    """Return what a clock costs whose 超期 raises a 督办, its clock, its event and its notice."""
    shown = (Threshold.WARNING, Threshold.DUE)
    moment = now()
    sweeping.fall_due(place.engine, sizes.overdue, kind=ClockKind.REPLY_BY, now=moment, shown=shown)
    cost = sweeping.cost_us(place.engine, sizes.overdue)
    say(f"a clock that goes overdue and raises a supervision takes {cost:.0f} µs")
    return cost


def _missed(figures: dict[str, Any]) -> tuple[str, ...]:
    checks = {
        f"ratio {figures['ratio']} > {MOST_RATIO}": figures["ratio"] > MOST_RATIO,
        f"idle_ms {figures['idle_ms']} > {MOST_IDLE_MS}": figures["idle_ms"] > MOST_IDLE_MS,
        f"burst_s {figures['burst_s']} > {MOST_BURST_S}": figures["burst_s"] > MOST_BURST_S,
        f"alarmed {figures['alarmed']} of {figures['burst_due']}": figures["alarmed"]
        != figures["burst_due"],
        f"duplicates {figures['duplicates']}": figures["duplicates"] > 0,
    }
    return tuple(said for said, missed in checks.items() if missed)

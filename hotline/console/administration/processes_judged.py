"""Which part of the hotline is well, what ails the others, and what to do: pure, no I/O."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from hotline.console.administration.processes_found import MEDIA, NURSERY
from hotline.console.administration.processes_seen import Seen

LATE_JOB_S, VERY_LATE_JOB_S = 60, 600
LATE_CLOCK_S, VERY_LATE_CLOCK_S = 120, 600  # a sweep comes every minute
EXPIRES_SOON, EXPIRES_NOW = timedelta(days=21), timedelta(days=3)
SCARCE = 10  # times what must be free before anything starts: then somebody should look


class Level(StrEnum):
    """正常、留意、故障、看不到."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Line:
    """One part: `state` is its word in `part_state`, which `part_remedy` answers if it ails."""

    name: str
    level: Level
    state: str
    figures: Mapping[str, object] = field(default_factory=dict)


def judge(seen: Seen) -> list[Line]:
    """Return every part, in the order in which a call meets them."""
    return [line for rule in _RULES for line in rule(seen)]


def worst(lines: list[Line]) -> Level:
    """Return how the hotline is as a whole."""
    found = {line.level for line in lines}
    return next((each for each in (Level.BAD, Level.WATCH) if each in found), Level.GOOD)


def _part(
    name: str, bad: Level = Level.BAD, *, part: str = "", **states: str
) -> Callable[[Seen], Iterator[Line]]:
    """Return the rule for a part that `/readyz` asks: `ok`, or the word for what it says."""

    def rule(seen: Seen) -> Iterator[Line]:
        said = seen.parts[part or name]
        if said == "ok":
            yield Line(name, Level.GOOD, "good")
        elif said == "unknown":
            yield Line(name, Level.UNKNOWN, "unknown")
        else:
            yield Line(name, bad, states.get(said.replace(" ", "_"), f"{name}_away"))

    return rule


def _web(seen: Seen) -> Iterator[Line]:
    yield Line("web", Level.GOOD, "good", {"version": seen.version})


def _media(seen: Seen) -> Iterator[Line]:
    """Media workers and their nursery are only seen on their own machine."""
    running, here = len(seen.found.get(MEDIA, ())), bool(seen.found.get("switch"))
    figures = {"running": running, "wanted": seen.media_wanted}
    if not here and not running:
        yield Line(MEDIA, Level.UNKNOWN, "elsewhere")
        return
    if running >= seen.media_wanted:
        yield Line(MEDIA, Level.GOOD, "media", figures)
    else:
        yield Line(MEDIA, Level.WATCH if running else Level.BAD, "media_few", figures)
    if here:
        there = bool(seen.found.get(NURSERY))
        yield Line(
            NURSERY, Level.GOOD if there else Level.WATCH, "good" if there else "nursery_away"
        )


def _kamailio(seen: Seen) -> Iterator[Line]:
    if not seen.proxied:
        return
    if seen.found.get("kamailio"):
        yield Line("kamailio", Level.GOOD, "good")
    else:  # beside us, in a container or on another machine: the telephone's answer tells
        answers = seen.parts["telephone"] == "ok"
        yield Line(
            "kamailio",
            Level.GOOD if answers else Level.BAD,
            "good" if answers else "telephone_away",
        )


def _jobs(seen: Seen) -> Iterator[Line]:
    if seen.parts["redis"] != "ok":
        yield Line("jobs", Level.UNKNOWN, "unknown")
        return
    late = seen.queued.oldest_s
    figures = {"waiting": seen.queued.waiting, "failed": seen.queued.failed, "seconds": int(late)}
    yield Line(
        "jobs", _by(late, LATE_JOB_S, VERY_LATE_JOB_S), _late("jobs", late, LATE_JOB_S), figures
    )


def _clocks(seen: Seen) -> Iterator[Line]:
    late = seen.clocks.seconds
    figures = {"waiting": seen.clocks.waiting, "seconds": int(late)}
    level = _by(late, LATE_CLOCK_S, VERY_LATE_CLOCK_S)
    yield Line("clocks", level, _late("clocks", late, LATE_CLOCK_S), figures)


def _disk(seen: Seen) -> Iterator[Line]:
    figures = {"free_gb": f"{seen.free_mb / 1024:.1f}", "least_mb": seen.least_free_mb}
    if seen.free_mb < seen.least_free_mb:
        yield Line("disk", Level.BAD, "disk_full", figures)
    elif seen.free_mb < SCARCE * seen.least_free_mb:
        yield Line("disk", Level.WATCH, "disk_scarce", figures)
    else:
        yield Line("disk", Level.GOOD, "disk", figures)


def _certificate(seen: Seen) -> Iterator[Line]:
    if seen.certificate_until is None:
        yield Line("certificate", Level.UNKNOWN, "no_certificate")
        return
    left = seen.certificate_until - seen.at
    figures = {"days": left.days}
    if left < timedelta(0):
        yield Line("certificate", Level.BAD, "certificate_over", figures)
    else:
        level = Level.BAD if left < EXPIRES_NOW else Level.WATCH
        soon = left < EXPIRES_SOON
        state = "certificate_soon" if soon else "certificate"
        yield Line("certificate", level if soon else Level.GOOD, state, figures)


def _model(seen: Seen) -> Iterator[Line]:
    figures = {"id": seen.model_id or 0}
    if seen.model_id is None:
        yield Line("model", Level.WATCH, "model_unregistered")
    elif seen.model_is_live:
        yield Line("model", Level.GOOD, "model", figures)
    else:
        yield Line("model", Level.BAD, "model_unreadable", figures)


def _by(late: float, watch: float, bad: float) -> Level:
    return Level.BAD if late > bad else Level.WATCH if late > watch else Level.GOOD


def _late(name: str, late: float, watch: float) -> str:
    return f"{name}_late" if late > watch else name


_RULES: tuple[Callable[[Seen], Iterator[Line]], ...] = (
    _web,
    _part("database"),
    _part("redis"),
    _kamailio,
    _part("telephone"),
    _part("switch"),
    _media,
    _part("seats"),
    _part("speech", Level.WATCH),
    _part("worker"),
    _jobs,
    _part("schedule", not_heard="schedule_not_heard"),
    _clocks,
    _disk,
    _certificate,
    _model,
)

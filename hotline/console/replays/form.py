"""推演的表单: limits row by row, days as lines, weights and routing as typed."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from fastapi import Form
from sqlmodel import Session

from dispatch.indicators.document import RATES
from dispatch.replays.changes import Changes, DayChange, RoutingChange
from dispatch.rules.layers import DayKind
from hotline.console import form_times
from hotline.console.faults import Misfilled
from hotline.console.replays import limit_rows
from hotline.console.replays.limit_rows import LimitRows, TypedLimits
from hotline.console.words import say, words_of
from hotline.console.writes import LARGEST_ROW

Short = Annotated[str, Form(max_length=64)]


@dataclass(frozen=True)
class Filled:
    """What was typed, kept so that a refused form loses nothing."""

    name: str = ""
    first: str = ""
    last: str = ""
    limits: TypedLimits = field(default_factory=TypedLimits)
    days: str = ""
    response: str = ""
    resolution: str = ""
    satisfaction: str = ""
    model: str = ""
    catalogue_on: str = ""
    threshold: str = ""
    spoken_threshold: str = ""


def filled(
    name: Short,
    first: Short,
    last: Short,
    limits: LimitRows,
    days: Annotated[str, Form(max_length=20_000)] = "",
    response: Short = "",
    resolution: Short = "",
    satisfaction: Short = "",
    model: Short = "",
    catalogue_on: Short = "",
    threshold: Short = "",
    spoken_threshold: Short = "",
) -> Filled:
    """Return the form as it was sent."""
    return Filled(
        *(name.replace("\0", ""), first, last, limits),
        *(days.replace("\0", ""), response, resolution, satisfaction),
        *(model, catalogue_on, threshold, spoken_threshold),
    )


def changes_of(session: Session, day: date, typed: Filled) -> Changes:
    """Return what was changed; raise Misfilled for what can't be read."""
    limits = limit_rows.changes_of(session, day, typed.limits)
    return Changes(tuple(limits), _days(typed.days), _weights(typed), _routing(typed))


def _days(text: str) -> tuple[DayChange, ...]:
    """Read a day a line: layer, date, kind in words, name."""
    kinds = {word: DayKind(code) for code, word in words_of("replay_day").items()}
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        layer, written, kind, *name = [*line.split(maxsplit=3), "", "", ""][:4]
        day = form_times.day(written)
        if day is None or kind not in kinds:
            raise Misfilled(say("replays.no_day", line=line[:40]))
        found.append(DayChange(layer, day, kinds[kind], name[0] if name else ""))
    return tuple(found)


def _weights(typed: Filled) -> dict[str, int] | None:
    written = {rate: getattr(typed, rate).strip() for rate in RATES}
    if not any(written.values()):
        return None
    if not all(each.isdecimal() and each.isascii() for each in written.values()):
        raise Misfilled(say("replays.no_weights"))
    return {rate: int(each[:4]) for rate, each in written.items()}


def _routing(typed: Filled) -> RoutingChange | None:
    day = form_times.day(typed.catalogue_on)
    if day is None and typed.catalogue_on.strip():
        raise Misfilled(say("replays.no_catalogue_day"))
    change = RoutingChange(
        _model(typed.model), day, _bar(typed.threshold), _bar(typed.spoken_threshold)
    )
    return None if change == RoutingChange() else change


def _model(written: str) -> int | None:
    if not written.isdecimal() or not written.isascii():
        return None
    return min(int(written[:10]), LARGEST_ROW)


def _bar(written: str) -> float | None:
    if not written.strip():
        return None
    try:
        return float(written)
    except ValueError as error:
        raise Misfilled(say("replays.no_threshold")) from error

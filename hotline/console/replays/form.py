"""推演的表单: today's limits to be edited, days as lines, weights and routing as typed."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Form
from sqlmodel import Session

from dispatch.indicators.document import RATES
from dispatch.replays.changes import (
    REPLAYED,
    Changes,
    DayChange,
    LimitChange,
    RoutingChange,
)
from dispatch.rules import policy_rows
from dispatch.rules.layers import DayKind
from dispatch.rules.policies import Policy, in_force
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from hotline.console import form_times
from hotline.console.faults import Misfilled
from hotline.console.words import say, words_of
from hotline.console.writes import LARGEST_ROW

_BETWEEN = "|"
Words = Annotated[list[str], Form(max_length=400)]
Short = Annotated[str, Form(max_length=64)]


@dataclass(frozen=True)
class Row:
    """One limit of today's: `cell` names its case, `limit` is what the field holds."""

    cell: str
    clock: str
    case: str
    limit: str


@dataclass(frozen=True)
class Filled:
    """What was typed, kept so that a refused form loses nothing."""

    name: str = ""
    first: str = ""
    last: str = ""
    cell: tuple[str, ...] = ()
    limit: tuple[str, ...] = ()
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
    cell: Words = [],  # noqa: B006  # FastAPI reads it and makes a new one each time
    limit: Words = [],  # noqa: B006
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
        *(name.replace("\0", ""), first, last, tuple(cell), tuple(limit)),
        *(days.replace("\0", ""), response, resolution, satisfaction),
        *(model, catalogue_on, threshold, spoken_threshold),
    )


def rows_of(session: Session, day: date, typed: Filled) -> list[Row]:
    """Return today's limits of the clocks that are replayed, with what was typed over them."""
    written = dict(zip(typed.cell, typed.limit, strict=False))
    found = []
    for policy in _today(session, day):
        cell = _cell(policy)
        limit = written.get(cell, str(policy.limit))
        found.append(Row(cell, policy.kind.label, _case(policy), limit))
    return found


def changes_of(session: Session, day: date, typed: Filled) -> Changes:
    """Return what was changed; raise Misfilled for what can't be read."""
    held = {_cell(policy): policy for policy in _today(session, day)}
    limits = []
    for cell, limit in zip(typed.cell, typed.limit, strict=False):
        policy = held.get(cell)
        if policy is None:
            raise Misfilled(say("replays.limits_moved"))
        if limit.strip() != str(policy.limit):
            limits.append(_change(policy, limit.strip()))
    return Changes(tuple(limits), _days(typed.days), _weights(typed), _routing(typed))


def _today(session: Session, day: date) -> list[Policy]:
    kinds = list(REPLAYED)
    rows = [row for row in in_force(policy_rows.current(session), day) if row.kind in kinds]
    return sorted(rows, key=lambda row: (kinds.index(row.kind), row.rank[:3], _cell(row)))


def _cell(policy: Policy) -> str:
    parts = (policy.kind, policy.request_type, policy.urgency, policy.time_class)
    return _BETWEEN.join(each or "" for each in parts)


def _case(policy: Policy) -> str:
    named: list[RequestType | Urgency | TimeClass | None] = [
        policy.request_type,
        policy.urgency,
        policy.time_class,
    ]
    return " · ".join(each.label for each in named if each) or say("replays.every_case")


def _change(policy: Policy, limit: str) -> LimitChange:
    kind: ClockKind = policy.kind
    return LimitChange(kind, policy.request_type, policy.urgency, policy.time_class, limit)


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

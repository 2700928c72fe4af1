"""改了什么: what a replay holds otherwise than the past did, checked and written down. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from dispatch.indicators.document import RATES, canonical
from dispatch.rules.layers import Day, DayKind, Source
from dispatch.rules.limits import LimitUnit, parse_limit
from dispatch.rules.policies import Policy, in_force
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from hotline.core.errors import Invalid

WHOLE = 100
MOST_ROWS = 200
MOST_DAYS = 400
LONGEST_NAME = 64
NOTICE = "推演"  # what a day of a replay comes from, as its trace says it


class Part(StrEnum):
    """What may be changed: 时限、日历、权重、派单."""

    LIMITS = "limits"
    CALENDARS = "calendars"
    WEIGHTS = "weights"
    ROUTING = "routing"


# The clocks whose being kept is a figure of an order (`figures.measures`).
REPLAYED = (
    ClockKind.ACCEPT_BY,
    ClockKind.CONTACT_BY,
    ClockKind.REPLY_BY,
    ClockKind.RECTIFY_BY,
)


@dataclass(frozen=True, slots=True)
class LimitChange:
    """Another limit of one case, like `5wd`; None names every type, urgency or class."""

    clock: ClockKind
    request_type: RequestType | None
    urgency: Urgency | None
    time_class: TimeClass | None
    limit: str


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day that a layer says something else of; the layer is a district's code, or `code/unit`."""

    layer: str
    day: date
    kind: DayKind
    name: str = ""

    def as_day(self) -> Day:
        """Return it as its layer's word."""
        return Day(self.layer, self.day, self.kind, self.name, Source(NOTICE))


@dataclass(frozen=True, slots=True)
class RoutingChange:
    """Another model, another day's catalogue, other thresholds; None leaves it as it is."""

    model: int | None = None
    catalogue_on: date | None = None
    threshold: float | None = None
    spoken_threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """All that a replay changes; nothing at all is the check that the past is reproduced."""

    limits: tuple[LimitChange, ...] = ()
    days: tuple[DayChange, ...] = ()
    weights: Mapping[str, int] | None = None
    routing: RoutingChange | None = None

    @property
    def parts(self) -> list[Part]:
        """Return which of the four are changed."""
        said = {
            Part.LIMITS: bool(self.limits),
            Part.CALENDARS: bool(self.days),
            Part.WEIGHTS: self.weights is not None,
            Part.ROUTING: self.routing is not None,
        }
        return [part for part in Part if said[part]]


def check(changes: Changes) -> None:
    """Raise Invalid for what no past could be replayed under."""
    if len(changes.limits) > MOST_ROWS or len(changes.days) > MOST_DAYS:
        raise Invalid("That is too much at once.", remedy=f"At most {MOST_ROWS} limits.")
    for row in changes.limits:
        if row.clock not in REPLAYED:
            raise Invalid(f"{row.clock} is not replayed.", remedy=f"Give {', '.join(REPLAYED)}.")
        parse_limit(row.limit)
    named = [(each.layer, each.day) for each in changes.days]
    if len(set(named)) < len(named):
        raise Invalid("One day of a layer is given twice.", remedy="Give it once.")
    if changes.weights is not None:
        _check_weights(changes.weights)
    if changes.routing is not None:
        _check_routing(changes.routing)


def _check_weights(weights: Mapping[str, int]) -> None:
    given = [weights.get(rate, -1) for rate in RATES]
    if set(weights) != set(RATES) or min(given) < 0 or sum(given) != WHOLE:
        raise Invalid(f"The weights make up no {WHOLE}.", remedy=f"Let them make up {WHOLE}.")


def _check_routing(routing: RoutingChange) -> None:
    if routing == RoutingChange():
        raise Invalid("Nothing of routing is changed.", remedy="Choose a model, a day or a bar.")
    bars = (routing.threshold, routing.spoken_threshold)
    if any(bar is not None and not 0 < bar <= 1 for bar in bars):
        raise Invalid("A threshold lies between 0 and 1.", remedy="Give one like 0.9.")
    if (routing.threshold is None) != (routing.spoken_threshold is None):
        raise Invalid("Speech has a threshold of its own.", remedy="Give both thresholds.")


def edited(rows: Sequence[Policy], changes: Iterable[LimitChange], day: date) -> tuple[Policy, ...]:
    """Return the rows in force on the day with these limits in them, as if they had always held.

    A case that no row names gets one beside the row that holds for it. Raises Invalid where none
    does: a replay starts no clock that nobody had.
    """
    found = [replace(row, since=None, until=None) for row in in_force(rows, day)]
    for change in changes:
        own = next((row for row in found if _case(row) == _case(change)), None)
        found = [row for row in found if row is not own]
        found.append(_limited(own or _nearest(found, change), change))
    return tuple(found)


def _limited(row: Policy, change: LimitChange) -> Policy:
    limit = parse_limit(change.limit)
    by_day = limit.unit in (LimitUnit.WORKING_DAYS, LimitUnit.NATURAL_DAYS)
    return replace(
        row,
        request_type=change.request_type,
        urgency=change.urgency,
        time_class=change.time_class,
        limit=replace(limit, moves_off_days=row.limit.moves_off_days),
        ends_at=row.ends_at if by_day else "",
        source=NOTICE,
    )


def _nearest(rows: Iterable[Policy], change: LimitChange) -> Policy:
    """Return the row that holds for the whole of the case."""
    found = [
        row
        for row in rows
        if row.kind == change.clock
        and row.request_type in (None, change.request_type)
        and row.urgency in (None, change.urgency)
        and row.time_class in (None, change.time_class)
    ]
    if not found:
        raise Invalid(f"No limit begins {change.clock} there now.", remedy="Name each type alone.")
    return max(found, key=lambda row: row.rank)


def _case(row: Policy | LimitChange) -> tuple[object, ...]:
    kind = row.kind if isinstance(row, Policy) else row.clock
    return kind, row.request_type, row.urgency, row.time_class


def hash_of(told: Any) -> str:
    """Return the SHA-256 of what was told, written in the one way."""
    return hashlib.sha256(canonical(told)).hexdigest()

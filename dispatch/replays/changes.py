"""改了什么: what a replay holds otherwise than the past did, checked and written down. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from dispatch.indicators.document import RATES, canonical
from dispatch.rules.bounds import Scope, Wait
from dispatch.rules.layers import Day, DayKind, Source, parse_end
from dispatch.rules.limits import parse_limit
from dispatch.rules.policies import StartEvent
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


# The clocks whose being kept is a figure of an order (`figures.measures`), and from which steps
# each can be counted; the first is where the hotline begins it.
STARTS: Mapping[ClockKind, tuple[StartEvent, ...]] = {
    ClockKind.ACCEPT_BY: (StartEvent.DISPATCHED, StartEvent.REGISTERED),
    ClockKind.CONTACT_BY: (StartEvent.DISPATCHED, StartEvent.REGISTERED, StartEvent.ACCEPTED),
    ClockKind.REPLY_BY: (StartEvent.DISPATCHED, StartEvent.REGISTERED, StartEvent.ACCEPTED),
    ClockKind.RECTIFY_BY: (StartEvent.RATED, StartEvent.ACCEPTED),
}


@dataclass(frozen=True, slots=True)
class LimitChange:
    """Other terms of one case; None names every type, urgency or class.

    `limit` is like `5wd`, and says by its unit what is counted. Terms that are None, and an empty
    limit, are those of the row that holds for the case today.
    """

    clock: ClockKind
    request_type: RequestType | None
    urgency: Urgency | None
    time_class: TimeClass | None
    limit: str = ""
    starts_at: StartEvent | None = None
    pauses: Wait | None = None
    calendar: Scope | None = None
    ends_at: str | None = None
    moves_off_days: bool | None = None

    @property
    def case(self) -> tuple[object, ...]:
        """Return which clocks it is of."""
        return self.clock, self.request_type, self.urgency, self.time_class


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
        _check_limit(row)
    cases = [row.case for row in changes.limits]
    if len(set(cases)) < len(cases):
        raise Invalid("One case is given two limits.", remedy="Give each case once.")
    named = [(each.layer, each.day) for each in changes.days]
    if len(set(named)) < len(named):
        raise Invalid("One day of a layer is given twice.", remedy="Give it once.")
    if changes.weights is not None:
        _check_weights(changes.weights)
    if changes.routing is not None:
        _check_routing(changes.routing)


def _check_limit(row: LimitChange) -> None:
    if row.clock not in STARTS:
        raise Invalid(f"{row.clock} is not replayed.", remedy=f"Give {', '.join(STARTS)}.")
    if row.limit:
        parse_limit(row.limit)
    if row.ends_at:
        parse_end(row.ends_at)
    begins = STARTS[row.clock]
    if row.starts_at is not None and row.starts_at not in begins:
        raise Invalid(
            f"No order's {row.clock} can be counted from {row.starts_at}.",
            remedy=f"Give one of {', '.join(begins)}.",
        )
    if row == LimitChange(*row.case):  # type: ignore[arg-type]  # its own four
        raise Invalid("Nothing of the limit is changed.", remedy="Give a limit or another term.")


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


def hash_of(told: Any) -> str:
    """Return the SHA-256 of what was told, written in the one way."""
    return hashlib.sha256(canonical(told)).hexdigest()

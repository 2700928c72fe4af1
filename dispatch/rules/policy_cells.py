"""格子: what a profile says of each clock, type, urgency and time class, from day to day."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from dispatch.rules.policies import Case, Policy, closest, in_force
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency

CASES: tuple[Case, ...] = tuple(product(RequestType, Urgency, TimeClass))
_TERMS = (tuple(RequestType), tuple(Urgency), tuple(TimeClass))
_FOLDED = (1, 0, 2)  # urgency first: few limits go by it
_DAY = timedelta(days=1)

Said = tuple[str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Cells:
    """Which cases of one clock are meant; None names every type, urgency or class."""

    kind: ClockKind
    request_type: str | None
    urgency: str | None
    time_class: str | None

    def __str__(self) -> str:
        named = [each or "*" for each in (self.request_type, self.urgency, self.time_class)]
        return f"{self.kind} ({', '.join(named)})"


def edges(policies: Iterable[Policy], today: date) -> list[date]:
    """Return today and each later day on which a row comes into force or is so no more."""
    days = {today}
    for row in policies:
        days |= {row.since} if row.since else set()
        days |= {row.until + _DAY} if row.until and row.until < date.max else set()
    return sorted(day for day in days if day >= today)


def on_day(
    policies: Sequence[Policy], kinds: Iterable[ClockKind], day: date
) -> dict[tuple[ClockKind, Case], Policy | None]:
    """Return the row that rules each cell on this day, None where none does."""
    rows = in_force(policies, day)
    return {
        (kind, case): closest(mine, kind, case)
        for kind in kinds
        for mine in [[row for row in rows if row.kind == kind]]
        for case in CASES
    }


def folded(kind: ClockKind, cases: Collection[Case]) -> Iterator[Cells]:
    """Yield the cases with those that stand for every member of a term written as one."""
    left: set[Said] = set(cases)
    for place in _FOLDED:
        left = _fold(left, place)
    for said in sorted(left, key=lambda said: [each or "" for each in said]):
        yield Cells(kind, *said)


def _fold(cases: set[Said], place: int) -> set[Said]:
    found: set[Said] = set()
    for case in cases:
        whole = {(*case[:place], each, *case[place + 1 :]) for each in _TERMS[place]}
        found.add((*case[:place], None, *case[place + 1 :]) if whole <= cases else case)  # type: ignore[arg-type]
    return found

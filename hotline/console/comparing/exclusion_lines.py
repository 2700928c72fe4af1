"""A request for an exclusion as a line of a list, and in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from dispatch.comparing import asked_exclusions, terms
from dispatch.comparing.models_comparing import ComparisonExclusion
from dispatch.comparing.states import ExclusionState, Reason
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.story import Callings
from hotline.console.words import name_of
from knowledge import names

OPEN = (ExclusionState.ASKED, ExclusionState.APPEALED)


@dataclass(frozen=True)
class Called:
    """What the requests' departments and people are called."""

    departments: Mapping[str, str]
    people: Mapping[str, Any]


@dataclass(frozen=True)
class Done:
    """When something was done, and by whom; both empty as long as it was not."""

    at: str
    by: str


@dataclass(frozen=True)
class Line:
    """One request in words; `due` is empty when nothing waits for a person."""

    id: int
    version: int
    order: str
    ticket: str
    department: str
    reason: str
    basis: str
    state: str
    open: bool
    asked: Done
    due: str
    late: bool
    decided: Done
    appeal_by: str
    appealed: str
    appeal_decided: Done


def lines(
    session: Session,
    found: Sequence[ComparisonExclusion],
    *,
    now: datetime,
    callings: Callings = called,
) -> list[Line]:
    """Return the requests as lines, in few queries however many they are."""
    numbers = asked_exclusions.numbers(session, found)
    hands = {(each.asked_by, each.decided_by, each.appeal_decided_by) for each in found}
    known = Called(
        names.department_names(session, {each.department for each in found}),
        callings(session, {name for each in hands for name in each} - {""}),
    )
    return [_line(each, numbers[each.order_id], known, now) for each in found]


def line(session: Session, row: ComparisonExclusion, *, callings: Callings, now: datetime) -> Line:
    """Return one request as a line."""
    return lines(session, [row], now=now, callings=callings)[0]


def _line(row: ComparisonExclusion, numbers: tuple[str, str], known: Called, now: datetime) -> Line:
    waits = row.state in OPEN
    return Line(
        id=row.id or 0,
        version=row.version,
        order=numbers[0],
        ticket=numbers[1],
        department=known.departments.get(row.department, row.department),
        reason=name_of("exclusion_reason", row.reason),
        basis=terms.grounds()[Reason(row.reason)],
        state=name_of("exclusion_state", row.state),
        open=waits,
        asked=_done(row.asked_at, row.asked_by, known),
        due=moments.full(row.decide_by) if waits else "",
        late=waits and row.decide_by < now,
        decided=_done(row.decided_at, row.decided_by, known),
        appeal_by=moments.full(row.appeal_by) if row.appeal_by else "",
        appealed=moments.short(row.appealed_at) if row.appealed_at else "",
        appeal_decided=_done(row.appeal_decided_at, row.appeal_decided_by, known),
    )


def _done(at: datetime | None, by: str, known: Called) -> Done:
    return Done(moments.short(at) if at else "", known.people.get(by, by))

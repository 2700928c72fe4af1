"""时限一行一行改: today's limits, what was typed over their terms, and what that changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Form
from sqlmodel import Session

from dispatch.replays.changes import STARTS, LimitChange
from dispatch.rules import policy_rows
from dispatch.rules.bounds import Scope, Wait
from dispatch.rules.limits import parse_limit
from dispatch.rules.policies import Policy, StartEvent, in_force
from hotline.console.faults import Misfilled
from hotline.console.words import say

TERMS = ("limit", "starts_at", "pauses", "calendar", "moves_off_days")
YES, NO = "yes", "no"
_BETWEEN = "|"
Words = Annotated[list[str], Form(max_length=400)]


@dataclass(frozen=True)
class Row:
    """One limit of today's: `cell` names its case, `terms` what its fields hold."""

    cell: str
    clock: str
    case: str
    terms: Mapping[str, str]
    choices: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class TypedLimits:
    """The rows as they were sent: each field a list, in the order of the cells."""

    cell: tuple[str, ...] = ()
    limit: tuple[str, ...] = ()
    starts_at: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    calendar: tuple[str, ...] = ()
    moves_off_days: tuple[str, ...] = ()

    def terms(self, place: int) -> dict[str, str]:
        """Return what was sent of a row; of a field that was not sent nothing."""
        sent = {name: getattr(self, name)[place : place + 1] for name in TERMS}
        return {name: said[0].strip() for name, said in sent.items() if said}


def typed_limits(
    cell: Words = [],  # noqa: B006  # FastAPI reads it and makes a new one each time
    limit: Words = [],  # noqa: B006
    starts_at: Words = [],  # noqa: B006
    pauses: Words = [],  # noqa: B006
    calendar: Words = [],  # noqa: B006
    moves_off_days: Words = [],  # noqa: B006
) -> TypedLimits:
    """Return the rows as they were sent."""
    sent = (cell, limit, starts_at, pauses, calendar, moves_off_days)
    return TypedLimits(*(tuple(each) for each in sent))


LimitRows = Annotated[TypedLimits, Depends(typed_limits)]


def rows_of(session: Session, day: date, typed: TypedLimits) -> list[Row]:
    """Return today's limits of the clocks that are replayed, with what was typed over them."""
    places = {cell: place for place, cell in enumerate(typed.cell)}
    found = []
    for policy in _today(session, day):
        cell, terms = _cell(policy), _terms(policy)
        if cell in places:
            terms |= typed.terms(places[cell])
        found.append(Row(cell, policy.kind.label, _case(policy), terms, _choices(policy)))
    return found


def changes_of(session: Session, day: date, typed: TypedLimits) -> list[LimitChange]:
    """Return the rows of which something was changed; raise Misfilled for what can't be read."""
    held = {_cell(policy): policy for policy in _today(session, day)}
    found = []
    for place, cell in enumerate(typed.cell):
        policy = held.get(cell)
        if policy is None:
            raise Misfilled(say("replays.limits_moved"))
        now = _terms(policy)
        other = {name: said for name, said in typed.terms(place).items() if said != now[name]}
        if other:
            found.append(_change(policy, other))
    return found


def _change(policy: Policy, other: Mapping[str, str]) -> LimitChange:
    """Return the change; raise Misfilled for a choice that is none, BadLimit for no limit."""
    moves = other.get("moves_off_days")
    try:
        return LimitChange(
            *(policy.kind, policy.request_type, policy.urgency, policy.time_class),
            limit=str(parse_limit(other["limit"])) if "limit" in other else "",
            starts_at=StartEvent(other["starts_at"]) if "starts_at" in other else None,
            pauses=Wait(other["pauses"]) if "pauses" in other else None,
            calendar=Scope(other["calendar"]) if "calendar" in other else None,
            moves_off_days=None if moves is None else moves == YES,
        )
    except ValueError as error:
        raise Misfilled(say("replays.no_term")) from error


def _today(session: Session, day: date) -> list[Policy]:
    kinds = list(STARTS)
    rows = [row for row in in_force(policy_rows.current(session), day) if row.kind in kinds]
    return sorted(rows, key=lambda row: (kinds.index(row.kind), row.rank[:3], _cell(row)))


def _terms(policy: Policy) -> dict[str, str]:
    said = (
        *(str(policy.limit), policy.starts_at, policy.pauses, policy.calendar),
        YES if policy.limit.moves_off_days else NO,
    )
    return dict(zip(TERMS, map(str, said), strict=True))


def _choices(policy: Policy) -> dict[str, list[str]]:
    """Return what can be chosen of each term that is not typed."""
    chosen = (STARTS[policy.kind], Wait, Scope, (NO, YES))
    return {name: [*map(str, each)] for name, each in zip(TERMS[1:], chosen, strict=True)}


def _cell(policy: Policy) -> str:
    parts = (policy.kind, policy.request_type, policy.urgency, policy.time_class)
    return _BETWEEN.join(each or "" for each in parts)


def _case(policy: Policy) -> str:
    named = (policy.request_type, policy.urgency, policy.time_class)
    return " · ".join(each.label for each in named if each) or say("replays.every_case")

"""改过的时限: today's rows with other terms in some of them, as if they had always held. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from dispatch.replays.changes import NOTICE, LimitChange
from dispatch.rules.limits import LimitUnit, parse_limit
from dispatch.rules.policies import Policy, in_force
from hotline.core.errors import Invalid

_BY_DAY = (LimitUnit.WORKING_DAYS, LimitUnit.NATURAL_DAYS)


def edited(rows: Sequence[Policy], changes: Iterable[LimitChange], day: date) -> tuple[Policy, ...]:
    """Return the rows in force on the day with these changes in them, in whatever order they came.

    A case that no row names gets one beside the row that holds for it, with what is changed of
    that. Raises Invalid where none does: a replay starts no clock that nobody had.
    """
    found = [replace(row, since=None, until=None) for row in in_force(rows, day)]
    for change in sorted(changes, key=_named):
        own = next((row for row in found if _case(row) == change.case), None)
        found = [row for row in found if row is not own]
        found.append(_changed(own or _nearest(found, change), change))
    return tuple(found)


def _named(change: LimitChange) -> int:
    """Return how much of the case is named: the widest first, for the others lie within it."""
    return sum(each is not None for each in change.case)


def _changed(row: Policy, change: LimitChange) -> Policy:
    limit = parse_limit(change.limit) if change.limit else row.limit
    moves = row.limit.moves_off_days if change.moves_off_days is None else change.moves_off_days
    return replace(
        row,
        request_type=change.request_type,
        urgency=change.urgency,
        time_class=change.time_class,
        limit=replace(limit, moves_off_days=moves),
        starts_at=change.starts_at or row.starts_at,
        pauses=change.pauses or row.pauses,
        calendar=change.calendar or row.calendar,
        ends_at=_ends_at(row, change, by_day=limit.unit in _BY_DAY),
        source=NOTICE,
    )


def _ends_at(row: Policy, change: LimitChange, *, by_day: bool) -> str:
    if change.ends_at and not by_day:
        raise Invalid(
            f"{change.limit or row.limit} ends at the hour it comes to.",
            remedy="Say when a day ends of days alone.",
        )
    kept = row.ends_at if change.ends_at is None else change.ends_at
    return kept if by_day else ""


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


def _case(row: Policy) -> tuple[object, ...]:
    return row.kind, row.request_type, row.urgency, row.time_class

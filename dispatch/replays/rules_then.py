"""当时的规则与推演的规则: which limit and which calendar a clock goes by, then and replayed."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from dispatch.replays import inputs
from dispatch.replays.course import Counting
from dispatch.replays.orders_then import Case
from dispatch.rules import calendars, policies, policy_rows
from dispatch.rules.holiday_notices import calendar_with
from dispatch.rules.layers import Day, ending
from dispatch.rules.models_rules import PolicyVersion
from dispatch.rules.policies import Policy
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from hotline.core.clock import beijing_day
from hotline.core.settings import settings

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Rules:
    """The limits and calendars of one side; what was looked up is kept for the turn."""

    versions: Sequence[tuple[datetime, tuple[Policy, ...]]]  # by when they came into force
    days: tuple[Day, ...] = ()  # laid over the calendar that held
    _rows: dict[Any, Policy | None] = field(default_factory=dict)
    _calendars: dict[Any, Counting] = field(default_factory=dict)

    def limit_of(self, kind: str, case: Case, at: datetime) -> Policy | None:
        """Return the row by which such a clock began at this moment; None where none did."""
        place = max(bisect_right(self.versions, at, key=lambda each: each[0]) - 1, 0)
        key = (place, kind, case.request_type, case.urgency, case.time_class, beijing_day(at))
        if key not in self._rows:
            self._rows[key] = policies.row_for(
                ClockKind(kind),
                RequestType(case.request_type),
                Urgency(case.urgency),
                at,
                time_class=TimeClass(case.time_class),
                policies=self.versions[place][1],
            )
        return self._rows[key]

    def calendar_of(
        self, session: Session, row: Policy, district: str, unit: str, version: int
    ) -> Counting:
        """Return the calendar of such a limit as of the version that the clock was reckoned by."""
        known = calendars.days_until(session, version)
        has_units = any("/" in day.layer for day in (*known, *self.days))
        where = calendars.reach(district, unit if has_units else "", row.calendar)
        key = (*where, row.ends_at, version)
        if key not in self._calendars:
            laid = calendar_with(where[0], (*known, *self.days), unit=where[1], version=version)
            self._calendars[key] = Counting(ending(laid, row.ends_at))
        return self._calendars[key]


def then(session: Session) -> Rules:
    """Return the rules as they held: each version of the profile from when it was taken in."""
    profile = settings().policy_profile
    found = session.exec(
        select(PolicyVersion)
        .where(PolicyVersion.profile == profile)
        .order_by(col(PolicyVersion.at), col(PolicyVersion.id))
    ).all()
    versions = [(each.at, policy_rows.of_version(session, each)) for each in found]
    if not versions:
        versions = [(_EVER, policy_rows.current(session))]
    return Rules(versions)


def replayed(session: Session, told: dict[str, Any]) -> Rules:
    """Return the rules as the replay has them."""
    held = then(session)
    profile = inputs.profile_of(told)
    versions = [(held.versions[0][0], profile)] if profile else held.versions
    return Rules(versions, tuple(each.as_day() for each in inputs.days_of(told)))

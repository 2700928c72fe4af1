"""时限规则 in force: the newest version of the site's profile, kept for each version."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from dispatch.rules import rules_stamp
from dispatch.rules.bounds import Scope, Wait
from dispatch.rules.limits import parse_limit
from dispatch.rules.models_rules import PolicyRow, PolicyVersion
from dispatch.rules.policies import POLICIES, Policy, StartEvent, load_policies
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from hotline.core.settings import settings

_MOST_KEPT = 16
_profiles: dict[tuple[Engine, int, str], tuple[Policy, ...]] = {}


def current(session: Session) -> tuple[Policy, ...]:
    """Return the rows of the profile in force; the packaged ones where none was taken in.

    Raises NoProfile when the setting names a profile that is nowhere.
    """
    profile = settings().policy_profile
    stamp = rules_stamp.current(session).policies
    key = (session.get_bind().engine, stamp, profile)
    if key not in _profiles:
        version = newest(session, profile)
        rows = of_version(session, version) if version else load_policies(POLICIES, profile)
        if len(_profiles) >= _MOST_KEPT:
            _profiles.clear()
        _profiles[key] = rows
    return _profiles[key]


def newest(session: Session, profile: str) -> PolicyVersion | None:
    """Return the profile's version in force, None when it was never taken in."""
    return session.exec(
        select(PolicyVersion)
        .where(PolicyVersion.profile == profile)
        .order_by(col(PolicyVersion.id).desc())
        .limit(1)
    ).first()


def of_version(session: Session, version: PolicyVersion) -> tuple[Policy, ...]:
    """Return a version's rows in the order of its file."""
    rows = session.exec(
        select(PolicyRow).where(PolicyRow.version_id == version.id).order_by(col(PolicyRow.place))
    ).all()
    return tuple(_policy(version.profile, row) for row in rows)


def rows_of(version_id: int, policies: Sequence[Policy]) -> list[PolicyRow]:
    """Return the policies as rows of a version."""
    return [_row(version_id, place, each) for place, each in enumerate(policies)]


def _row(version_id: int, place: int, policy: Policy) -> PolicyRow:
    return PolicyRow(
        version_id=version_id,
        place=place,
        clock=policy.kind,
        request_type=policy.request_type,
        urgency=policy.urgency,
        time_class=policy.time_class,
        limit=str(policy.limit),
        starts_at=policy.starts_at,
        moves_off_days=policy.limit.moves_off_days,
        pauses=policy.pauses,
        ends_at=policy.ends_at,
        calendar=policy.calendar,
        warning_percent=policy.warning_percent,
        since=policy.since,
        until=policy.until,
        source=policy.source,
    )


def _policy(profile: str, row: PolicyRow) -> Policy:
    limit = parse_limit(row.limit)
    return Policy(
        profile,
        ClockKind(row.clock),
        RequestType(row.request_type) if row.request_type else None,
        Urgency(row.urgency) if row.urgency else None,
        TimeClass(row.time_class) if row.time_class else None,
        replace(limit, moves_off_days=row.moves_off_days),
        StartEvent(row.starts_at),
        Wait(row.pauses),
        row.ends_at,
        Scope(row.calendar),
        row.warning_percent,
        row.since,
        row.until,
        row.source,
    )
